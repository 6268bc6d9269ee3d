"""What is kept beside the summary: lines are added, and tell whether the summary is as we left it.

Add here another way in which that file can be found.
Not here: how others treat the summary itself (test_shared_file).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foundry_assets.craft.summary import ReadBack, read_back, read_entries, read_entry, write_entry
from foundry_assets.craft.summary.form import ReleaseAssembly
from foundry_assets.craft.summary.kept import Kept
from foundry_assets.craft.summary.reading import sha256_of
from foundry_assets.errors import ChecksumChanged
from foundry_tests.craft.summary.entries import KEY, entry, read


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A summary with one entry."""
    file = tmp_path / "make_all_summary.json"
    write_entry(file, KEY, entry())
    return file


def is_known(path: Path) -> bool:
    """Tell whether the summary counts as the one that was written last."""
    return Kept(path).summary_sha256() == sha256_of(path.read_bytes())


def test_an_entry_is_added_without_a_look_at_the_others(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While nobody else writes, no other entry is looked at or rendered, in writing and in reading back."""

    def refused(*_: object) -> None:
        raise AssertionError("the whole summary was looked at")

    before = Kept(path).path.read_bytes()
    for name in ("shared_file.find", "shared_file.render", "kept.Kept.entries"):
        monkeypatch.setattr(f"foundry_assets.craft.summary.{name}", refused)
    write_entry(path, "other==2.0", entry("other", "2.0"))
    assert Kept(path).path.read_bytes().startswith(before)
    monkeypatch.setattr("foundry_assets.craft.summary.reading.parse", refused)
    assert read_back(path, "other==2.0") == ReadBack(entry("other", "2.0"), 2)
    assert read_entry(path, KEY) == entry()
    assert read_entry(path, "absent==1.0") is None


def test_a_changed_summary_is_looked_at_whole(path: Path) -> None:
    """One byte of somebody else's, and reading back validates every entry again."""
    document = read(path)
    assert is_known(path)
    document["artifacts"]["release_assembly"]["releases"]["bad==1.0"] = {"name": "bad"}
    path.write_text(json.dumps(document), encoding="utf-8")
    assert not is_known(path)
    with pytest.raises(ChecksumChanged, match="not of its schema"):
        read_back(path, KEY)


def test_entries_that_were_kept_and_never_put_are_put_by_the_next(path: Path) -> None:
    """A writer that was killed between the two files has lost nothing."""
    Kept(path).add({"other==2.0": entry("other", "2.0")})
    assert Kept(path).summary_sha256() == ""
    write_entry(path, "third==1.0", entry("third"))
    assert set(read_entries(path)) == {KEY, "other==2.0", "third==1.0"}
    assert is_known(path)


def test_a_line_that_was_cut_short_hides_no_other(path: Path) -> None:
    """A full disk leaves half a line; what is kept before it and after it counts."""
    with Kept(path).path.open("ab") as stream:
        stream.write(b'{"schema_version":1,"rel')
    path.unlink()
    write_entry(path, "other==2.0", entry("other", "2.0"))
    assert set(read_entries(path)) == {KEY, "other==2.0"}


def test_a_file_of_an_earlier_version_is_read(path: Path) -> None:
    """Such a file is one document without a line's end: its entries come back, and lines follow it."""
    text = ReleaseAssembly(releases={"old==1.0": entry("old")}).model_dump_json()
    Kept(path).path.write_text(text, encoding="utf-8")
    write_entry(path, "other==2.0", entry("other", "2.0"))
    assert set(read_entries(path)) == {KEY, "old==1.0", "other==2.0"}
    assert is_known(path)


def test_another_form_is_not_known(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another version of the foundry left is looked at whole: its form may be another."""
    monkeypatch.setattr("foundry_assets.craft.summary.kept.form_sha256", lambda: "0" * 64)
    assert not is_known(path)


def test_the_file_is_tidied_before_it_is_mostly_past(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release that is written again and again does not make the file grow for ever."""
    monkeypatch.setattr("foundry_assets.craft.summary.kept._SPARE_BYTES", 0)
    for number in range(30):
        write_entry(path, KEY, entry(message=f"turn {number}"))
    assert Kept(path).path.stat().st_size < 4 * path.stat().st_size
    assert Kept(path).entries()[KEY].message == "turn 29"
    assert is_known(path)
