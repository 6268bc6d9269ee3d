"""What a Celery worker adds for the foundry: its runs carry its name, and those that it lost are closed.

Add here what Celery alone knows of a run, heard by its own signals; a worker loads this by `--include`.
Not here: running (dagster_celery does that), and what becomes of a run that was closed (failed_runs).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
from celery.signals import task_postrun, task_prerun, worker_ready

from foundry_assets.ahead import end_ahead
from foundry_assets.launching.processes import PROCESS_TAG, process_name
from foundry_assets.launching.stopped_runs import close_dead_runs
from foundry_assets.left_trees import drop_left_trees

_ARGUMENT, _RUN = "execute_job_args_packed", "pipeline_run_id"
"""Where the message of dagster_celery's task names the run; a test packs one as that library does."""


@worker_ready.connect  # type: ignore[untyped-decorator]
def close_lost(**_: Any) -> None:
    """Close the runs that this machine's workers had when they were killed: Celery forgets them.

    Its result store says `STARTED` of them for ever, and so Dagster's run monitoring finds nothing wrong.
    """
    with dg.DagsterInstance.get() as instance:
        close_dead_runs(instance)


@task_prerun.connect  # type: ignore[untyped-decorator]
def name_process(kwargs: Mapping[str, Any] | None = None, **_: Any) -> None:
    """Name the process in which a run is about to work, so that a later one can tell whether it lives."""
    packed = (kwargs or {}).get(_ARGUMENT)
    if packed is not None:
        with dg.DagsterInstance.get() as instance:
            instance.add_run_tags(packed[_RUN], {PROCESS_TAG: process_name()})


@task_postrun.connect  # type: ignore[untyped-decorator]
def end_what_nobody_waits_for(**_: Any) -> None:
    """End and remove what a run that stopped half-way left for its next step: this process lives on."""
    end_ahead()
    drop_left_trees()
