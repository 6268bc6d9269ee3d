"""The same small act on thousands of files, by two threads: making a file mostly waits for the file system.

Add here nothing else.
Not here: what is done with a file (craft), and programs that run beside each other (subprocesses).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_THREADS = 2
"""Half the time where making a file is slow, the same where it is not; more of them gain nothing."""
_MANY = 200


def side_by_side(act: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Do something with each item and give the results in their order; few items are not worth a thread.

    The items must have nothing to do with each other. What `act` raises is raised, after all threads ended.
    """
    if len(items) < _MANY:
        return [act(item) for item in items]
    with ThreadPoolExecutor(_THREADS) as pool:
        shares = [pool.submit(_each, act, items[first::_THREADS]) for first in range(_THREADS)]
    done = [share.result() for share in shares]
    return [done[place % _THREADS][place // _THREADS] for place in range(len(items))]


def _each(act: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    return [act(item) for item in items]
