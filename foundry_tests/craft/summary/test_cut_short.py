"""Writers that are stopped for good: killed in the middle, or out of space, in processes of their own.

Add here another way in which a process ends while it writes the summary.
Not here: writers that live on (test_shared_file).
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from foundry_assets.craft.summary import read_entries, write_entry
from foundry_tests.craft.summary.entries import KEY, THEIRS, entry, read
from foundry_tests.faults.killing import CONTEXT

THEIR_TEXT = {"zebra": THEIRS["zebra"], "long": ["x" * 100] * 1000}
MOMENTS = ("before the flush", "after the flush", "before the rename", "after the rename")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A summary with one entry, in a file that holds more than that."""
    file = tmp_path / "make_all_summary.json"
    file.write_text(json.dumps(THEIR_TEXT), encoding="utf-8")
    write_entry(file, KEY, entry())
    return file


def ended(target: Any, *told: object) -> int:
    """Run a process to its end and give its exit code."""
    process = CONTEXT.Process(target=target, args=told)
    process.start()
    process.join(60)
    code = process.exitcode
    process.close()
    assert code is not None
    return int(code)


def _die(path: str, moment: str, turn: int) -> None:
    """Write an entry and be killed at a moment of the given turn; our own file is flushed first."""
    flush, rename, left = os.fsync, Path.replace, itertools.count(1)

    def dying(at: str) -> None:
        if at == moment and next(left) == turn:
            psutil.Process().kill()

    def flushed(handle: int) -> None:
        dying(MOMENTS[0])
        flush(handle)
        dying(MOMENTS[1])

    def renamed(source: Path, target: Path) -> Path:
        dying(MOMENTS[2])
        done = rename(source, target)
        dying(MOMENTS[3])
        return done

    os.fsync, Path.replace = flushed, renamed  # type: ignore[assignment,method-assign]
    write_entry(Path(path), "other==1.0", entry("other"))


@pytest.mark.parametrize(
    ("moment", "turn"),
    [(MOMENTS[0], 1), (MOMENTS[1], 1), (MOMENTS[0], 2), (MOMENTS[1], 2), (MOMENTS[2], 1), (MOMENTS[3], 1)],
)
def test_a_writer_that_is_killed_leaves_a_whole_file(path: Path, moment: str, turn: int) -> None:
    """The old text or the new one lies there, each with all keys; the next writer tidies up and goes on."""
    assert ended(_die, str(path), moment, turn) != 0
    is_new = moment == MOMENTS[3]
    assert set(read_entries(path)) == ({KEY, "other==1.0"} if is_new else {KEY})
    assert read(path)["zebra"] == THEIRS["zebra"]
    write_entry(path, "third==1.0", entry("third"))
    assert {KEY, "third==1.0"} <= set(read_entries(path))
    assert read(path)["long"] == THEIR_TEXT["long"]
    assert not list(path.parent.glob("*.part"))


def _write_for_ever(path: str) -> None:
    for turn in itertools.count():
        name = f"pkg-{turn % 5}"
        write_entry(Path(path), f"{name}==1.0", entry(name))


def test_killed_whenever_it_may_be(path: Path) -> None:
    """A writer that never rests is killed at no particular moment: every time the file is whole."""
    for turn in range(3):
        process = CONTEXT.Process(target=_write_for_ever, args=(str(path),))
        process.start()
        before, until = path.stat().st_mtime_ns, time.monotonic() + 60
        while path.stat().st_mtime_ns == before and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(0.017 * turn)
        process.kill()
        process.join()
        process.close()
        assert KEY in read_entries(path)
        assert read(path)["long"] == THEIR_TEXT["long"]
    write_entry(path, KEY, entry())
    assert not list(path.parent.glob("*.part"))


def _write_with(path: str, limit: int) -> None:
    if sys.platform == "win32":
        return
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        write_entry(Path(path), "other==1.0", entry("other"))
    except OSError:
        sys.exit(7)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size there")
@pytest.mark.parametrize("limit", [100, 20_000])
def test_no_space_leaves_the_old_file(path: Path, limit: int) -> None:
    """Where the system itself writes no more, at our own file or at the summary, not a byte of it changes."""
    before = path.read_bytes()
    assert ended(_write_with, str(path), limit) == 7
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.part"))
