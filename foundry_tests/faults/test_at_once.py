"""Two runs of one release at the same time: one sends, the other sends nothing and leaves nothing behind.

Add here another way in which two runs can meet.
Not here: a run that comes after another was killed (test_kills).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from foundry_assets import evidence
from foundry_assets.content import hash_file
from foundry_assets.records import Intent
from foundry_tests.faults.driving import (
    SDIST,
    WHEEL,
    Attempt,
    Limits,
    attempt,
    intents_of,
    is_held,
    shelf_at,
    write_release,
)
from foundry_tests.faults.killing import start
from foundry_tests.faulty_index import FaultyIndex, faulty_index


@pytest.fixture
def server() -> Iterator[FaultyIndex]:
    """Serve an empty index."""
    with faulty_index() as state:
        yield state


def test_two_processes_at_once(server: FaultyIndex, tmp_path: Path) -> None:
    """While one run waits for its answer, another one of the release ends without sending or holding it."""
    server.upload = "never answers, stored"
    paths, limits = write_release(tmp_path / "dist"), Limits(serve_seconds=5)
    first = start(tmp_path, server.index, paths, limits=limits)
    ends_at = time.monotonic() + 20
    while not server.total_posts and time.monotonic() < ends_at:
        time.sleep(0.02)
    second = start(tmp_path, server.index, paths, limits=limits).ends()
    assert isinstance(second, Attempt)
    assert second.status == "blocked"
    ((message, remedy),) = second.told
    assert "another run is sending demo-pkg==1.0 to `faulty`" in message
    assert "wait for that run" in remedy
    assert not is_held(shelf_at(tmp_path), server.index)
    server.upload = "ok"
    server.released.set()
    assert first.ends() == Attempt("published", ("created", "created"), ())
    assert dict(server.posts) == {WHEEL: 1, SDIST: 1}
    assert intents_of(shelf_at(tmp_path), server.index) == {WHEEL: 1, SDIST: 1}
    assert not is_held(shelf_at(tmp_path), server.index)


@pytest.mark.parametrize(
    ("minutes_ago", "expected", "held"),
    [
        (1, Attempt("failed", ("not_sent", "not_sent"), ()), False),
        (90, Attempt("in_doubt", ("unknown", "not_sent"), ()), True),
    ],
)
def test_run_on_another_machine(
    server: FaultyIndex, tmp_path: Path, minutes_ago: int, expected: Attempt, held: bool
) -> None:
    """A young intent of another machine is a run at work, to be waited for; an old one is doubt, and held."""
    paths, shelf = write_release(tmp_path / "dist"), shelf_at(tmp_path)
    sha256, size = hash_file(paths[0])
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    intent = Intent(
        number=1,
        release="demo-pkg==1.0",
        index="faulty",
        upload_url=server.index.upload_url,
        filename=WHEEL,
        sha256=sha256,
        bytes=size,
        frozen={path.name: hash_file(path)[0] for path in paths},
        corrections=0,
        run_id="theirs",
        machine="another-machine",
        at=at.isoformat(),
    )
    assert evidence.open_intent(shelf, intent)
    made = attempt(shelf, server.index, paths, limits=Limits())
    assert (made.status, made.verdicts) == (expected.status, expected.verdicts)
    assert "run theirs meant to send it" in made.told[0][0]
    assert (server.total_posts, is_held(shelf, server.index)) == (0, held)
