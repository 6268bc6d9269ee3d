"""A run that fails or dies leaves whole evidence: its own, or what `failed_releases` writes for it.

Add here another end of a run, and what must be written down after it.
Not here: the webhook's own failures (test_webhook), and a really killed worker (ui/test_watching).
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from foundry_assets import evidence
from foundry_assets.craft.summary import read_entries
from foundry_assets.launching.attempts import LOST_TAG
from foundry_assets.launching.jobs import launch_config
from foundry_assets.launching.processes import PROCESS_TAG
from foundry_assets.launching.sensors import failed_releases
from foundry_assets.release import PARTITION_SET
from foundry_tests.launching.evaluating import evaluated
from foundry_tests.launching.leaving import write_intent
from foundry_tests.launching.receiving import SECRET, receiver
from foundry_tests.launching.test_stopped_runs import CARRIED, ended_process, left_run
from foundry_tests.story_fixtures import House, quick_project

KEY = "story-quick==1.0"
PACKAGE = '[[package]]\nname = "story-quick"\nsource = "source"\n'


@dataclass
class Watched:
    """A house whose runs are watched, with a lasting Dagster instance and the sensor's cursor."""

    house: House
    instance: dg.DagsterInstance
    cursor: str | None = None

    def left(self, *, cancelled: bool = False, **form: Any) -> str:
        """Leave a run of the release in the history that ended without a word in the store; gives its id."""
        self.instance.add_dynamic_partitions(PARTITION_SET, [KEY])
        run = dg.DagsterRun(
            "release",
            tags={"dagster/partition": KEY, "launcher": "sensor"},
            run_config=launch_config(**{"index": "local", **form}),
            status=dg.DagsterRunStatus.STARTED,
        )
        self.instance.add_run(run)
        (self.instance.report_run_canceled if cancelled else self.instance.report_run_failed)(run)
        return run.run_id

    def tick(self) -> str:
        """Evaluate the sensor as the daemon does, and give what the tick tells."""
        told = evaluated(failed_releases, self.house.foundry, self.instance, self.cursor)
        assert isinstance(told.skip_reason, dg.SkipReason)
        self.cursor = told.cursor
        return told.skip_reason.skip_message or ""

    def tags(self, run_id: str) -> dict[str, str]:
        """Give a run's tags as they are now."""
        run = self.instance.get_run_by_id(run_id)
        assert run is not None
        return dict(run.tags)


@pytest.fixture
def watched(house: House, tmp_path: Path) -> Iterator[Watched]:
    """A house under watch, with its package in the catalog."""
    quick_project(house.root / "source")
    house.catalog(PACKAGE)
    folder = tmp_path / "dagster"
    folder.mkdir()
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        house.instance = instance
        yield Watched(house, instance)


def test_a_run_that_died_before_any_intent_is_told_and_holds_nothing(watched: Watched) -> None:
    """Outcome, summary and page say `failed` and by which run; the release can be launched again."""
    run_id = watched.left()
    assert f"{KEY} at local: failed: run {run_id[:8]} ended without a word" in watched.tick()
    shelf = watched.house.shelf()
    outcome = evidence.outcome_of(shelf, run_id)
    assert outcome is not None
    assert (outcome.status, outcome.index) == ("failed", "local")
    entry = read_entries(watched.house.home.summary)[KEY]
    assert (entry.status, entry.run_id, entry.launched.by) == ("failed", run_id, "sensor")
    assert "**failed** at `local`" in watched.house.page()
    assert evidence.standing_hold(shelf, "local") is None
    assert LOST_TAG in watched.tags(run_id)
    assert watched.tick() == "no release has failed"


def test_a_run_that_died_after_its_intent_leaves_a_hold(watched: Watched) -> None:
    """A file may have gone out: in doubt, held, told on the page, and the next start sends nothing."""
    run_id = watched.left()
    intent = write_intent(watched.house.shelf(), "local", run_id=run_id)
    assert "in_doubt" in watched.tick()
    hold = evidence.standing_hold(watched.house.shelf(), "local")
    assert hold is not None
    assert (hold.run_id, hold.files) == (run_id, (intent.filename,))
    assert "A hold stands at `local`" in watched.house.page()
    assert read_entries(watched.house.home.summary)[KEY].status == "in_doubt"
    assert watched.house.launch(KEY).success is False
    assert watched.house.posts == []


def test_a_run_that_told_its_own_end_is_left_as_it_told_it(watched: Watched) -> None:
    """A blocked run has settled itself: it is told, and nothing is written a second time."""
    blocked = watched.house.release(quick_project(watched.house.root / "source", fail='"on purpose"'))
    assert blocked.status == "blocked"
    before = watched.house.shelf().ledger.head()
    assert f"{KEY} at local: blocked: " in watched.tick()
    assert watched.house.shelf().ledger.head() == before
    assert LOST_TAG not in watched.tags(blocked.run_id)


def test_a_release_that_a_later_run_published_stays_published(watched: Watched) -> None:
    """A dead run that is found late gets its own outcome, and takes nothing back."""
    run_id = watched.left()
    published = watched.house.release(watched.house.root / "source")
    assert published.status == "published", published.message
    watched.tick()
    entry = read_entries(watched.house.home.summary)[KEY]
    assert (entry.status, entry.run_id) == ("published", published.run_id)
    assert evidence.outcome_of(watched.house.shelf(), run_id) is not None
    assert evidence.standing_hold(watched.house.shelf(), "local") is None


def test_a_run_on_another_machine_overtakes_a_dead_one_too(watched: Watched) -> None:
    """What a machine with another home has published stays published, although no summary here tells it."""
    run_id = watched.left()
    watched.house.release(watched.house.root / "source")
    for file in watched.house.home.root.glob("make_all_summary*.json"):
        file.unlink()
    watched.tick()
    assert KEY not in read_entries(watched.house.home.summary)
    assert evidence.outcome_of(watched.house.shelf(), run_id) is not None
    assert "**published** at `local`" in watched.house.page()


def test_a_dead_rehearsal_is_told_among_the_rehearsals(watched: Watched) -> None:
    """Its evidence lies apart, and nothing of the release itself is touched or held."""
    watched.left(mode="rehearse")
    watched.tick()
    entries = read_entries(watched.house.home.summary)
    assert [*entries] == [f"{KEY} (rehearsal)"]
    assert watched.house.shelf().places() == []


def test_a_cancelled_run_is_told_as_one_and_not_as_lost(watched: Watched) -> None:
    """A person's cancelling is evidence too, but no reason to launch again at once."""
    run_id = watched.left(cancelled=True)
    assert "was cancelled" in watched.tick()
    assert LOST_TAG not in watched.tags(run_id)


def test_what_is_being_sent_just_now_is_looked_at_again(watched: Watched) -> None:
    """While somebody holds the release's sending nothing is concluded; the next tick does it."""
    run_id = watched.left()
    with watched.house.shelf().alone(f"{evidence.place_of('local')}/sending") as alone:
        assert alone
        assert "is being sent just now" in watched.tick()
        assert evidence.outcome_of(watched.house.shelf(), run_id) is None
    assert "failed" in watched.tick()


def test_runs_of_a_killed_process_are_closed_and_those_of_a_living_one_are_not(watched: Watched) -> None:
    """A killed command line and a killed worker are dead; a living one, one elsewhere, a new one are not."""
    host, dead, alive = socket.gethostname(), ended_process(), os.getpid()
    elsewhere = {**CARRIED, ".dagster/grpc_info": '{"host": "code.example", "port": 1}'}
    killed = [
        left_run(watched.instance, None, {PROCESS_TAG: f"{host} {dead} 1.0"}),
        left_run(watched.instance, dead, CARRIED),
    ]
    living = [
        left_run(watched.instance, alive, CARRIED),
        left_run(watched.instance, None, CARRIED),
        left_run(watched.instance, None, {PROCESS_TAG: f"elsewhere {dead} 1.0"}),
        left_run(watched.instance, dead, elsewhere),
    ]
    watched.tick()
    statuses = {run.run_id: run.status for run in watched.instance.get_runs()}
    assert {statuses[run_id] for run_id in killed} == {dg.DagsterRunStatus.FAILURE}
    assert {statuses[run_id] for run_id in living} == {dg.DagsterRunStatus.STARTED}


def test_the_webhook_is_told_once_of_each_failure_since_the_watch_began(watched: Watched) -> None:
    """What failed before is history; afterwards each failure is posted once, and the secret shown nowhere."""
    watched.left()
    with receiver() as server:
        watched.house.catalog(f'[foundry]\nwebhook = "{server.address}"\n\n{PACKAGE}')
        watched.cursor = json.dumps({"began": 4e9})
        assert SECRET not in watched.tick()
        assert server.came == []
        watched.cursor = json.dumps({"began": 0.0})
        run_id = watched.left()
        told = watched.tick() + watched.tick()
        posted = [body for _, body in server.came if body["run_id"] == run_id]
    assert SECRET not in told
    (body,) = posted
    assert (body["release"], body["status"], body["index"]) == (KEY, "failed", "local")
    assert body["text"].startswith(f"{KEY} at local: failed")
    assert body["change_control"].endswith("story-quick-1.0.md")
    for path in [*watched.house.home.root.rglob("*"), *Path(watched.instance.root_directory).rglob("*")]:
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


def test_a_webhook_that_fails_is_told_and_costs_no_evidence(watched: Watched) -> None:
    """The tick says that it answered 500, names no address, and the release is settled all the same."""
    with receiver(500) as server:
        watched.house.catalog(f'[foundry]\nwebhook = "{server.address}"\n\n{PACKAGE}')
        watched.cursor = json.dumps({"began": 0.0})
        run_id = watched.left()
        told = watched.tick()
    assert "the webhook was not told: it answered 500" in told
    assert SECRET not in told
    assert evidence.outcome_of(watched.house.shelf(), run_id) is not None
