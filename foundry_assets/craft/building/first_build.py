"""A wheel's first build as its second one knows it: when its backend was asked, and what came of it.

Add here what two builds of the same wheel must agree on.
Not here: building (builds), and who builds a second time (wheel_builds).
"""

from __future__ import annotations

import time
from threading import Event
from typing import Self

APART_SECONDS = 1.0
"""So far apart two builds see different times, where what they write into files counts in whole seconds."""


class FirstBuild:
    """What the first build tells, and what a second one waits for, in another thread."""

    def __init__(self) -> None:
        self.wanted: set[str] | None = None
        """What its backend said that it needs; None until it is asked, and where that is not known."""
        self._asked = Event()
        self._ended = Event()
        self._asked_at = 0.0
        self._as_made = ""
        self._kept = ""
        self._is_dropped = False

    @classmethod
    def made(cls, as_made: str) -> Self:
        """Give one that ended long ago; `as_made` is the sha256 of what its backend delivered."""
        first = cls()
        first.end(as_made)
        return first

    def ask(self, wanted: set[str] | None = None) -> None:
        """Tell that its backend is asked for the wheel just now, and what it said that it needs."""
        self.wanted = wanted
        self._asked_at = time.monotonic()
        self._asked.set()

    def end(self, as_made: str, kept: str = "") -> None:
        """Tell what its backend delivered: as a sha256, and `kept_of` it; empty where nobody knows."""
        self._as_made, self._kept = as_made, kept
        self._ended.set()
        self._asked.set()

    def drop(self) -> None:
        """Tell that nobody is interested in a second one any more."""
        self._is_dropped = True
        self.end("")

    def wait_until_asked(self) -> bool:
        """Wait for `ask`: until then the first build needs this process. False where it was dropped."""
        self._asked.wait()
        return not self._is_dropped

    def wait_until_apart(self) -> None:
        """Wait until a second build takes place at another time: after the first, or well within it."""
        self._asked.wait()
        self._ended.wait(max(0.0, self._asked_at + APART_SECONDS - time.monotonic()))

    def as_made(self) -> str:
        """Wait for the end of it, and give the sha256 of what was delivered."""
        self._ended.wait()
        return self._as_made

    def kept(self) -> str:
        """Wait for the end of it, and give `kept_of` what was delivered."""
        self._ended.wait()
        return self._kept
