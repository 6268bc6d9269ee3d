"""The commands that release: what people see, what programs get, and how a call ends.

Add here an option of `release`, `rehearse` or `demo`, and another wrong call.
Not here: what a release does (test_story), how lines are laid out (test_telling).
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from foundry_tests.cli.conftest import Call
from foundry_tests.story_fixtures import (
    OUTCOME_KEYS,
    SDIST,
    WHEEL,
    House,
    environment_of_a_process,
    quick_project,
)


def test_a_person_sees_steps_result_and_places(house: House, call: Call) -> None:
    """`foundry release --path` shows a line a step, the files with their verdicts, and where all lies."""
    told = call("release", "--path", quick_project(house.root / "source"))
    assert told.code == 0, told.err
    assert told.out == ""
    for step in ("staged_workspace", "sdist", "wheel", "wheel_installs_and_imports", "upload_receipt"):
        assert re.search(rf"^  ok  {step} +\d+\.\d s", told.err, re.MULTILINE), told.err
    assert re.search(r"^story-quick==1.0  published at local \(", told.err, re.MULTILINE)
    assert re.search(rf"^  {re.escape(WHEEL)} +[\d,]+  [0-9a-f]{{12}}  created$", told.err, re.MULTILINE)
    assert str(house.home.summary) in told.err
    assert max(map(len, told.err.splitlines()[:-3])) <= 80 or "warning" in told.err


def test_a_program_gets_one_json_object_a_release_and_nothing_else(house: House, call: Call) -> None:
    """With `--json`, stdout holds exactly the design's objects; exit code 1 tells of a blocked one."""
    good = quick_project(house.root / "good", name="story-good")
    bad = quick_project(house.root / "bad", name="story-bad", fail='"no"')
    told = call("release", "--path", good, "--path", bad, "--json")
    assert told.code == 1
    first, second = told.objects
    assert list(first) == list(second) == list(OUTCOME_KEYS)
    assert (first["release"], first["status"]) == ("story-good==1.0", "published")
    assert (second["release"], second["status"]) == ("story-bad==1.0", "blocked")
    assert [list(file) for file in first["files"]] == [
        ["filename", "kind", "sha256", "bytes", "verdict", "url"]
    ] * 2
    assert {tuple(check) for check in first["checks"]} == {("name", "passed", "severity", "message")}


def test_naming_an_index_on_the_command_line_is_consent(
    house: House, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--index company` gets as far as asking that index, and `--confirm` of another release does not."""
    monkeypatch.setenv("FOUNDRY_CATALOG", str(house.root / "foundry.toml"))
    monkeypatch.setenv("TWINE_USERNAME", "somebody")
    monkeypatch.setenv("TWINE_PASSWORD", "a long enough secret")
    address = "http://127.0.0.1:9/"
    house.catalog(f'[indexes.company]\nupload_url = "{address}legacy/"\nsimple_url = "{address}simple/"\n')
    source = quick_project(house.root / "source")
    asked = call("release", "--path", source, "--index", "company", "--json")
    assert (asked.code, asked.objects[0]["status"]) == (1, "blocked")
    assert "gave no usable answer" in asked.objects[0]["message"]
    other = call("release", "--path", source, "--index", "company", "--confirm", "other==1.0", "--json")
    assert (other.code, other.objects[0]["status"]) == (1, "blocked")
    assert "names `other==1.0`" in other.objects[0]["message"]


def test_a_rehearsal_ends_well_without_an_upload(house: House, call: Call) -> None:
    """`--rehearse` is a good end, exit code 0, and the house's index took nothing."""
    told = call("release", "--path", quick_project(house.root / "source"), "--rehearse", "--json")
    assert (told.code, told.objects[0]["status"]) == (0, "rehearsed")
    assert not list(house.home.root.glob(f"index/*{SDIST[-7:]}"))


@pytest.mark.slow
def test_the_rehearsal_of_all_tells_each_package_and_the_report(house: House, call: Call) -> None:
    """`foundry rehearse` without names: an object a package, exit code 0, and where the report lies."""
    quick_project(house.root / "a", name="story-a")
    house.catalog('[[package]]\nname = "story-a"\nsource = "a"\n')
    told = call("rehearse", "--json")
    assert (told.code, [one["status"] for one in told.objects]) == (0, ["rehearsed"])
    assert "upload_url: index `testpypi`" in told.err
    assert re.search(r"rehearsal-\d{4}-\d\d\.md", told.err)


def test_a_rehearsal_of_names_and_an_upload_do_not_go_together(house: House, call: Call) -> None:
    """The real upload belongs to the rehearsal of the whole catalog, and an unknown index is told at once."""
    assert call("rehearse", "story-a", "--upload").code == 2
    told = call("rehearse", "--index", "nowhere")
    assert told.code == 2
    assert "no index `nowhere`" in told.err


def _folder(house: House, pyproject: str | None) -> Path:
    folder = house.root / "wrong"
    folder.mkdir()
    if pyproject is not None:
        (folder / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    return folder


WRONG: dict[str, tuple[str, str | None, str, tuple[str, ...]]] = {
    "no such folder": ("release --path gone", None, "", ("gone", "no folder")),
    "not a python project": ("release --path wrong", None, "", ("wrong", "pyproject.toml")),
    "unparsable metadata": ("release --path wrong", "[project\n", "", ("wrong", "pyproject.toml")),
    "a version that is none": (
        "release --path wrong",
        '[project]\nname = "a"\nversion = "one"\n',
        "",
        ("one", "PEP 440"),
    ),
    "an unknown index": ("release --all --index nowhere", None, "", ("no index `nowhere`", "known: ")),
    "an unknown package": ("release nobody", None, "", ("no package `nobody`", "known: ")),
    "nothing named": ("release", None, "", ("no package is named", "--path DIR")),
    "a wrong catalog": (
        "release --all",
        None,
        'packages = 1\n[[package]]\nname = "a b"\n',
        ("foundry.toml", "package[0].name", "package[0].source", "packages"),
    ),
    "a catalog that is no TOML": ("release --all", None, "[[package\n", ("foundry.toml", "not TOML")),
    "a release key that is none": ("show demo", None, "", ("`demo` is not a release key", "name==version")),
    "a release that never was": ("show demo==1", None, "", ("never begun", "foundry status")),
    "a hold that never was": (
        "lift-hold demo==1 --index local --because x",
        None,
        "",
        ("is not held", "release it"),
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_call_is_told_with_its_remedy(
    house: House, call: Call, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """Exit code 2, what is wrong, what to do about it, no traceback, nothing on stdout, nothing begun."""
    words, pyproject, catalog, expected = WRONG[wrong]
    _folder(house, pyproject)
    if catalog:
        house.catalog(catalog)
    told = call(*words.split())
    assert told.code == 2, told.err
    assert told.out == ""
    assert told.err.startswith("foundry: ")
    assert "  -> " in told.err
    assert "Traceback" not in told.err
    for text in expected:
        assert text in told.err, told.err
    assert not house.home.summary.exists()
    assert not house.home.store.exists()


@pytest.mark.parametrize(
    "words", [["release", "--jobs", "0"], ["release", "--no-such"], ["lift-hold", "a==1"]]
)
def test_a_misspelt_call_shows_its_usage(call: Call, words: list[str]) -> None:
    """What click refuses ends with exit code 2 and the usage line."""
    told = call(*words)
    assert told.code == 2
    assert "Usage: " in told.err
    assert told.out == ""


@pytest.mark.slow
def test_the_demo_works_as_the_readme_has_it(tmp_path: Path) -> None:
    """`foundry demo`, in a process of its own, releases three packages; a second time they are identical."""
    environment = environment_of_a_process(FOUNDRY_HOME=str(tmp_path / "home"), COLUMNS="80")
    for verdict in ("created", "already_identical"):
        told = subprocess.run(
            [sys.executable, "-m", "foundry_assets", "demo"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert told.returncode == 0, told.stderr
        assert told.stdout == ""
        assert len(re.findall(rf"  {verdict}$", told.stderr, re.MULTILINE)) == 6, told.stderr
        assert len(re.findall(r"  published at local", told.stderr)) == 3
