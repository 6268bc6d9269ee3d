"""Carrying out a case: the way to the index, the disk that is full, the index that recovers.

Add here what both the tests and the comparison with peers need to have a case happen.
Not here: the cases (cases), and what is asserted of them (test_faults).
"""

from __future__ import annotations

import errno
import socket
from dataclasses import replace

from foundry_assets.catalog import Index
from foundry_assets.medium import Medium
from foundry_assets.store import Shelf
from foundry_tests.faults.cases import Case
from foundry_tests.faults.driving import SDIST, WHEEL
from foundry_tests.faulty_index import FaultyIndex


def posts(server: FaultyIndex) -> tuple[int, int]:
    """Count the POSTs of wheel and sdist; one whose body nobody read was the wheel's, as the first."""
    return server.posts[WHEEL] + server.posts[""], server.posts[SDIST]


def recover(server: FaultyIndex) -> None:
    """Have the index behave again, with what it holds."""
    server.upload, server.reading, server.reading_after, server.stale_polls = "ok", "json", None, 0


def index_by(case: Case, server: FaultyIndex) -> Index:
    """Give the index, with an upload address that lies at the end of the case's way."""
    addresses = {
        "straight": server.index.upload_url,
        "nobody there": f"http://127.0.0.1:{_closed_port()}/legacy/",
        "no TLS": server.index.upload_url.replace("http:", "https:"),
        "no such name": "http://upload.invalid/legacy/",
    }
    return server.index.model_copy(update={"upload_url": addresses[case.way]})


def _closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class FullMedium(Medium):
    """A medium with no room for records of one kind."""

    unwritable = ""

    def create(self, key: str, data: bytes) -> bool:
        """Write as ever, or have no room."""
        self._look_for_room(key)
        return super().create(key, data)

    def replace(self, key: str, data: bytes) -> None:
        """Write as ever, or have no room."""
        self._look_for_room(key)
        super().replace(key, data)

    def _look_for_room(self, key: str) -> None:
        if self.unwritable in key:
            raise OSError(errno.ENOSPC, "No space left on device")


def full_when_writing(shelf: Shelf, record: str) -> Shelf:
    """Give the shelf on a disk that is full when a record of this name is to be written; "" is none."""
    if not record:
        return shelf
    kind = type("FullForThis", (FullMedium,), {"unwritable": record})
    return replace(shelf, _medium=kind(shelf._medium._fs, shelf._medium._base))
