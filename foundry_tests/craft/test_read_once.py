"""What was found in a file: looked for once for the same bytes under the same name."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from foundry_assets.craft.read_once import read_once

_LIMIT_SECONDS = 30.0


class Reader:
    """Reads texts, and knows how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[Path] = []

    def __call__(self, path: Path) -> str:
        """Give a file's text; raises `ValueError` for an empty one."""
        self.asked.append(path)
        if not (text := path.read_text(encoding="utf-8")):
            raise ValueError("empty")
        return text


def test_the_same_bytes_are_read_once_wherever_they_lie(tmp_path: Path) -> None:
    """A copy in another folder is known; another name, or other bytes at the same place, are not."""
    reader = Reader()
    read = read_once(newest=4)(reader)
    file, copy = tmp_path / "demo.whl", tmp_path / "copy" / "demo.whl"
    file.write_text("one", encoding="utf-8")
    copy.parent.mkdir()
    shutil.copy(file, copy)
    assert [read(file), read(copy)] == ["one", "one"]
    assert reader.asked == [file]
    renamed = tmp_path / "other.whl"
    shutil.copy(file, renamed)
    assert read(renamed) == "one"
    file.write_text("two", encoding="utf-8")
    assert read(file) == "two"
    assert reader.asked == [file, renamed, file]


def test_only_the_newest_are_remembered(tmp_path: Path) -> None:
    """What was asked longest ago is forgotten."""
    reader = Reader()
    read = read_once(newest=1)(reader)
    files = [tmp_path / name for name in ("one", "two")]
    for file in files:
        file.write_text(file.name, encoding="utf-8")
    assert [read(file) for file in (*files, files[0])] == ["one", "two", "one"]
    assert reader.asked == [*files, files[0]]


def test_a_failure_is_not_remembered(tmp_path: Path) -> None:
    """Whoever asks again is told again; a file that is not there is the reader's own affair."""
    reader = Reader()
    read = read_once(newest=4)(reader)
    empty, missing = tmp_path / "empty", tmp_path / "missing"
    empty.touch()
    for _ in range(2):
        with pytest.raises(ValueError, match="empty"):
            read(empty)
        with pytest.raises(FileNotFoundError):
            read(missing)
    assert reader.asked == [empty, missing, empty, missing]


def test_whoever_asks_for_another_file_does_not_wait(tmp_path: Path) -> None:
    """A long look into one file keeps only those waiting who asked for the same one, and it is one look."""
    asked: list[str] = []
    goes_on = threading.Event()

    @read_once(newest=4)
    def read(path: Path) -> str:
        asked.append(path.name)
        assert path.name != "long" or goes_on.wait(_LIMIT_SECONDS)
        return path.name

    for name in ("long", "short"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(read, tmp_path / "long") for _ in range(2)]
        assert read(tmp_path / "short") == "short"
        assert not any(one.done() for one in waiting)
        goes_on.set()
        assert [one.result(_LIMIT_SECONDS) for one in waiting] == ["long", "long"]
    assert sorted(asked) == ["long", "short"]
