"""Work begun ahead: given to the step that it was begun for, and gone when nobody waits for it.

Add here another way in which such work ends.
Not here: what is begun ahead (test_wheel_builds, checks/test_installs), and ending programs (test_leash).
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from foundry_assets.ahead import begin, end_ahead, taken
from foundry_assets.places import Home
from foundry_assets.steps import Step
from foundry_assets.subprocesses import ProgramFailed, run

_LATER = "a later step"
_LIMIT_SECONDS = 60.0


@pytest.fixture
def step_of(tmp_path: Path) -> Iterator[Callable[[str], Step]]:
    """Give a step of a run, as far as beginning looks at it; nothing that was begun is left afterwards."""
    bench = SimpleNamespace(foundry=SimpleNamespace(home=Home(tmp_path)))
    yield lambda run_id: cast("Step", SimpleNamespace(run_id=run_id, bench=bench))
    end_ahead()


def _sleep(scratch: Path) -> None:
    (scratch / "asleep").touch()
    words = [sys.executable, "-c", "import time; time.sleep(600)"]
    run(words, cwd=scratch, env={}, timeout_seconds=600)


def test_it_is_given_to_whom_it_was_begun_for(step_of: Callable[[str], Step]) -> None:
    """The same run, the same step and the same bytes; anybody else gets nothing, and nobody gets it twice."""
    begin(step_of("one"), _LATER, "abc", lambda scratch: scratch.is_dir())
    for run_id, later, sha256 in (("two", _LATER, "abc"), ("one", "another", "abc"), ("one", _LATER, "abd")):
        with taken(step_of(run_id), later, sha256) as begun:
            assert begun is None
    with taken(step_of("one"), _LATER, "abc") as begun:
        assert begun is not None
        assert begun.made() is True
    with taken(step_of("one"), _LATER, "abc") as begun:
        assert begun is None


def test_its_folder_is_there_until_it_was_used(step_of: Callable[[str], Step]) -> None:
    """What lies in it can be read while the context lasts, and is removed then."""
    begin(step_of("one"), _LATER, "abc", lambda scratch: scratch)
    with taken(step_of("one"), _LATER, "abc") as begun:
        assert begun is not None
        folder = begun.made()
        assert folder.is_dir()
    _wait_until(lambda: not folder.exists())


def test_what_it_raises_is_raised_where_it_is_waited_for(step_of: Callable[[str], Step]) -> None:
    """Not in its thread, where nobody would see it."""

    def fail(_: Path) -> None:
        raise ValueError("it went wrong")

    begin(step_of("one"), _LATER, "abc", fail)
    with taken(step_of("one"), _LATER, "abc") as begun, pytest.raises(ValueError, match="it went wrong"):
        assert begun is not None
        begun.made()


def test_a_run_that_ends_ends_its_own(step_of: Callable[[str], Step]) -> None:
    """The program that the thread waits for is ended, and whoever was to be told is told."""
    told: list[str] = []
    for run_id in ("one", "two"):
        begin(step_of(run_id), _LATER, "abc", _sleep, on_end=partial(told.append, run_id))
    _wait_until(lambda: len(_at_work()) == 2)
    began = time.monotonic()
    end_ahead("one")
    assert told == ["one"]
    assert len(_at_work()) == 1
    with taken(step_of("two"), _LATER, "abc") as begun:
        assert begun is not None
        begun.end()
        with pytest.raises(ProgramFailed):
            begun.made()
    assert not _at_work()
    assert time.monotonic() - began < _LIMIT_SECONDS


def _at_work() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == _LATER]


def _wait_until(is_so: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + _LIMIT_SECONDS
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.01)
