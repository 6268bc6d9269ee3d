"""What a process knows of a ledger's end, so that a line costs one write and not a reading of all before it.

Add here what a process must remember of a ledger between two lines.
Not here: writing (writing); what is remembered may be old, and creating the next number tells.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
from dataclasses import dataclass, field
from typing import Protocol

from foundry_assets.ledger.line import Line, read_line, sha256_of

_tails: dict[tuple[int, str], Tail] = {}
_writers: dict[int, str] = {}


class Kept(Protocol):
    """What a ledger needs of the medium that it lies on."""

    def address(self, key: str) -> str: ...  # noqa: D102
    def size(self, key: str) -> int | None: ...  # noqa: D102
    def read(self, key: str) -> bytes | None: ...  # noqa: D102
    def names(self, key: str) -> list[str]: ...  # noqa: D102
    def below(self, key: str) -> list[str]: ...  # noqa: D102
    def create(self, key: str, data: bytes) -> bool: ...  # noqa: D102
    def replace(self, key: str, data: bytes) -> None: ...  # noqa: D102


@dataclass
class Tail:
    """The end of a ledger: its number of lines, the sha256 of the last, and the lines `seen` so far.

    `owed` are lines of this process whose records could not be written; whoever writes next here takes them
    back first. All of it is touched under `lock` only.
    """

    lines: int = 0
    head: str = ""
    is_known: bool = False
    seen: list[Line] = field(default_factory=list)
    owed: list[Line] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def add(self, number: int, data: bytes) -> None:
        """Take note of the line that comes next."""
        self.lines, self.head = number, sha256_of(data)
        with contextlib.suppress(ValueError):  # damaged: the row goes on after it, and verifying tells it
            self.seen.append(read_line(data))


def tail_of(address: str) -> Tail:
    """Give what this process knows of the ledger at an address; a forked process knows nothing yet."""
    return _tails.setdefault((os.getpid(), address), Tail())


def this_writer() -> str:
    """Give the name that this process has in the ledger: its own, and telling nothing of the machine."""
    return _writers.setdefault(os.getpid(), secrets.token_hex(6))
