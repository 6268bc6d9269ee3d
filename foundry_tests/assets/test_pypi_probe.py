"""The probe: only what the index is seen to lack, or to hold with our very bytes, goes on.

Add here an answer of an index and what it means for a release.
Not here: reading pages (test_index), comparing (craft/test_probing).
"""

from __future__ import annotations

import json

import pytest

from foundry_tests.story_fixtures import SDIST, WHEEL, House, assert_nothing_left, quick_project

KEY = "story-quick==1.0"
CLOSED = """
[indexes.closed]
upload_url = "http://127.0.0.1:9/legacy/"
simple_url = "http://127.0.0.1:9/simple/"
"""


def test_other_bytes_under_our_name_block(house: House) -> None:
    """A version that the index holds with other bytes is a conflict: blocked, told, nothing sent."""
    (house.home.index).mkdir()
    (house.home.index / WHEEL).write_bytes(b"not ours")
    outcome = house.release(quick_project(house.root / "source"))
    assert_nothing_left(house, outcome, "version_is_free_on_index", WHEEL)
    assert house.served("story-quick").keys() == {WHEEL}


def test_an_unreachable_index_is_unknown_and_unknown_blocks(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed port blocks, with the answer stored; the release can still go to an index that answers."""
    house.catalog(CLOSED)
    monkeypatch.setenv("TWINE_USERNAME", "somebody")
    monkeypatch.setenv("TWINE_PASSWORD", "a long enough secret")
    source = quick_project(house.root / "source")
    outcome = house.release(source, index="closed")
    assert_nothing_left(house, outcome, "version_is_free_on_index", "gave no usable answer")
    probe = house.shelf().fetch("pypi_probe/closed", house.root / "probe")
    told = json.loads((house.root / "probe" / probe.file.path).read_text(encoding="utf-8"))
    assert told["probe"] is None
    assert "no connection" in told["unreachable"]
    assert house.release(source).status == "published"


def test_an_old_answer_is_no_answer(proven_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the index fell silent, an upload launched by hand cannot lean on what it said before."""
    house = proven_house
    record = house.stored("pypi_probe/local/checks/version_is_free_on_index.json")
    verdict = json.loads(record.read_text(encoding="utf-8"))
    record.write_text(json.dumps(verdict | {"passed": False, "message": "silent"}), encoding="utf-8")
    outcome = house.ended(house.launch(KEY, only=("upload_receipt",)))
    assert_nothing_left(house, outcome, "version_is_free_on_index: silent")


def test_files_that_are_there_already_are_not_sent(proven_house: House) -> None:
    """Where the index holds one of our files with our bytes, only the other one is sent."""
    house = proven_house
    wheel = house.shelf().fetch("wheel", house.home.index).file.path
    outcome = house.ended(house.launch(KEY))
    assert {file.filename: file.verdict for file in outcome.files} == {
        wheel: "already_identical",
        SDIST: "created",
    }
    assert len(house.posts) == 1
