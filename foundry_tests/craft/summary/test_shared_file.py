"""The summary belongs to somebody else: what they wrote survives, what we write is never lost.

Add here another thing that other writers do to the file.
Not here: what an entry holds (test_form).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from filelock import FileLock

from foundry_assets.craft.summary import Written, read_entries, write_entries, write_entry
from foundry_assets.errors import ChecksumChanged
from foundry_tests.craft.summary.entries import KEY, THEIRS, entry, read

MODULE = "foundry_assets.craft.summary.shared_file"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nobody who may be in the middle of writing, and give up soon."""
    monkeypatch.setattr("foundry_assets.craft.summary.reading._REST_SECONDS", 0.0)
    monkeypatch.setattr(f"{MODULE}._PATIENCE_SECONDS", 0.5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the summary lies."""
    return tmp_path / "make_all_summary.json"


def test_a_first_entry_makes_the_file(path: Path) -> None:
    """Where there is no summary, one is made: sorted keys, indent of two, UTF-8, a newline at its end."""
    told = entry()
    written = write_entry(path, KEY, told)
    document = read(path)
    text = path.read_bytes()
    assert text.decode() == json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert "näw".encode() in text
    assert written == Written(path, hashlib.sha256(text).hexdigest(), len(text), None)
    assert document["artifacts"]["release_assembly"]["schema_version"] == 1
    assert document["artifacts"]["pypi_release_status"] == {"demo-pkg": True}
    assert [(stage["id"], stage["status"]) for stage in document["stages"]] == [("publishing", "completed")]
    assert read_entries(path) == {KEY: told}
    assert {p.name for p in path.parent.iterdir()} - {f"{path.name}.lock"} == {
        path.name,
        "make_all_summary.schema.json",
        "make_all_summary.kept.json",
    }


def test_half_a_surrogate_pair_survives(path: Path) -> None:
    """A text that UTF-8 cannot hold, such as an odd file name, is kept as the escape that it came as."""
    path.write_text('{"odd": "\\ud83d", "good": "é"}', encoding="utf-8")
    write_entry(path, KEY, entry())
    assert json.loads(path.read_bytes()) | {"odd": "\ud83d", "good": "é"} == json.loads(path.read_bytes())
    assert KEY in read_entries(path)


def test_a_byte_order_mark_is_no_reason_to_lose_a_file(path: Path) -> None:
    """A file that an editor on Windows saved is merged like any other."""
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(THEIRS).encode())
    assert write_entry(path, KEY, entry()).set_aside is None
    assert read(path)["zebra"] == THEIRS["zebra"]


def test_entries_are_replaced_and_kept(path: Path) -> None:
    """A release's entry is its newest one, and other releases' entries stay."""
    write_entry(path, KEY, entry(status="in_doubt"))
    write_entry(path, "other==2.0", entry("other", "2.0"))
    newest = entry(at="2026-02-02T00:00:00.000Z")
    write_entry(path, KEY, newest)
    assert read_entries(path) == {KEY: newest, "other==2.0": entry("other", "2.0")}
    assert read(path)["artifacts"]["pypi_release_status"] == {"demo-pkg": True, "other": True}


@pytest.mark.parametrize(
    "text",
    [b"{", b"\xff\xfe\x00", b"[]", b"null", b'{"artifacts": []}', b'{"stages": {}}', b'{"artifacts": null}'],
)
def test_a_file_that_is_no_summary_is_set_aside(path: Path, text: bytes, hasty: None) -> None:
    """Nothing is merged into what is not understood, nothing of it is lost, and it is told."""
    path.write_bytes(text)
    with pytest.raises(ChecksumChanged, match="foundry summary --rebuild"):
        read_entries(path)
    written = write_entry(path, KEY, entry())
    assert written.set_aside is not None
    assert written.set_aside.read_bytes() == text
    assert written.set_aside.name in written.remark
    assert set(read_entries(path)) == {KEY}
    read(path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda assembly: assembly | {"schema_version": 2},
        lambda assembly: assembly | {"releases": assembly["releases"] | {"bad==1.0": {"name": "bad"}}},
    ],
)
def test_entries_of_another_form_are_copied_aside(path: Path, damage: Callable[[Any], Any]) -> None:
    """Where our own part is partly of another form, what fits stays, the whole is copied, and it is told."""
    path.write_text(json.dumps(THEIRS), encoding="utf-8")
    write_entry(path, "other==2.0", entry("other", "2.0"))
    document = read(path)
    document["artifacts"]["release_assembly"] = damage(document["artifacts"]["release_assembly"])
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ChecksumChanged, match="not of its schema"):
        read_entries(path)
    written = write_entry(path, KEY, entry())
    assert written.set_aside is not None
    assert json.loads(written.set_aside.read_bytes()) == document
    assert set(read_entries(path)) == {KEY, "other==2.0"}
    assert read(path)["zebra"] == THEIRS["zebra"]


def test_reading_where_there_is_nothing(path: Path, hasty: None) -> None:
    """No file, an empty one, and one without our part hold no release."""
    assert read_entries(path) == {}
    path.write_bytes(b" \n")
    assert read_entries(path) == {}
    path.write_text('{"artifacts": {"wheels": []}}', encoding="utf-8")
    assert read_entries(path) == {}


def test_writers_wait_for_one_another(path: Path) -> None:
    """While somebody holds the lock beside the file, nothing is written; afterwards it is."""
    with ThreadPoolExecutor(1) as pool:
        with FileLock(f"{path}.lock"):
            told = pool.submit(write_entry, path, KEY, entry())
            assert not wait([told], timeout=0.2).done
            assert not path.exists()
        told.result()
    assert set(read_entries(path)) == {KEY}


def meddle(path: Path, keys: dict[str, Any]) -> None:
    """Write keys into the file as somebody does who has never heard of a lock."""
    document = json.loads(path.read_bytes()) if path.exists() else {}
    path.write_text(json.dumps(document | keys), encoding="utf-8")


def test_a_writer_without_the_lock_is_merged(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes between our reading and our writing is noticed, and both texts end up in the file."""
    real, turns = os.fsync, iter(range(3))

    def interrupted(handle: int) -> None:
        real(handle)
        turn = next(turns, None)
        if turn is not None:
            meddle(path, {f"theirs {turn}": turn})

    monkeypatch.setattr(f"{MODULE}.os.fsync", interrupted)
    write_entry(path, KEY, entry())
    assert set(read_entries(path)) == {KEY}
    assert {f"theirs {turn}" for turn in range(3)} <= set(read(path))


def test_a_writer_that_replaces_ours_is_noticed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes over our text in the moment after it, from an older reading, finds us back again."""
    real, turns = Path.replace, iter(range(2))

    def replaced(source: Path, target: Path) -> Path:
        done = real(source, target)
        if target == path and next(turns, None) is not None:
            path.write_text('{"theirs": 1}', encoding="utf-8")
        return done

    monkeypatch.setattr(Path, "replace", replaced)
    write_entry(path, KEY, entry())
    assert set(read_entries(path)) == {KEY}
    assert read(path)["theirs"] == 1


@pytest.mark.parametrize("half", [b"", b'{"zebra": {"b": [3, 1'])
def test_a_writer_in_the_middle_of_writing_is_waited_for(path: Path, half: bytes) -> None:
    """A file that somebody writes in place is empty, or cut, for a moment: that is no damage."""
    path.write_bytes(half)
    timer = Timer(0.1, path.write_text, [json.dumps(THEIRS)], {"encoding": "utf-8"})
    timer.start()
    written = write_entry(path, KEY, entry())
    timer.join()
    assert written.set_aside is None
    assert read(path)["zebra"] == THEIRS["zebra"]
    assert set(read_entries(path)) == {KEY}


def test_what_an_older_text_took_away_comes_back(path: Path) -> None:
    """Whoever puts an older text in the file's place much later loses our entries only until the next one."""
    write_entry(path, KEY, entry())
    older = json.loads(path.read_bytes())
    write_entry(path, KEY, entry(message="newer"))
    write_entry(path, "second==1.0", entry("second"))
    path.write_text(json.dumps(older | {"theirs": 1}), encoding="utf-8")
    write_entry(path, "third==1.0", entry("third"))
    assert set(read_entries(path)) == {KEY, "second==1.0", "third==1.0"}
    assert read_entries(path)[KEY].message == "newer"
    assert read(path)["theirs"] == 1


def test_our_own_file_may_be_damaged(path: Path) -> None:
    """What is kept beside the summary is a help, not a condition."""
    write_entry(path, KEY, entry())
    path.with_suffix(".kept.json").write_bytes(b"{")
    write_entry(path, "second==1.0", entry("second"))
    assert set(read_entries(path)) == {KEY, "second==1.0"}


def test_an_entry_of_the_past_does_not_replace_a_newer_one(path: Path) -> None:
    """Who writes what was read earlier, as rebuilding does, leaves what was settled meanwhile."""
    newer = entry(at="2026-02-02T00:00:00.000Z")
    write_entry(path, KEY, newer)
    write_entries(path, {KEY: entry(), "second==1.0": entry("second")}, only_newer=True)
    assert read_entries(path) == {KEY: newer, "second==1.0": entry("second")}


def test_a_file_that_is_held_open_is_tried_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows replaces no file that somebody has open; a moment later it does."""
    real, turns = Path.replace, iter(range(2))

    def held(source: Path, target: Path) -> Path:
        if target == path and next(turns, None) is not None:
            raise PermissionError(13, "in use")
        return real(source, target)

    monkeypatch.setattr(Path, "replace", held)
    write_entry(path, KEY, entry())
    assert set(read_entries(path)) == {KEY}
    assert not list(path.parent.glob("*.part"))


def test_a_lock_that_is_never_given_back_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for a lock in vain is told which file to look at."""
    monkeypatch.setattr(f"{MODULE}._LOCK_LIMIT_SECONDS", 0.1)
    with FileLock(f"{path}.lock"), pytest.raises(ChecksumChanged, match="kept locked") as told:
        write_entry(path, KEY, entry())
    assert f"{path.name}.lock" in told.value.remedy


def test_a_writer_that_never_stops_is_told(path: Path, hasty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that changes whenever it is read ends in an error, not in a lost entry or an endless loop."""
    real, turns = os.fsync, iter(range(10_000))

    def interrupted(handle: int) -> None:
        real(handle)
        path.write_text(json.dumps({"theirs": next(turns)}), encoding="utf-8")

    monkeypatch.setattr(f"{MODULE}.os.fsync", interrupted)
    with pytest.raises(ChecksumChanged, match="being rewritten, or held open, by another") as told:
        write_entry(path, KEY, entry())
    assert "stop the other writer" in told.value.remedy
    assert not list(path.parent.glob("*.part"))


def test_a_write_that_is_cut_short_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in the middle of writing leaves the file as it was."""
    write_entry(path, KEY, entry())
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(f"{MODULE}.os.fsync", full)
    with pytest.raises(OSError, match="no space left"):
        write_entry(path, "other==2.0", entry("other", "2.0"))
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.part"))
