"""Runs that a stop catches at work: cancelled while their process lives, closed in the history afterwards.

Add here what must happen to a run when the servers that carry it end.
Not here: the servers (cli/serving), and finishing a release, which is the next run's business.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterable
from typing import Literal

import dagster as dg
import psutil

from foundry_assets.launching.processes import PROCESS_TAG, is_gone

_CARRIER_TAG = ".dagster/grpc_info"
"""Dagster's mark of a run that a code server carries; runs of the command line have none."""
_CAUGHT = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
_LOOK_SECONDS = 0.2
_STARTING_SECONDS = 180.0
_KILLED = "The process of this run was killed. What it finished is kept; nothing more is sent by itself."
_CLOSED = (
    "The foundry was stopped during this run. Launch the release again: it uses what is finished, and "
    "asks the index before anything is sent."
)


def cancel_runs(instance: dg.DagsterInstance, *, patience_seconds: float) -> list[str]:
    """Ask the runs at work to end, wait for them, and give the releases they were about.

    A cancelled run ends its programs and removes its scratch folders; one that does not end within
    `patience_seconds` is left to be ended with its server.
    """
    caught = [run for run in _carried(instance) if _is_at_work(instance, run.run_id)]
    for run in caught:
        with contextlib.suppress(Exception):  # whatever keeps Dagster from asking: the end comes anyway
            instance.run_launcher.terminate(run.run_id)
    until = time.monotonic() + patience_seconds
    while time.monotonic() < until and _unfinished(instance, [run.run_id for run in caught]):
        time.sleep(_LOOK_SECONDS)
    return [run.tags.get("dagster/partition", run.run_id) for run in caught]


def close_lost_runs(instance: dg.DagsterInstance) -> list[str]:
    """Close runs whose process is gone, and give the releases they were about.

    Dagster itself would show them at work for ever, and keep their release's next run in the queue.
    """
    lost = lost_runs(instance)
    for run in lost:
        instance.report_run_failed(run, _CLOSED)
    return [run.tags.get("dagster/partition", run.run_id) for run in lost]


def close_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Close the runs of this machine whose process was killed, while others go on; gives the runs.

    A run that has not told its process yet may be about to start, so it is left alone for a while.
    """
    wanted = dg.RunsFilter(statuses=_CAUGHT)
    dead = [record for record in instance.get_run_records(filters=wanted) if _is_dead(instance, record)]
    for record in dead:
        instance.report_run_failed(record.dagster_run, _KILLED)
    return [record.dagster_run.run_id for record in dead]


def _is_dead(instance: dg.DagsterInstance, record: dg.RunRecord) -> bool:
    run = record.dagster_run
    if PROCESS_TAG in run.tags:
        return is_gone(run.tags[PROCESS_TAG])
    if _CARRIER_TAG not in run.tags or not _is_carried_here(run.tags[_CARRIER_TAG]):
        return False
    found = _process_of(instance, run.run_id)
    if found == "unknown":
        return time.time() - record.update_timestamp.timestamp() > _STARTING_SECONDS
    return found == "gone"


def _is_carried_here(carrier: str) -> bool:
    """Tell whether the code server is on this machine: only here do process numbers mean anything."""
    try:
        told = json.loads(carrier)
    except ValueError:
        return False
    return bool(told.get("socket")) or told.get("host") in ("localhost", "127.0.0.1", "::1")


def lost_runs(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    """Give the runs of a code server whose process is gone, although the history has them at work."""
    return [run for run in _carried(instance) if not _is_at_work(instance, run.run_id)]


def _carried(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    runs = instance.get_runs(filters=dg.RunsFilter(statuses=_CAUGHT))
    return [run for run in runs if _CARRIER_TAG in run.tags]


def _unfinished(instance: dg.DagsterInstance, run_ids: Iterable[str]) -> bool:
    found = [instance.get_run_by_id(run_id) for run_id in run_ids]
    return any(run is not None and not run.is_finished for run in found)


def _is_at_work(instance: dg.DagsterInstance, run_id: str) -> bool:
    return _process_of(instance, run_id) == "alive"


def _process_of(instance: dg.DagsterInstance, run_id: str) -> Literal["alive", "gone", "unknown"]:
    """Tell whether the run's process lives; one that began after the run told its number is another one."""
    found: Literal["gone", "unknown"] = "unknown"
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ENGINE_EVENT):
        event = entry.dagster_event
        told = event.engine_event_data.metadata.get("pid") if event else None
        if told is None:
            continue
        found = "gone"
        with contextlib.suppress(psutil.Error, ValueError):
            process = psutil.Process(int(str(told.value)))
            if process.create_time() <= entry.timestamp and process.status() != psutil.STATUS_ZOMBIE:
                return "alive"
    return found
