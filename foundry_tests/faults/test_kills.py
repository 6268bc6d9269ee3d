"""Killed at any boundary, a release is in its old state or its new one, and another start does what is right.

Add a row for another boundary between intent, POST, answer, verification, hold and receipt.
Not here: faults that the foundry lives through (test_faults).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from foundry_tests.faults.carrying import posts, recover
from foundry_tests.faults.cases import (
    DOUBT,
    FIRST_GO,
    PUBLISHED,
    REST_ONLY,
    SAME,
    SECOND_GO,
    End,
    answer,
    upload,
)
from foundry_tests.faults.driving import (
    SDIST,
    WHEEL,
    Attempt,
    Limits,
    gone,
    is_held,
    lift,
    shelf_at,
    write_release,
)
from foundry_tests.faults.killing import start
from foundry_tests.faults.test_faults import assert_end
from foundry_tests.faulty_index import FaultyIndex, faulty_index

LIMITS = Limits()
MUCH = 48 << 20
"""More bytes than the buffers between two processes take."""


@dataclass(frozen=True)
class Kill:
    """Where the run is killed, the POSTs until then, how the next start ends, and the one after a lifting.

    `again` is None where that start is refused by a hold; `lifted` is None where none is left.
    """

    point: str
    posts: tuple[int, int]
    again: End | None
    lifted: End | None = None
    faults: dict[str, Any] = field(default_factory=dict)
    padding: int = 0


NEVER_BEGUN = End("in_doubt", "unknown", "not_sent", (0, 0))
SDIST_IN_DOUBT = End("in_doubt", "already_identical", "unknown", (1, 0))
FAILED = answer(500, "Internal Server Error")

KILLS: dict[str, Kill] = {
    "before the first intent": Kill(f"before create intents/{WHEEL}", (0, 0), PUBLISHED),
    "between intent and POST": Kill(f"after create intents/{WHEEL}", (0, 0), NEVER_BEGUN, FIRST_GO),
    "in the middle of the body": Kill(
        f"body under way {WHEEL}", (1, 0), DOUBT, SECOND_GO, upload("stalls during body"), MUCH
    ),
    "body out, no answer, lost": Kill(
        f"body out {WHEEL}", (1, 0), DOUBT, SECOND_GO, upload("never answers, lost")
    ),
    "body out, no answer, stored": Kill(
        f"body out {WHEEL}", (1, 0), REST_ONLY, None, upload("never answers, stored")
    ),
    "answer there, file taken": Kill(f"after send {WHEEL}", (1, 0), REST_ONLY),
    "answer there, file lost": Kill(f"after send {WHEEL}", (1, 0), DOUBT, SECOND_GO, FAILED),
    "before the index is asked": Kill("before page 2", (1, 0), REST_ONLY),
    "when our bytes were seen": Kill("after file 1", (1, 0), REST_ONLY),
    "before the second intent": Kill(f"before create intents/{SDIST}", (1, 0), REST_ONLY),
    "between second intent and POST": Kill(
        f"after create intents/{SDIST}", (1, 0), SDIST_IN_DOUBT, REST_ONLY
    ),
    "second answer there": Kill(f"after send {SDIST}", (1, 1), SAME),
    "all seen, before the receipt": Kill("before create receipts/", (1, 1), SAME),
    "receipt in the history only": Kill("before write receipt.json", (1, 1), SAME),
    "after the receipt": Kill("after write receipt.json", (1, 1), SAME),
    "failed, before the hold": Kill("before create holds/", (1, 0), DOUBT, SECOND_GO, FAILED),
    "failed, between hold and receipt": Kill("after create holds/", (1, 0), None, SECOND_GO, FAILED),
    "failed, after the receipt": Kill("after write receipt.json", (1, 0), None, SECOND_GO, FAILED),
}


@pytest.fixture(scope="module")
def server() -> Iterator[FaultyIndex]:
    """Serve one index for all cases of this module."""
    with faulty_index() as state:
        yield state


@pytest.mark.parametrize("name", KILLS)
def test_killed(server: FaultyIndex, tmp_path: Path, name: str) -> None:
    """Records are whole, the upload process is gone, and each fresh start ends as its row says."""
    kill = KILLS[name]
    server.begin_anew(**kill.faults)
    paths = write_release(tmp_path / "dist", padding=b"\0" * kill.padding)
    shelf, index = shelf_at(tmp_path), server.index
    left = start(tmp_path, index, paths, limits=LIMITS, killed_at=kill.point).ends()
    assert isinstance(left, list), f"it was not killed, but ended: {left}"
    assert gone(left, within_seconds=10)
    server.released.set()
    assert_comes(server, kill.posts)
    assert_whole(tmp_path / "store")

    recover(server)
    again = run(server, tmp_path, paths)
    if kill.again is None:
        assert (again.status, posts(server)) == ("held", kill.posts)
    else:
        assert_end(again, kill.again, server, shelf)
    assert is_held(shelf, index) == (kill.lifted is not None)
    if kill.lifted is not None:
        lift(shelf, index)
        assert_end(run(server, tmp_path, paths), kill.lifted, server, shelf)
    assert run(server, tmp_path, paths).verdicts == ("already_identical", "already_identical")


def run(server: FaultyIndex, folder: Path, paths: list[Path]) -> Attempt:
    """Start once more, in a fresh process that nothing kills."""
    made = start(folder, server.index, paths, limits=LIMITS).ends()
    assert isinstance(made, Attempt)
    return made


def assert_comes(server: FaultyIndex, expected: tuple[int, int]) -> None:
    """Assert that these POSTs come, and no more: the index may count one after its sender is gone."""
    ends_at = time.monotonic() + 5
    while posts(server) != expected and time.monotonic() < ends_at:
        time.sleep(0.02)
    assert posts(server) == expected


def assert_whole(store: Path) -> None:
    """Assert that every record of a store can be read; there may be none yet."""
    for record in store.rglob("*.json"):
        assert json.loads(record.read_text(encoding="utf-8")), record
