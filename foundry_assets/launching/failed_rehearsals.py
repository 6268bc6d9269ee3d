"""A rehearsal that came to no end: which month's, and why, as far as the history knows.

Add here what others must learn of a rehearsal that broke.
Not here: a package's own run within one (failed_runs tells it), and findings of one that ended (its report).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg

from foundry_assets.assets.rehearsal_report import BEGIN, REHEARSAL_ASSET
from foundry_assets.launching.failed_runs import AD_HOC_JOB, end_of
from foundry_assets.launching.last_words import of_step
from foundry_assets.launching.rehearsal_job import REHEARSAL_JOB


@dataclass(frozen=True)
class FailedRehearsal:
    """The month whose rehearsal broke, what it was for, and what the run said last."""

    month: str
    index: str
    message: str
    run_id: str

    def __str__(self) -> str:
        return f"{self.subject}: failed: {self.message}"

    @property
    def subject(self) -> str:
        """What failed, in a word."""
        return f"rehearsal {self.month}"

    @property
    def notice(self) -> dict[str, Any]:
        """What a receiver is told; `text` is what chat rooms show."""
        return {
            "text": f"{self.subject}: failed\n{self.message[:1000]}",
            "rehearsal": self.month,
            "index": self.index,
            "status": "failed",
            "message": self.message[:4000],
            "run_id": self.run_id,
        }


def failed_rehearsal(record: dg.RunRecord, instance: dg.DagsterInstance) -> FailedRehearsal | None:
    """Give the rehearsal that a failed run was; None for any other run."""
    run = record.dagster_run
    by_itself = run.job_name == AD_HOC_JOB and dg.AssetKey(REHEARSAL_ASSET) in (run.asset_selection or ())
    if run.job_name != REHEARSAL_JOB and not by_itself:
        return None
    return FailedRehearsal(
        month=run.tags.get("dagster/partition", "of no month"),
        index=_index(run.run_config) or run.tags.get("index", ""),
        message=_reason(instance, run.run_id) or end_of(record, instance),
        run_id=run.run_id,
    )


def _index(run_config: Mapping[str, Any]) -> str:
    found: Any = run_config
    for key in ("ops", REHEARSAL_ASSET, "ops", BEGIN, "config", "index"):
        found = found.get(key, "") if isinstance(found, Mapping) else ""
    return str(found)


def _reason(instance: dg.DagsterInstance, run_id: str) -> str:
    """Give the words with which a step failed; "" where none did."""
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE):
        failed = entry.dagster_event.step_failure_data if entry.dagster_event else None
        if failed is not None and (told := of_step(failed)):
            return told
    return ""
