"""A leash: a thread's programs are ended from another thread, and nobody else's.

Add here what whoever holds a leash relies on.
Not here: how a program is ended (test_subprocesses).
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from foundry_assets.leash import Leash
from foundry_assets.subprocesses import ProgramFailed, run

_SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]


def _sleeping(leash: Leash, folder: Path, is_up: threading.Event, failed: list[ProgramFailed]) -> None:
    with leash.worn():
        for _ in range(2):
            try:
                run(_SLEEP, cwd=folder, env={}, timeout_seconds=600, on_line=lambda _: is_up.set())
            except ProgramFailed as failure:
                failed.append(failure)


def test_a_pulled_leash_ends_the_program_and_every_later_one(tmp_path: Path) -> None:
    """The thread is told that its program was ended, and what it begins afterwards ends at once."""
    leash, is_up, failed = Leash(), threading.Event(), list[ProgramFailed]()
    thread = threading.Thread(target=_sleeping, args=(leash, tmp_path, is_up, failed))
    thread.start()
    assert is_up.wait(60)
    began = time.monotonic()
    leash.pull()
    thread.join(60)
    assert not thread.is_alive()
    assert len(failed) == 2
    assert time.monotonic() - began < 60


def test_a_leash_that_is_taken_off_holds_nothing(tmp_path: Path) -> None:
    """Programs of a thread that wears it no longer, or of another thread, run to their end."""
    leash = Leash()
    with leash.worn(), pytest.raises(ProgramFailed):
        leash.pull()
        run(_SLEEP, cwd=tmp_path, env={}, timeout_seconds=600)
    assert run([sys.executable, "-c", "print(1)"], cwd=tmp_path, env={}, timeout_seconds=60).stdout == "1\n"
