"""The programs that this process has started, found by their words.

Add here another way to know one of them.
Not here: what they are for, and what must become of them (the tests).
"""

from __future__ import annotations

import contextlib
import time

import psutil


def children_with(word: str) -> list[psutil.Process]:
    """Give the children that have this word on their command line."""
    return [one for one in psutil.Process().children() if word in _words(one)]


def _words(process: psutil.Process) -> list[str]:
    """Give a process's command line; for a moment while it is being started it has none."""
    with contextlib.suppress(psutil.NoSuchProcess):
        while not (words := process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.001)
        return words
    return []
