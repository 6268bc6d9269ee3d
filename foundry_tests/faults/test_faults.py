"""Each fault of an upload ends as its row says: never two POSTs for an intent, nothing lost, all of it told.

Add here what must hold in every case.
Not here: the cases themselves (cases), being killed (test_kills), two runs at once (test_at_once).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from foundry_assets import evidence
from foundry_assets.craft.uploading import UploadProcess
from foundry_assets.store import Shelf
from foundry_tests.faults.carrying import full_when_writing, index_by, posts, recover
from foundry_tests.faults.cases import CASES, IMPATIENT, QUICK, Case, End
from foundry_tests.faults.driving import (
    SDIST,
    WHEEL,
    Attempt,
    attempt,
    intents_of,
    is_held,
    lift,
    shelf_at,
    upload_process,
    write_release,
)
from foundry_tests.faulty_index import FaultyIndex, faulty_index


@pytest.fixture(scope="module")
def server() -> Iterator[FaultyIndex]:
    """Serve one index for all cases of this module."""
    with faulty_index() as state:
        yield state


@pytest.fixture(scope="module")
def sending(server: FaultyIndex) -> Iterator[UploadProcess]:
    """Give one real upload process for most attempts; starting one for each would take a minute."""
    with upload_process(server.index, QUICK) as process:
        yield process


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fault(server: FaultyIndex, sending: UploadProcess, tmp_path: Path, case: Case) -> None:
    """Fault, second start, correction, another start: POSTs, verdicts and hold are those of the row."""
    server.begin_anew(**case.faults)
    paths, shelf, index = write_release(tmp_path / "dist"), shelf_at(tmp_path), server.index
    faulty_shelf = full_when_writing(shelf, case.unwritable)
    own = None if case.way != "straight" or case.limits is IMPATIENT else sending
    first = attempt(faulty_shelf, index_by(case, server), paths, limits=case.limits, sender=own)
    assert_end(first, case.first, server, shelf)
    assert is_held(shelf, index) == case.held
    assert all(message and remedy for message, remedy in first.told)
    assert bool(first.told) == (case.first.status != "published")

    recover(server)
    second = attempt(shelf, index, paths, limits=case.limits, sender=sending)
    if case.held:
        assert (second.status, posts(server)) == ("held", case.first.posts)
        lift(shelf, index)
        second = attempt(shelf, index, paths, limits=case.limits, sender=sending)
    assert_end(second, case.after, server, shelf)


def assert_end(made: Attempt, expected: End, server: FaultyIndex, shelf: Shelf) -> None:
    """Assert how an attempt ended, and that no intent led to two POSTs; a receipt tells the same."""
    verdicts = tuple(verdict for verdict in (expected.wheel, expected.sdist) if verdict)
    assert (made.status, made.verdicts, posts(server)) == (expected.status, verdicts, expected.posts)
    wheel, sdist = posts(server)
    intents = intents_of(shelf, server.index)
    assert wheel <= intents[WHEEL]
    assert sdist <= intents[SDIST]
    receipt = evidence.receipt_at(shelf, server.index.name)
    if verdicts:
        assert receipt is not None
        assert tuple(file.verdict for file in receipt.files) == verdicts
    if made.status == "published":
        assert set(server.files) == {WHEEL, SDIST}
        assert receipt is not None
        assert {file.serial for file in receipt.files} == {"7"}
        assert receipt.tools["twine"]
