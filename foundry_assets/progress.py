"""What a running release tells whoever is looking: one event when a step begins, decides or ends.

Add here the form of such an event and how listeners come and go.
Not here: drawing it (cli), and the evidence, which is written whether or not anyone listens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Event:
    """Something that happened in a step of a release; `seconds` is how long the step took, at its end."""

    release: str
    step: str
    kind: Literal["began", "said", "ended", "failed"]
    text: str = ""
    seconds: float = 0.0


Listener = Callable[[Event], None]
_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have `listener` called with every event of this process meanwhile."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def tell(event: Event) -> None:
    """Tell an event to every listener; one that fails does not stop the release that it only watches."""
    for listener in tuple(_listeners):
        # A terminal that went away must not end an upload between its POST and its receipt.
        with suppress(Exception):
            listener(event)
