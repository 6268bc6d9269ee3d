"""A leash on what one thread runs: another thread can end the program that it waits for, and all later ones.

Add here what a thread and the one who ends it must agree on.
Not here: running and ending programs (subprocesses), and who needs a leash (ahead).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Leash:
    """Held by whoever may end a thread's work, worn by the thread; once pulled it stays so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._end: Callable[[], None] | None = None
        self._is_pulled = False

    @contextmanager
    def worn(self) -> Iterator[None]:
        """Have every program that this thread runs meanwhile on the leash."""
        token = _worn.set(self)
        try:
            yield
        finally:
            _worn.reset(token)

    def pull(self) -> None:
        """End the program that the thread waits for; every later one ends as soon as it has begun."""
        with self._lock:
            self._is_pulled = True
            if self._end is not None:
                self._end()

    @contextmanager
    def _around(self, end: Callable[[], None]) -> Iterator[None]:
        with self._lock:
            self._end = end
            if self._is_pulled:
                end()
        try:
            yield
        finally:
            with self._lock:
                self._end = None


_worn: ContextVar[Leash | None] = ContextVar("worn leash", default=None)


@contextmanager
def leashed(end: Callable[[], None]) -> Iterator[None]:
    """Let `end` be called from elsewhere while the context lasts, where this thread wears a leash."""
    leash = _worn.get()
    if leash is None:
        yield
        return
    with leash._around(end):
        yield
