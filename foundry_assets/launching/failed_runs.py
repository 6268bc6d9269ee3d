"""What a failed or dead run leaves behind: its evidence, written for it where it could not do so itself.

Add here what must be written down when a run ends without a word.
Not here: closing dead runs in the history (stopped_runs), telling others (webhook), Dagster's part (sensors).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from foundry_assets import evidence
from foundry_assets.craft.summary import ReleaseEntry
from foundry_assets.errors import FoundryError, Status
from foundry_assets.home import Foundry
from foundry_assets.launched import launch_of
from foundry_assets.launching.attempts import LOST_TAG
from foundry_assets.launching.jobs import RELEASE_JOB
from foundry_assets.records import GOOD_VERDICTS, Outcome
from foundry_assets.release import PARTITION_SET, Release
from foundry_assets.release_entry import ENTRY, page_of
from foundry_assets.settling import settle
from foundry_assets.step_ends import show_page
from foundry_assets.store import ArtefactStore, Shelf

AD_HOC_JOB = "__ASSET_JOB"
"""Dagster's own job, of single assets launched by hand."""


@dataclass(frozen=True)
class FailedRun:
    """How a failed run stands in the evidence; `was_lost` where this was written for it."""

    outcome: Outcome
    was_lost: bool
    page: str

    def __str__(self) -> str:
        return (
            f"{self.outcome.release} at {self.outcome.index}: {self.outcome.status}: {self.outcome.message}"
        )

    @property
    def subject(self) -> str:
        """What failed, in a word."""
        return self.outcome.release

    @property
    def notice(self) -> dict[str, Any]:
        """What a receiver is told; `text` is what chat rooms show."""
        outcome = self.outcome
        return {
            "text": f"{outcome.release} at {outcome.index}: {outcome.status}\n{outcome.message[:1000]}",
            "release": outcome.release,
            "index": outcome.index,
            "status": outcome.status,
            "message": outcome.message[:4000],
            "run_id": outcome.run_id,
            "change_control": self.page,
        }


class StillSending(Exception):
    """Somebody sends this release just now, so nothing may be concluded yet; look again later."""


@dataclass(frozen=True)
class _Case:
    """A failed release run: the release, its shelf, its index, and what the history holds of it."""

    record: dg.RunRecord
    shelf: Shelf
    index: str
    is_rehearsal: bool

    @property
    def run_id(self) -> str:
        return self.record.dagster_run.run_id

    @property
    def was_cancelled(self) -> bool:
        return self.record.dagster_run.status is dg.DagsterRunStatus.CANCELED

    @property
    def ended_at(self) -> float:
        return self.record.end_time or self.record.update_timestamp.timestamp()


def account_for(
    record: dg.RunRecord, *, foundry: Foundry, store: ArtefactStore, instance: dg.DagsterInstance
) -> FailedRun | None:
    """Give how a failed run ended, writing its evidence where it left none; None where no release failed.

    Where the run opened an intent that no receipt answers, a hold is left: a file may have gone out. Raises
    `StillSending`, and `FoundryError` or `OSError` where the evidence cannot be written.
    """
    case = _case(record, foundry, store, instance)
    if case is None:
        return None
    page = str(page_of(foundry.home, case.shelf))
    told = evidence.outcome_of(case.shelf, case.run_id)
    if told is not None:
        return None if told.status in ("published", "rehearsed") else FailedRun(told, False, page)
    with case.shelf.alone(f"{evidence.place_of(case.index)}/sending") as alone:
        if not alone:
            raise StillSending(str(case.shelf.release))
        outcome = _write_down(case, foundry, instance)
    if not case.was_cancelled:
        instance.add_run_tags(case.run_id, {LOST_TAG: "yes"})
    return FailedRun(outcome, True, page)


def _case(
    record: dg.RunRecord, foundry: Foundry, store: ArtefactStore, instance: dg.DagsterInstance
) -> _Case | None:
    run = record.dagster_run
    key = run.tags.get("dagster/partition", "")
    if run.job_name not in (RELEASE_JOB, AD_HOC_JOB) or not instance.has_dynamic_partition(
        PARTITION_SET, key
    ):
        return None
    release = Release.parse(key)
    form = _form(run.run_config)
    is_rehearsal = (form.get("mode") or run.tags.get("mode")) == "rehearse"
    known = store if store.root else ArtefactStore(root=foundry.store_root)
    shelf = known.shelf(release, rehearsal=is_rehearsal).of_run(run.run_id)
    index = str(form.get("index") or run.tags.get("index") or _index_of(release, foundry))
    return _Case(record, shelf, index, is_rehearsal)


def _form(run_config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the launch form of a run; a run config may be anything."""
    found: Any = run_config
    for key in ("resources", "settings", "config"):
        found = found.get(key, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def _index_of(release: Release, foundry: Foundry) -> str:
    try:
        return foundry.catalog.index_for(foundry.catalog.package(release.name))
    except FoundryError:
        return "unknown"


def _write_down(case: _Case, foundry: Foundry, instance: dg.DagsterInstance) -> Outcome:
    doubtful = [] if case.is_rehearsal else _unanswered(case)
    step = _step_at_work(instance, case.run_id)
    told = end_of(case.record, instance)
    status: Status = "failed"
    if doubtful:
        status = "in_doubt"
        told += f"; {', '.join(doubtful)} may have been sent, and nobody has seen the index serve it"
        evidence.place_hold(case.shelf, case.index, because=told, files=doubtful, run_id=case.run_id)
    elif not case.is_rehearsal:
        told += "; it sent nothing that is not accounted for"
    if _is_overtaken(case):
        outcome = _outcome(case, status, told)
        evidence.record_outcome(case.shelf, outcome)
        return outcome
    settled = settle(
        home=foundry.home,
        shelf=case.shelf,
        index=case.index,
        status=status,
        message=told,
        run_id=case.run_id,
        began_at=case.record.start_time or case.record.create_timestamp.timestamp(),
        failed_step=step or "run",
        is_rehearsal=case.is_rehearsal,
        launched=launch_of(case.record.dagster_run.tags),
    )
    show_page(instance, case.shelf.release, settled)
    return settled.outcome


def end_of(record: dg.RunRecord, instance: dg.DagsterInstance) -> str:
    """Say how a run ended that could not say it itself, and in which step."""
    run = record.dagster_run
    step = _step_at_work(instance, run.run_id)
    was_cancelled = run.status is dg.DagsterRunStatus.CANCELED
    where = f" in `{step}`" if step else ""
    how = "was cancelled" if was_cancelled else "ended without a word of its own"
    return f"run {run.run_id[:8]} {how}{where}" + ("" if was_cancelled else ", as a killed process does")


def _unanswered(case: _Case) -> list[str]:
    """Give the files that this run meant to send and that no receipt since then tells well of."""
    receipt = evidence.receipt_at(case.shelf, case.index)
    told = receipt.files if receipt else ()
    good = {file.filename for file in told if file.verdict in GOOD_VERDICTS}
    answered_at = receipt.at if receipt else ""
    found = []
    for name in case.shelf.names(f"{evidence.place_of(case.index)}/intents"):
        past = evidence.intents(case.shelf, case.index, name)
        is_answered = name in good and bool(past) and answered_at >= past[-1].at
        if past and past[-1].run_id == case.run_id and not is_answered:
            found.append(name)
    return found


def _is_overtaken(case: _Case) -> bool:
    """Tell whether a later run has told how the release stands, so that this one must not say otherwise.

    The store knows it, wherever that run worked; the summary knows the runs of one home.
    """
    entry = case.shelf.read(ENTRY, ReleaseEntry)
    if entry is None or entry.run_id == case.run_id:
        return False
    ended = datetime.fromtimestamp(case.ended_at, UTC)
    return datetime.fromisoformat(entry.updated_at) > ended


def _outcome(case: _Case, status: Status, message: str) -> Outcome:
    return Outcome(
        release=str(case.shelf.release),
        name=case.shelf.release.name,
        version=case.shelf.release.version,
        index=case.index,
        status=status,
        run_id=case.run_id,
        seconds=0.0,
        evidence=case.shelf.address(),
        message=message,
    )


def _step_at_work(instance: dg.DagsterInstance, run_id: str) -> str:
    """Give the step that had begun and not ended, "" where there is none."""
    begun: dict[str, None] = {}
    ends = {
        dg.DagsterEventType.STEP_SUCCESS,
        dg.DagsterEventType.STEP_FAILURE,
        dg.DagsterEventType.STEP_SKIPPED,
    }
    for entry in instance.all_logs(run_id):
        event = entry.dagster_event
        if event is None or event.step_key is None:
            continue
        if event.event_type is dg.DagsterEventType.STEP_START:
            begun[event.step_key] = None
        elif event.event_type in ends:
            begun.pop(event.step_key, None)
    return next(iter(begun), "")
