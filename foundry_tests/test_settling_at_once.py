"""Thirty-two releases that end at once, in threads and in processes, beside a writer who knows no lock.

Add here another way for the ends of releases to meet.
Not here: what one end writes (test_settling), and the file's own rules (craft/summary).
"""

from __future__ import annotations

from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from foundry_assets.craft.change_control import INDEX_NAME
from foundry_assets.craft.summary import read_entries
from foundry_assets.home import Home
from foundry_tests.craft.summary.entries import read
from foundry_tests.ending import end, end_several, write_without_lock
from foundry_tests.faults.killing import CONTEXT

RELEASES, PROCESSES = 32, 8
NAMES = [f"pkg-{number}" for number in range(RELEASES)]
KEYS = {f"{name}==1.0" for name in NAMES}


def assert_all_told(home: Home, keys: set[str]) -> None:
    """Assert that summary, schema, pages and the page that lists them all tell these releases."""
    entries = read_entries(home.summary)
    assert set(entries) == keys
    assert all(entry.message == f"{entry.name} is blocked" for entry in entries.values())
    assert read(home.summary)["artifacts"]["pypi_release_status"] == {
        key.partition("==")[0]: False for key in keys
    }
    listed = (home.change_control / INDEX_NAME).read_text(encoding="utf-8")
    for key, entry in entries.items():
        assert Path(entry.change_control).is_file()
        assert f"[{key}](" in listed
    assert not list(home.root.rglob("*.part"))


def test_threads_lose_nothing(home: Home) -> None:
    """Thirty-two threads of one process end a release each in the same moment."""
    with ThreadPoolExecutor(RELEASES) as pool:
        list(pool.map(lambda name: end(home.root, name), NAMES))
    assert_all_told(home, KEYS)


def started(pool: ProcessPoolExecutor, root: Path) -> list[Future[None]]:
    """Start the ends of all releases, dealt out to the processes."""
    return [pool.submit(end_several, root, NAMES[number::PROCESSES]) for number in range(PROCESSES)]


def test_processes_lose_nothing(home: Home) -> None:
    """Eight processes end four releases each, side by side."""
    with ProcessPoolExecutor(PROCESSES, mp_context=CONTEXT) as pool:
        for told in started(pool, home.root):
            told.result()
    assert_all_told(home, KEYS)
    assert not list(home.root.glob("*set-aside*"))


@pytest.mark.parametrize("is_new", [True, False])
def test_a_writer_without_the_lock_loses_nothing_and_takes_nothing(home: Home, is_new: bool) -> None:
    """Somebody rewrites the file all the while from what it held before: in the end all of both is there.

    What such a writer takes away after it was seen in the file comes back with the next release.
    """
    if not is_new:
        home.summary.write_text('{"zebra": [3, 1, 2]}', encoding="utf-8")
    stop = home.root / "stop"
    with ProcessPoolExecutor(PROCESSES + 1, mp_context=CONTEXT) as pool:
        theirs = pool.submit(write_without_lock, home.summary, stop)
        for told in started(pool, home.root):
            told.result()
        stop.touch()
        written = theirs.result()
    end(home.root, "last")
    assert_all_told(home, KEYS | {"last==1.0"})
    document = read(home.summary)
    assert document["orchestrator"] == written
    assert len(written) > 3
    assert document.get("zebra") == (None if is_new else [3, 1, 2])
