"""The command `order` as its callers meet it: wrong input, entries that cannot be released, and the ends.

Add here another wrong call, and another way in which one entry fails.
Not here: a whole estate (test_ordering_estate), orders cut short (test_ordering_cut), faults (ordering).
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from foundry_assets.launching import batch_order
from foundry_assets.ordering.result import schema_text
from foundry_tests.cli.conftest import Call, Called
from foundry_tests.ordering.writing import entry, order, text_of, write_package
from foundry_tests.story_fixtures import House


def give(house: House, call: Call, told: str | bytes, *words: str) -> tuple[Called, dict[str, Any]]:
    """Write an order, as text or bytes, and give how the command ended and what it answered."""
    file = house.root / "order.json"
    file.write_bytes(told.encode() if isinstance(told, str) else told)
    ended = call("order", "--json-file", file, *words)
    answer = json.loads(ended.out)
    jsonschema.Draft202012Validator(json.loads(schema_text())).validate(answer)
    return ended, answer


def assert_refused(house: House, ended: Called, answer: dict[str, Any]) -> None:
    """Nothing was begun, programs got the failure's three keys, people the same without a traceback."""
    assert ended.code == 2
    assert list(answer) == ["status", "message", "details"]
    assert answer["status"] == "failure"
    assert ended.err.startswith("foundry: ")
    assert "Traceback" not in ended.err
    assert not house.home.store.exists()
    assert not house.home.packages.exists()


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        (b"", "order", "not JSON"),
        (b"{'command': 1}", "order", "not JSON"),
        (b"\xff\xfe\x00", "order", "neither UTF-8 nor UTF-16"),
        (b"[]", "order", "not an object"),
        (b'{"command": "x_make_pypi_x"}', "parameters", "this key is missing"),
    ],
)
def test_a_text_that_is_no_order_gives_a_failure(
    house: House, call: Call, text: bytes, where: str, what: str
) -> None:
    """Programs get status, message and details on stdout with exit code 2."""
    ended, answer = give(house, call, text)
    assert_refused(house, ended, answer)
    (fault,) = answer["details"]["faults"]
    assert fault["where"] == where
    assert what in json.dumps(fault) or what in answer["message"]


def test_every_fault_of_a_wrong_order_is_told_at_once(house: House, call: Call) -> None:
    """Command, types, unknown keys, folders, names, paths: one answer has them all, each with its place."""
    write_package(house.root, "a")
    told = order(
        house.root,
        entry("a", ancillary=["/../secret.txt"], homepage="x"),
        entry("a") | {"version": 1.0},
        entry("a"),
        entry("a"),
        entry("gone"),
        token_env="A B",
    )
    ended, answer = give(house, call, text_of(told | {"command": "x_other_x"}))
    assert_refused(house, ended, answer)
    assert {fault["where"] for fault in answer["details"]["faults"]} == {
        "command",
        "parameters.entries[0].ancillary[0]",
        "parameters.entries[0].options.homepage",
        "parameters.entries[1].version",
        "parameters.entries[3].options.pypi_name",
        "parameters.entries[4].package",
        "parameters.token_env",
    }


@pytest.mark.parametrize("words", [["--index", "nowhere"], ["--index", "pypi"]])
def test_an_index_that_cannot_be_meant_is_a_wrong_order(house: House, call: Call, words: list[str]) -> None:
    """An unknown index, and one that contradicts the order's own, begin nothing."""
    write_package(house.root, "a")
    told = order(house.root, entry("a"), context={"index": "local"} if "pypi" in words else {})
    ended, answer = give(house, call, text_of(told), *words)
    assert_refused(house, ended, answer)
    assert "index" in answer["message"] or "index" in answer["details"]["faults"][0]["where"]


def test_a_file_that_is_not_there_is_a_wrong_call(house: House, call: Call) -> None:
    """The order's own file is named, and what to give instead."""
    ended = call("order", "--json-file", house.root / "gone.json")
    assert_refused(house, ended, json.loads(ended.out))
    assert "gone.json" in ended.out


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_powershell_writes_is_read(
    house: House, call: Call, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    """A byte order mark, UTF-16 and CRLF are as good as plain UTF-8, from a file and from standard input."""
    (house.root / "x_make_a_x").mkdir()
    told = order(house.root, entry("a"), context={"dry_run": True})
    data = json.dumps(told, indent=1).replace("\n", "\r\n").encode(encoding)
    ended, from_file = give(house, call, data)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    piped = json.loads(call("order", "--json-file", "-").out)
    assert (ended.code, from_file["status"], piped["status"]) == (1, "error", "error")
    assert piped["result"] == from_file["result"]
    assert "there is no `x_cls_*.py`" in from_file["errors"][0]["message"]


def packages(root: Path) -> dict[str, Any]:
    """Write a package that leaves a module behind, one that needs it, and two with trouble of their own."""
    write_package(root, "left", code="from x_make_left_x.tests.helper import HELP as HELP")
    tests = root / "x_make_left_x" / "tests"
    tests.mkdir()
    (tests / "__init__.py").write_text("", encoding="utf-8")
    (tests / "helper.py").write_text("HELP: int = 1\n", encoding="utf-8")
    write_package(root, "after", imports="left")
    write_package(root, "later", imports="after")
    write_package(root, "broken")
    write_package(root, "asks", imports="broken")
    return order(
        root,
        entry("later", "after"),
        entry("after", "left"),
        entry("left"),
        entry("broken", ancillary=["gone.txt"], pypi_name="Another.Name"),
        entry("asks"),
    )


def test_entries_that_fail_say_why_and_stop_only_those_that_need_them(house: House, call: Call) -> None:
    """A module left behind is told as not shipped; a sibling is looked up even if it cannot be released."""
    ended, answer = give(house, call, text_of(packages(house.root)))
    assert ended.code == 1, ended.err
    told = {one["package"]: one for one in answer["result"]["entries"]}
    assert "lies in the source as `tests/__init__.py` and was not shipped" in told["x_make_left_x"]["error"]
    assert "(x_make_left_x/x_cls_make_left_x.py, line 2)" in told["x_make_left_x"]["error"]
    assert "add `another-name`, an entry of this order," in told["x_make_asks_x"]["error"]
    for name in ("x_make_after_x", "x_make_later_x"):
        assert told[name]["status"] == "pending"
        assert "it needs t-left==1.0" in told[name]["skip_reason"]
    assert {one["type"] for one in answer["errors"]} == {"blocked"}
    assert [one["package"] for one in answer["errors"]] == [
        "x_make_left_x",
        "x_make_broken_x",
        "x_make_asks_x",
    ]
    assert "needs t-left==1.0" in ended.err


def test_a_rehearsal_is_done_and_pending(house: House, call: Call) -> None:
    """`dry_run` ends well with nothing sent: the order is completed, and the entry waits to be published."""
    write_package(house.root, "a")
    ended, answer = give(house, call, text_of(order(house.root, entry("a"), context={"dry_run": True})))
    (one,) = answer["result"]["entries"]
    assert (ended.code, answer["status"], one["status"]) == (0, "completed", "pending"), ended.err
    assert "nothing was sent" in one["skip_reason"]
    assert answer["result"]["published_versions"] == {"t_a": None}
    assert list(answer["release_assembly"]["releases"]) == ["t-a==1.0 (rehearsal)"]


def test_a_folder_that_cannot_be_read_stops_only_its_entry(
    house: House, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file whose rights forbid reading is that entry's error; the next one is looked at all the same."""
    write_package(house.root, "a")
    (house.root / "x_make_b_x").mkdir()

    def forbid(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "secret.txt")

    monkeypatch.setattr(batch_order, "order_package", forbid)
    ended, answer = give(house, call, text_of(order(house.root, entry("a"), entry("b"))))
    first, second = (one["error"] for one in answer["result"]["entries"])
    assert (ended.code, answer["status"]) == (1, "error")
    assert "cannot be read: [Errno 13] Permission denied: 'secret.txt'" in first
    assert "there is no `x_cls_*.py`" in second
