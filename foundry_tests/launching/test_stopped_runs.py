"""Runs that a stop has caught: told apart by their process, and closed so that their release can go on.

Add here another way in which a run can be left behind.
Not here: the servers that carry runs (ui/test_serving).
"""

from __future__ import annotations

import os
import subprocess
import sys

import dagster as dg
import pytest
from dagster._core.events import EngineEventData

from foundry_assets.launching.stopped_runs import cancel_runs, close_lost_runs

CARRIED = {".dagster/grpc_info": '{"host": "127.0.0.1", "socket": "/nowhere"}', "dagster/partition": "a==1"}


def ended_process() -> int:
    """Give the number of a process that is over."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def left_run(instance: dg.DagsterInstance, process: int | None, tags: dict[str, str]) -> str:
    """Record a run as it stands in the history while it is at work in that process."""

    @dg.job
    def release() -> None: ...

    run = instance.create_run_for_job(release, status=dg.DagsterRunStatus.STARTED, tags=tags)
    if process is not None:
        told = EngineEventData(metadata={"pid": dg.MetadataValue.text(str(process))})
        instance.report_engine_event("Started process for run.", run, told)
    return run.run_id


def status_of(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    """Give how a run stands in the history."""
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


@pytest.mark.parametrize("has_begun", [True, False], ids=["its process is gone", "it never got one"])
def test_a_lost_run_is_closed(instance: dg.DagsterInstance, has_begun: bool) -> None:
    """A run without a living process is closed as failed, and the release that it was about is told."""
    run_id = left_run(instance, ended_process() if has_begun else None, CARRIED)
    assert close_lost_runs(instance) == ["a==1"]
    assert status_of(instance, run_id) is dg.DagsterRunStatus.FAILURE


def test_other_runs_are_left_alone(instance: dg.DagsterInstance) -> None:
    """A run whose process lives, and one that no code server carries, stay as they are."""
    at_work = left_run(instance, os.getpid(), CARRIED)
    of_the_command_line = left_run(instance, ended_process(), {"dagster/partition": "a==1"})
    assert close_lost_runs(instance) == []
    for run_id in (at_work, of_the_command_line):
        assert status_of(instance, run_id) is dg.DagsterRunStatus.STARTED


def test_cancelling_ends_whatever_the_run_answers(instance: dg.DagsterInstance) -> None:
    """A run at work that cannot be reached keeps nobody waiting longer than the patience given."""
    left_run(instance, os.getpid(), CARRIED)
    left_run(instance, ended_process(), CARRIED)
    assert cancel_runs(instance, patience_seconds=0.1) == ["a==1"]
