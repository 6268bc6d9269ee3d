"""What of Dagster's instance would hinder launches is seen: its settings, tables, daemon and runs.

Add here another state of an instance.
Not here: starting and ending the servers (ui).
"""

from __future__ import annotations

import contextlib
import sqlite3

import dagster as dg
import pytest

from foundry_assets.doctor import history
from foundry_assets.home import Home
from foundry_tests.doctor.scene import beat, by_check


def test_a_fresh_home_is_good(home: Home) -> None:
    """The instance that the foundry writes holds its own settings, and opens with up-to-date tables."""
    found = by_check([*history.settings(home), *history.instance(home)])
    assert {finding.verdict for finding in found.values()} == {"good"}
    assert list(found) == ["dagster.yaml", "Dagster", "daemon", "runs"]
    assert "foundry ui" in found["daemon"].remedy


def test_what_a_users_own_settings_lack_is_named(home: Home) -> None:
    """Every setting of ours that is missing or another one is told with its value."""
    (home.dagster / "dagster.yaml").write_text(
        "run_retries:\n  enabled: true\ntelemetry:\n  enabled: false\n"
    )
    (found,) = history.settings(home)
    assert found.verdict == "warning"
    assert "run_retries.enabled: False" in found.found
    assert "concurrency.pools.default_limit: 1" in found.found
    assert "telemetry" not in found.found


def test_settings_that_cannot_be_read_block_and_are_not_quoted(home: Home) -> None:
    """A broken file is told without its lines, among which a password may be."""
    (home.dagster / "dagster.yaml").write_text("storage: {postgres: {password: canary\n")
    found = [*history.settings(home), *history.instance(home)]
    assert [finding.verdict for finding in found] == ["blocks", "blocks"]
    assert not any("canary" in finding.found + finding.remedy for finding in found)


def test_older_tables_block_with_the_command_that_mends_them(home: Home) -> None:
    """A history that another Dagster wrote is told before a release stumbles over it."""
    [*history.instance(home)]
    with contextlib.closing(sqlite3.connect(home.dagster / "history" / "runs" / "index.db")) as tables:
        tables.execute("update alembic_version set version_num = '3778078a3582'")
        tables.commit()
    found = by_check(history.instance(home))["Dagster"]
    assert (found.verdict, "dagster instance migrate" in found.remedy) == ("blocks", True)


@pytest.mark.parametrize("errors", [[], ["canary"]])
def test_a_daemon_at_work_is_seen(home: Home, errors: list[str]) -> None:
    """All of it at work is good; a part that tells errors, or is missing, warns by its name."""
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        beat(instance, {"SENSOR": errors})
    found = by_check(history.instance(home))["daemon"]
    assert (found.verdict, "SENSOR" in found.found) == (("warning", True) if errors else ("good", False))
    assert "canary" not in found.found


def test_runs_that_hang_are_named_by_their_release(home: Home) -> None:
    """A run whose process is gone, and one that has been at work for hours, keep others waiting."""
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        lost = {"dagster/partition": "a==1", ".dagster/grpc_info": "{}"}
        instance.run_storage.add_run(
            dg.DagsterRun(job_name="release", status=dg.DagsterRunStatus.STARTED, tags=lost)
        )
    found = by_check(history.instance(home))["runs"]
    assert (found.verdict, "a==1" in found.found) == ("warning", True)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        instance.wipe()
        long = {"dagster/partition": "b==1"}
        instance.run_storage.add_run(
            dg.DagsterRun(job_name="release", status=dg.DagsterRunStatus.STARTED, tags=long)
        )
    assert by_check(history.instance(home))["runs"].verdict == "good"
    with contextlib.closing(sqlite3.connect(home.dagster / "history" / "runs.db")) as tables:
        tables.execute("update runs set create_timestamp = '2020-01-01 00:00:00', start_time = 1577836800")
        tables.commit()
    found = by_check(history.instance(home))["runs"]
    assert (found.verdict, "more than two hours: b==1" in found.found) == ("warning", True)
