"""The sensors under a real daemon: a committed bump is released once, also where all is killed meanwhile.

Add here what only a running daemon can show.
Not here: what a tick decides (launching/test_sensors, launching/test_failed_releases).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets import evidence
from foundry_assets.craft.summary import read_entries
from foundry_assets.records import Outcome
from foundry_assets.store import Shelf
from foundry_assets.verifying import verify
from foundry_tests.faulty_index import faulty_index
from foundry_tests.ui.sensing import Watched, kill_worker_and_daemon, start, ticks, wait_for_tick
from foundry_tests.ui.serving import View, is_posix, view_of, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not is_posix(), reason="SIGKILL")]
BUMPS, FAILURES = "version_bumps", "failed_releases"


def _has_begun(view: View, step: str) -> bool:
    """Tell whether the one run has come to a step."""
    found = view.ask("{ runsOrError { ... on Runs { results { runId } } } }")["runsOrError"]["results"]
    return bool(found) and f'Started execution of step "{step}"' in view.words_of(found[0]["runId"])


def _intents(shelf: Shelf, index: str) -> list[int]:
    names = shelf.names(f"upload_receipt/{index}/intents")
    return [len(evidence.intents(shelf, index, name)) for name in names]


def test_a_version_bumped_by_a_commit_is_released(tmp_path: Path) -> None:
    """First sight takes stock; the commit of a new version becomes one published release, and no other."""
    watched = Watched(tmp_path)
    with view_of(watched.place) as view:
        start(view, BUMPS)
        wait_for_tick(view, BUMPS, "first sight of 1.0: taken stock of")
        assert view.runs() == []
        release = watched.bump("1.1")
        wait_until(lambda: view.runs() == [(release, "SUCCESS")], "it is released", [view.process])
        seen = len(ticks(view, BUMPS))
        wait_until(lambda: len(ticks(view, BUMPS)) > seen, "another tick", [view.process])
        assert view.runs() == [(release, "SUCCESS")]
    entry = read_entries(watched.foundry.home.summary)[release]
    assert (entry.status, entry.launched.by, entry.launched.name) == ("published", "sensor", BUMPS)
    assert _intents(watched.shelf(release), "local") == [1, 1]


def test_killed_before_any_intent_it_is_launched_again_and_released_once(tmp_path: Path) -> None:
    """After SIGKILL of worker and daemon in a build, a restart alone releases it, and its evidence fits."""
    watched = Watched(tmp_path, seconds=3)
    with view_of(watched.place) as view:
        start(view, BUMPS)
        wait_for_tick(view, BUMPS, "first sight of 1.0")
        release = watched.bump("1.1")
        wait_until(lambda: _has_begun(view, "sdist"), "the build has begun", [view.process])
        kill_worker_and_daemon(view)
    assert _intents(watched.shelf(release), "local") == []
    ended = [(release, "SUCCESS"), (release, "FAILURE")]
    with view_of(watched.place) as view:
        wait_until(lambda: view.runs() == ended, "another run has released it", [view.process])
        wait_for_tick(view, FAILURES, "ended without a word of its own")
    shelf = watched.shelf(release)
    assert _intents(shelf, "local") == [1, 1]
    outcomes = sorted(outcome.status for outcome in shelf.records("runs", Outcome))
    assert outcomes == ["failed", "published"]
    entry = read_entries(watched.foundry.home.summary)[release]
    assert entry.status == "published"
    assert verify(shelf, watched.foundry, entry=entry).status == "fits"


def test_killed_after_its_intent_it_is_held_and_never_sent_again_by_itself(tmp_path: Path) -> None:
    """After SIGKILL in the middle of a POST the restart leaves a hold, tells it, and sends nothing."""
    with faulty_index(upload="never answers, lost") as server:
        where = f'upload_url = "{server.index.upload_url}"\nsimple_url = "{server.index.simple_url}"\n'
        watched = Watched(tmp_path, index="faulty", indexes=f"[indexes.faulty]\nanonymous = true\n{where}")
        with view_of(watched.place) as view:
            start(view, BUMPS)
            wait_for_tick(view, BUMPS, "first sight of 1.0")
            release = watched.bump("1.1")
            wait_until(lambda: server.total_posts == 1, "the wheel is sent", [view.process])
            kill_worker_and_daemon(view)
        with view_of(watched.place) as view:
            wait_for_tick(view, FAILURES, "may have been sent")
            wait_for_tick(view, BUMPS, f"{release} is held at `faulty`")
            assert view.runs() == [(release, "FAILURE")]
        assert server.total_posts == 1
    shelf = watched.shelf(release)
    hold = evidence.standing_hold(shelf, "faulty")
    assert hold is not None
    assert [name.endswith(".whl") for name in hold.files] == [True]
    entry = read_entries(watched.foundry.home.summary)[release]
    assert entry.status == "in_doubt"
    assert verify(shelf, watched.foundry, entry=entry).status == "fits"
