"""The commands `summary` and `schema`: the shared file is found, rebuilt, and its form printed.

Add here what a person may do with that file.
Not here: rebuilding itself (test_rebuilding), and what a schema accepts (craft/summary/test_schema).
"""

from __future__ import annotations

import json

import jsonschema
import pytest

from foundry_assets.schemas import SCHEMAS
from foundry_tests.cli.conftest import Call
from foundry_tests.story_fixtures import House, quick_project

KEY = "story-quick==1.0"


def catalog(house: House, *, store: str) -> None:
    """Write a catalog with a store of its own, and a package."""
    source = quick_project(house.root / "source").as_posix()
    package = f'[[package]]\nname = "story-quick"\nsource = "{source}"\n'
    house.catalog(f'[foundry]\nstore = "{store}"\n{package}')


def test_the_schema_is_printed_as_it_lies_beside_the_summary(house: House, call: Call) -> None:
    """A program that pipes it gets the schema and nothing else; the summary of this home fits it."""
    house.release(quick_project(house.root / "source"))
    told = call("schema", "summary")
    beside = house.home.root / "make_all_summary.schema.json"
    assert (told.code, told.out) == (0, beside.read_text(encoding="utf-8"))
    document = json.loads(house.home.summary.read_bytes())
    jsonschema.Draft202012Validator(json.loads(told.out)).validate(document)


def test_schemas_are_listed_by_name(call: Call) -> None:
    """Without a name, each schema has one line; an unknown one ends with exit code 2 and the known names."""
    told = call("schema")
    assert [line.split()[0] for line in told.out.splitlines()] == list(SCHEMAS)
    wrong = call("schema", "nothing")
    assert (wrong.code, wrong.out) == (2, "")
    assert all(name in wrong.err for name in SCHEMAS)


def test_a_lost_summary_is_told_and_rebuilt(house: House, call: Call) -> None:
    """`status` says what to do, `summary --rebuild` says what it wrote, and all is told again."""
    source = quick_project(house.root / "source")
    house.release(source)
    house.release(source, mode="rehearse")
    assert call("summary").out.startswith("1 releases and 1 rehearsals in ")
    for path in house.home.root.glob("make_all_summary*"):
        path.unlink()
    assert "foundry summary --rebuild" in call("status").err
    told = call("summary", "--rebuild")
    assert told.code == 0, told.err
    assert told.out.startswith("2 written and 0 as they were, of 2 in the store: ")
    assert f"written: {KEY} (rehearsal)" in told.out
    assert str(house.home.summary) in told.out
    assert call("summary", "--rebuild").out.startswith("0 written and 2 as they were")
    assert call("verify", KEY).code == 0
    assert KEY in call("status").out


def test_what_cannot_be_read_ends_with_exit_code_1(house: House, call: Call) -> None:
    """A damaged record in the store is told by its release, and the file is written all the same."""
    house.release(quick_project(house.root / "source"))
    house.stored("summary.json").write_bytes(b"{")
    told = call("summary", "--rebuild")
    assert (told.code, "cannot be read" in told.err, KEY in told.err) == (1, True, True)


def test_an_unreadable_summary_ends_with_the_remedy(house: House, call: Call) -> None:
    """A file that is no JSON any more is never taken for an empty one."""
    house.release(quick_project(house.root / "source"))
    house.home.summary.write_bytes(b'{"artifacts": ')
    told = call("status")
    assert (told.code, "foundry summary --rebuild" in told.err) == (2, True)
    told = call("summary", "--rebuild")
    assert (told.code, "is kept as make_all_summary.json.set-aside-" in told.err) == (0, True)


def test_the_store_may_lie_elsewhere_and_the_summary_stays_in_the_home(house: House, call: Call) -> None:
    """With `store` in the catalog, artefacts and records lie there; summary and pages stay in the home."""
    catalog(house, store="kept")
    told = call("release", "story-quick", "--json")
    assert told.objects[0]["status"] == "published", told.err
    assert (house.root / "kept" / "story-quick" / "1.0" / "summary.json").is_file()
    assert not house.home.store.exists()
    assert house.home.summary.is_file()
    assert call("verify", KEY).code == 0
    assert call("summary", "--rebuild").out.startswith("0 written and 1 as they were")


def test_a_store_that_nothing_can_open_is_told_before_anything_is_done(house: House, call: Call) -> None:
    """An address of an unknown kind ends with exit code 2 and the key to mend."""
    catalog(house, store="nosuch://x")
    told = call("summary", "--rebuild")
    assert (told.code, "`store` under [foundry]" in told.err) == (2, True)
    told = call("release", "story-quick")
    assert told.code != 0
    assert "nosuch://x" in told.err
    assert "Traceback" not in told.err


def test_what_the_system_refuses_is_told_without_a_traceback(
    house: House, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home that cannot be made, or a full disk, is the machine's fault: exit code 2, one sentence."""
    file = house.root / "a file"
    file.write_bytes(b"")
    monkeypatch.setenv("FOUNDRY_HOME", str(file / "home"))
    told = call("status")
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("foundry: ")
    assert "a file" in told.err
    assert "-> see to that" in told.err
