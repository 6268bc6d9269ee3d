"""One tick of `failed_releases`: dead runs closed, each failed run's evidence whole, and the webhook told.

Add here what is remembered from tick to tick.
Not here: the evidence of one run (failed_runs), and calling the webhook (webhook).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import dagster as dg
from pydantic import BaseModel, SecretStr, ValidationError

from foundry_assets.errors import FoundryError
from foundry_assets.home import Foundry
from foundry_assets.launching.failed_rehearsals import FailedRehearsal, failed_rehearsal
from foundry_assets.launching.failed_runs import FailedRun, StillSending, account_for
from foundry_assets.launching.stopped_runs import close_dead_runs
from foundry_assets.launching.webhook import call_webhook
from foundry_assets.store import ArtefactStore

_ENDED_BADLY = [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_MOST_RUNS = 50
_MOST_REMEMBERED = 1000
_OVERLAP_SECONDS = 5.0
_TELLING_SECONDS = 25.0
"""How long one tick may call the webhook: Dagster gives it sixty seconds in all."""


class Remembered(BaseModel):
    """The cursor: since when runs are looked at, which were seen, and which must be looked at again.

    `began` is the first tick: nobody is told of what failed before it.
    """

    began: float
    after: float = 0.0
    seen: list[str] = []
    again: list[str] = []

    @classmethod
    def of(cls, cursor: str | None) -> Remembered:
        """Read a cursor; without one, or with one that is not ours, watching begins now."""
        try:
            return cls.model_validate_json(cursor or "")
        except ValidationError:
            return cls(began=time.time())


@dataclass
class Watched:
    """What a tick found, and the cursor for the next one."""

    remembered: Remembered
    told: list[str] = field(default_factory=list)


def watch_runs(
    cursor: str | None, *, foundry: Foundry, store: ArtefactStore, instance: dg.DagsterInstance
) -> Watched:
    """Account for every run that failed, was cancelled or died since the last tick; tell the webhook."""
    watched = Watched(Remembered.of(cursor))
    close_dead_runs(instance)
    memory = watched.remembered
    began = time.monotonic()
    webhook = _webhook(foundry, watched)
    for record in list(_due(instance, memory)):
        run_id = record.dagster_run.run_id
        memory.again = [other for other in memory.again if other != run_id]
        try:
            found = failed_rehearsal(record, instance) or account_for(
                record, foundry=foundry, store=store, instance=instance
            )
        except StillSending as busy:
            watched.told.append(f"{busy}: is being sent just now; looked at again")
            memory.again.append(run_id)
            continue
        except (FoundryError, OSError, ValueError) as error:
            happened = error.happened if isinstance(error, FoundryError) else str(error)
            watched.told.append(f"run {run_id[:8]}: its evidence cannot be written: {happened}; tried again")
            memory.again.append(run_id)
            continue
        memory.seen.append(run_id)
        if found is not None:
            watched.told.append(str(found))
            if record.update_timestamp.timestamp() >= memory.began:
                watched.told += _notify(
                    found, webhook, out_of_time=time.monotonic() - began > _TELLING_SECONDS
                )
    memory.seen = memory.seen[-_MOST_REMEMBERED:]
    memory.again = memory.again[-_MOST_RUNS:]
    return watched


def _due(instance: dg.DagsterInstance, memory: Remembered) -> Iterator[dg.RunRecord]:
    """Give the runs that were never accounted for, oldest first, a few each tick."""
    for run_id in memory.again:
        record = instance.get_run_record_by_id(run_id)
        if record is not None:
            yield record
    since = datetime.fromtimestamp(max(0.0, memory.after - _OVERLAP_SECONDS), UTC)
    wanted = dg.RunsFilter(statuses=_ENDED_BADLY, updated_after=since)
    # A tick that only meets what it has seen must get past it, hence the room above what is remembered.
    found = instance.get_run_records(
        filters=wanted, limit=_MOST_REMEMBERED + _MOST_RUNS, order_by="update_timestamp", ascending=True
    )
    known = {*memory.seen, *memory.again}
    fresh = [record for record in found if record.dagster_run.run_id not in known][:_MOST_RUNS]
    if fresh:
        memory.after = fresh[-1].update_timestamp.timestamp()
    yield from fresh


def _webhook(foundry: Foundry, watched: Watched) -> SecretStr:
    """Give the webhook; a catalog that cannot be read is told, and keeps no evidence from being written."""
    try:
        return foundry.catalog.webhook
    except FoundryError as error:
        watched.told.append(error.happened)
        return SecretStr("")


def _notify(found: FailedRun | FailedRehearsal, webhook: SecretStr, *, out_of_time: bool) -> list[str]:
    if not webhook.get_secret_value():
        return []
    why_not = "there was no time left in this tick" if out_of_time else call_webhook(webhook, found.notice)
    return [f"{found.subject}: the webhook was not told: {why_not}"] if why_not else []
