"""Purging old runs from Dagster's history: the history is a view, and the evidence lies in the store.

Add here which runs are kept although they are old.
Not here: the command (cli/purging), ticks (the instance's `dagster.yaml` says how long), and the evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import dagster as dg

_PARTITION = "dagster/partition"
_PAGE = 200
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def old_runs(instance: dg.DagsterInstance, *, before: datetime) -> list[dg.DagsterRun]:
    """Give the ended runs created before a time that nobody misses, the oldest last.

    Kept are, of each partition, job and mode, the newest run and the newest that succeeded: with a run
    Dagster forgets what it materialised, so that a release without any would stand there as never made. The
    newest also holds the key by which a sensor knows that it has asked for this release already.
    """
    kept: set[tuple[str, ...]] = set()
    found: list[dg.DagsterRun] = []
    for record in _newest_first(instance):
        run = record.dagster_run
        partition = run.tags.get(_PARTITION, "")
        kind = (run.job_name, partition, run.tags.get("mode", ""))
        marks = [("newest", *kind)]
        if run.status is dg.DagsterRunStatus.SUCCESS:
            marks.append(("succeeded", *kind))
        is_the_newest = bool(partition) and not kept.issuperset(marks)
        kept.update(marks)
        if not is_the_newest and run.status in _ENDED and record.create_timestamp < before:
            found.append(run)
    return found


def purge_runs(instance: dg.DagsterInstance, *, before: datetime) -> list[dg.DagsterRun]:
    """Take the old runs with their events out of the history, and give them."""
    gone = old_runs(instance, before=before)
    for run in gone:
        instance.delete_run(run.run_id)
    return gone


def _newest_first(instance: dg.DagsterInstance) -> Iterator[dg.RunRecord]:
    cursor = None
    while page := instance.get_run_records(limit=_PAGE, cursor=cursor):
        yield from page
        cursor = page[-1].dagster_run.run_id
