"""A Celery worker names its runs, and closes those that an earlier worker of its machine lost.

Add here another signal of Celery's that the foundry hears.
Not here: workers at work (machines).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import pack_value

pytest.importorskip("celery", reason="the extra `celery` is not installed")

from foundry_assets.launched import MACHINE_VARIABLE, machine
from foundry_assets.launching.celery_hosts import close_lost, name_process
from foundry_assets.launching.processes import PROCESS_TAG, process_name
from foundry_tests.launching.test_stopped_runs import ended_process, left_run, status_of


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """A lasting instance that a worker finds by DAGSTER_HOME, on a machine with a name of its own."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv(MACHINE_VARIABLE, "worker 1")
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n", "utf-8")
    with dg.DagsterInstance.get() as instance:
        yield instance


def test_a_run_carries_the_process_that_works_on_it(history: dg.DagsterInstance) -> None:
    """Before dagster_celery's task runs a release, the run is tagged; other tasks are let pass."""
    run_id = left_run(history, None, {})
    repository = RepositoryPythonOrigin("python", ModuleCodePointer("foundry_assets.definitions", "defs"))
    told = ExecuteRunArgs(JobPythonOrigin("release", repository), run_id, history.get_ref(), True)
    name_process(kwargs={"execute_job_args_packed": pack_value(told)})
    name_process(kwargs={"a": 1})
    name_process()
    run = history.get_run_by_id(run_id)
    assert run is not None
    assert run.tags[PROCESS_TAG] == process_name()
    assert run.tags[PROCESS_TAG].startswith(f"worker-1 {os.getpid()} ")


def test_a_worker_that_starts_again_closes_what_its_machine_lost(history: dg.DagsterInstance) -> None:
    """Runs whose process is gone are closed; those that live, and another machine's, are not."""
    dead = ended_process()
    lost = left_run(history, None, {PROCESS_TAG: f"{machine()} {dead} 1.0"})
    kept = [
        left_run(history, None, {PROCESS_TAG: process_name()}),
        left_run(history, None, {PROCESS_TAG: f"worker-2 {dead} 1.0"}),
        left_run(history, None, {}),
    ]
    close_lost()
    assert status_of(history, lost) is dg.DagsterRunStatus.FAILURE
    assert {status_of(history, run_id) for run_id in kept} == {dg.DagsterRunStatus.STARTED}
