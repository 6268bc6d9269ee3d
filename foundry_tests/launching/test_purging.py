"""Old runs leave the history, and nothing that was proven goes with them.

Add here another kind of run that must stay.
Not here: evidence itself (verifying), and the ticks of sensors and schedules (test_home).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner

from foundry_assets.cli import foundry as command
from foundry_assets.home import Foundry
from foundry_assets.launching.history import open_instance
from foundry_assets.launching.line_run import run_line
from foundry_assets.launching.orders import Choice, resolve
from foundry_assets.launching.purging import old_runs, purge_runs
from foundry_tests.story_fixtures import quick_project

KEY = "story-quick==1.0"
SOON = datetime.now(UTC) + timedelta(days=1)


def a_run(instance: dg.DagsterInstance, key: str, status: str, mode: str = "release") -> str:
    """Put a run into the history, and give its number."""
    tags = {"mode": mode} | ({"dagster/partition": key} if key else {})
    run = instance.create_run_for_job(dg.job(name="release")(lambda: None), tags=tags)
    instance.run_storage.handle_run_event(run.run_id, _event(status))
    return run.run_id


def _event(status: str) -> dg.DagsterEvent:
    kind = {"SUCCESS": "RUN_SUCCESS", "FAILURE": "RUN_FAILURE", "STARTED": "RUN_START"}[status]
    return dg.DagsterEvent(event_type_value=getattr(dg.DagsterEventType, kind).value, job_name="release")


def test_the_newest_and_the_newest_good_run_of_each_release_stay() -> None:
    """Older ones go, runs at work never do, and a rehearsal does not stand in for a release."""
    with dg.DagsterInstance.ephemeral() as instance:
        gone = [a_run(instance, "a==1", "SUCCESS")]
        kept = [a_run(instance, "a==1", "SUCCESS")]
        gone += [a_run(instance, "a==1", "FAILURE")]
        kept += [a_run(instance, "a==1", "FAILURE"), a_run(instance, "a==1", "SUCCESS", "rehearse")]
        kept += [a_run(instance, "b==1", "STARTED"), a_run(instance, "b==1", "FAILURE")]
        gone += [a_run(instance, "", "SUCCESS")]
        assert {run.run_id for run in old_runs(instance, before=SOON)} == set(gone)
        purge_runs(instance, before=SOON)
        assert {run.run_id for run in instance.get_runs()} == set(kept)


def test_a_run_that_is_not_old_stays() -> None:
    """Nothing goes that was created after the time that a person gave."""
    with dg.DagsterInstance.ephemeral() as instance:
        a_run(instance, "", "SUCCESS")
        assert old_runs(instance, before=datetime.now(UTC) - timedelta(days=1)) == []


def test_after_a_purge_everything_is_told_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`status` and `verify` say the same, the release still stands as made, and the older run is gone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOUNDRY_HOME", str(tmp_path / "home"))
    foundry = Foundry()
    (order,) = resolve(Choice(paths=(quick_project(tmp_path / "source"),)), foundry)
    with open_instance(foundry.home) as instance:
        first, second = (run_line(order, foundry=foundry, instance=instance) for _ in range(2))
    assert (first.status, second.status) == ("published", "published")
    before = [told("status", "--json"), told("verify", KEY)]
    assert "1 run older than 0 days would leave" in told("purge", "--older-than", "0", "--dry-run")
    assert "1 run older than 0 days left" in told("purge", "--older-than", "0")
    assert [told("status", "--json"), told("verify", KEY)] == before
    with open_instance(foundry.home) as instance:
        assert [run.run_id for run in instance.get_runs()] == [second.run_id]
        assert instance.get_materialized_partitions(dg.AssetKey("wheel")) == {KEY}


def told(*words: str) -> str:
    """Call the command and give all that it says."""
    result = CliRunner().invoke(command, words)
    assert result.exit_code == 0, result.output
    return result.output
