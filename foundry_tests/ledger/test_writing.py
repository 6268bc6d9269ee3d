"""Each fact is one line and each line holds on to the one before, whatever kind of record and storage.

Add here another promise about what lines say.
Not here: writers at once (test_at_once), being killed (test_killed).
"""

from __future__ import annotations

import errno
import hashlib
import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel

from foundry_assets import evidence
from foundry_assets.errors import ChecksumChanged
from foundry_assets.ledger import Line, genesis, number_of, read_line
from foundry_assets.medium import Medium
from foundry_assets.records import Correction, Hold, LedgerHead, Outcome, Verdict
from foundry_assets.store import ArtefactStore, Shelf
from foundry_tests.faults.carrying import full_when_writing
from foundry_tests.ledger.rows import RELEASE, findings_of, forget, lines_of, shelf_in
from foundry_tests.verifying.scene import Scene


class Note(BaseModel):
    """A record of these tests."""

    text: str


@pytest.fixture(params=["folder", "memory"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """The release's place on a folder, and on an object store that lives in memory."""
    return shelf_in(tmp_path / "store" if request.param == "folder" else f"memory://{uuid.uuid4().hex}")


def test_each_fact_is_a_line_with_the_hash_of_its_bytes(shelf: Shelf) -> None:
    """Number, time, kind, place, sha256 of the stored bytes, run: and nothing of what the record says."""
    shelf.of_run("run-1").write("notes/1.json", Note(text="secretive"))
    shelf.put_text("wheel", "demo.whl", "x", facts={})
    first, second = lines_of(shelf)
    stored = shelf.bytes_of("notes/1.json") or b""
    assert (first.seq, first.kind, first.place, first.run_id) == (1, "note", "notes/1.json", "run-1")
    assert first.sha256 == hashlib.sha256(stored).hexdigest()
    assert first.at.endswith("Z")
    assert (second.kind, second.place, second.run_id) == ("manifest", "wheel/manifest.json", "")
    assert b"secretive" not in (shelf.ledger.line_bytes(1) or b"")


def test_each_line_holds_on_to_the_one_before(shelf: Shelf) -> None:
    """`previous` is the sha256 of the whole line before; the first one's names the release."""
    for number in range(3):
        shelf.write(f"notes/{number}.json", Note(text="x"))
    first, second, third = lines_of(shelf)
    lines = [shelf.ledger.line_bytes(number) or b"" for number in (1, 2, 3)]
    assert first.previous == genesis("demo-pkg==1.0")
    assert [second.previous, third.previous] == [hashlib.sha256(line).hexdigest() for line in lines[:2]]
    assert all(line.endswith(b"}\n") and line.count(b"\n") == 1 for line in lines)
    assert shelf.ledger.head() == LedgerHead(lines=3, head=hashlib.sha256(lines[2]).hexdigest())


def test_rehearsals_have_a_ledger_of_their_own(tmp_path: Path) -> None:
    """A rehearsal's lines lie with its records, and begin otherwise than the release's."""
    store = ArtefactStore(root=str(tmp_path))
    for place in (store.shelf(RELEASE), store.shelf(RELEASE, rehearsal=True)):
        place.write("notes/1.json", Note(text="x"))
    real, rehearsed = (lines_of(store.shelf(RELEASE, rehearsal=kind))[0] for kind in (False, True))
    assert real.previous == genesis("demo-pkg==1.0")
    assert rehearsed.previous == genesis("demo-pkg==1.0 (rehearsal)")


def test_no_kind_of_fact_is_left_out(tmp_path: Path) -> None:
    """A whole release has lines of every kind: nobody writes past the ledger."""
    scene = Scene(tmp_path).make()
    evidence.place_hold(scene.shelf, "company", because="500", files=[], run_id="run-1")
    evidence.lift_hold(scene.shelf, "company", because="it is there", by="me")
    lines = lines_of(scene.shelf)
    kinds = {Verdict, Hold, Correction, Outcome}
    assert {line.kind for line in lines} >= {kind.__name__.lower() for kind in kinds}
    assert {line.kind for line in lines} >= {
        "manifest",
        "intent",
        "receipt",
        "summary",
        "checksums",
        "settled",
    }
    stored = [place for place in scene.shelf.places() if not place.startswith("ledger/")]
    assert sorted({line.place for line in lines if line.place}) == stored
    assert findings_of(scene.shelf) == []


def test_a_record_that_is_overwritten_keeps_its_history(shelf: Shelf) -> None:
    """Each version of a record has its line; the newest is the one that must be stored."""
    for text in ("one", "two"):
        shelf.write("notes/1.json", Note(text=text))
    assert [line.place for line in lines_of(shelf)] == ["notes/1.json"] * 2
    assert lines_of(shelf)[1].sha256 == shelf.ledger.stored("notes/1.json")
    assert findings_of(shelf) == []


def test_a_record_that_is_there_gets_no_second_line(shelf: Shelf) -> None:
    """Creating what exists says False, and the ledger says nothing."""
    assert shelf.create("notes/1.json", Note(text="one"))
    assert not shelf.create("notes/1.json", Note(text="two"))
    assert len(lines_of(shelf)) == 1


def test_a_new_process_goes_on_where_the_last_one_ended(shelf: Shelf) -> None:
    """What a process remembers is only for speed: another one finds the end by itself."""
    shelf.write("notes/1.json", Note(text="one"))
    forget()
    shelf.write("notes/2.json", Note(text="two"))
    shelf.ledger.settle()
    forget()
    assert shelf.ledger.head().lines == 3
    shelf.write("notes/3.json", Note(text="three"))
    assert [line.kind for line in lines_of(shelf)] == ["note", "note", "settled", "note"]
    assert findings_of(shelf) == []


@pytest.mark.parametrize("action", ["write", "create"])
def test_a_record_that_could_not_be_written_is_taken_back(tmp_path: Path, action: str) -> None:
    """A full disk leaves a line and no record; the next line of this process says so."""
    shelf = shelf_in(tmp_path)
    full = full_when_writing(shelf, "notes/1.json")
    with pytest.raises(OSError, match="No space left"):
        getattr(full, action)("notes/1.json", Note(text="one"))
    shelf.write("notes/2.json", Note(text="two"))
    first, second, third = lines_of(shelf)
    assert (second.kind, second.takes_back, second.place) == ("taken back", first.seq, "notes/1.json")
    assert third.place == "notes/2.json"
    assert findings_of(shelf) == []


def test_nothing_is_recorded_that_the_ledger_cannot_tell(tmp_path: Path) -> None:
    """Where a line cannot be written, its record is not written either."""
    shelf = full_when_writing(shelf_in(tmp_path), "ledger/")
    with pytest.raises(OSError, match="No space left"):
        shelf.write("notes/1.json", Note(text="one"))
    assert shelf.places() == []


def test_an_interrupted_record_that_arrived_all_the_same_keeps_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error after the rename takes nothing back: the stored bytes decide."""
    shelf = shelf_in(tmp_path)
    replace = Medium.replace

    def interrupted(medium: Medium, key: str, data: bytes) -> None:
        replace(medium, key, data)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Medium, "replace", interrupted)
        shelf.write("notes/1.json", Note(text="one"))
    shelf.write("notes/2.json", Note(text="two"))
    assert [line.kind for line in lines_of(shelf)] == ["note", "note"]
    assert findings_of(shelf) == []


def test_a_damaged_line_stops_no_release(shelf: Shelf) -> None:
    """What was damaged is told by verifying; the row goes on after the very bytes that lie there."""
    shelf.write("notes/1.json", Note(text="one"))
    shelf._medium.replace("demo-pkg/1.0/ledger/00000001.json", b"damaged")
    forget()
    shelf.write("notes/2.json", Note(text="two"))
    shelf.ledger.settle()
    rows = [json.loads(shelf.ledger.line_bytes(number) or b"") for number in (2, 3)]
    assert rows[0]["previous"] == hashlib.sha256(b"damaged").hexdigest()
    assert next(found.where for found in findings_of(shelf)) == "ledger line 1"


def test_a_line_that_can_neither_be_written_nor_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A storage that contradicts itself ends in an error, not in an endless loop."""
    monkeypatch.setattr(Medium, "create", lambda *_: False)
    with pytest.raises(ChecksumChanged, match="line 1 of its ledger can neither be written nor read"):
        shelf_in(tmp_path).write("notes/1.json", Note(text="one"))


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("00000001.json", 1),
        ("12345678.json", 12345678),
        ("123456789.json", 123456789),
        ("000000001.json", None),
        ("1.json", None),
        ("0000000x.json", None),
        ("00000001.json.bak", None),
        ("00000001", None),
    ],
)
def test_a_line_has_one_name(name: str, number: int | None) -> None:
    """A line's number stands in its name, and no other name is one of it."""
    assert number_of(name) == number


LINE = Line(seq=1, at="2026-01-01T00:00:00.000Z", kind="note", writer="w", previous="a" * 64)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b'"seq":1', b'"seq":"1"'),
        lambda text: text.replace(b'"seq":1', b'"seq": 1'),
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.rstrip(),
        lambda text: text + text,
        lambda text: text.replace(b'"seq":1,', b'"seq":1,"more":1,'),
        lambda text: text.replace(b'"run_id":"",', b""),
        lambda text: text.replace(b"a" * 64, b"A" * 64),
        lambda _: b"",
        lambda _: b"\xff",
    ],
)
def test_a_line_is_spelt_in_one_way(change: Callable[[bytes], bytes]) -> None:
    """Other spellings of the same line are no lines: not one byte can be changed unseen."""
    assert read_line(LINE.rendered()) == LINE
    with pytest.raises(ValueError):
        read_line(change(LINE.rendered()))


def test_no_room_is_still_told_as_such(tmp_path: Path) -> None:
    """The error of a full disk stays that error, so that an upload can end as `not_sent`."""
    shelf = full_when_writing(shelf_in(tmp_path), "ledger/")
    with pytest.raises(OSError) as full:
        shelf.create("upload_receipt/local/intents/x/0001.json", Note(text="x"))
    assert full.value.errno == errno.ENOSPC
