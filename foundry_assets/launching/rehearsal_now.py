"""The monthly rehearsal at once, from a program: the same job as the schedule's, in this process.

Add here what a program needs to start a rehearsal and learn how it ended.
Not here: what a rehearsal does (rehearsal, dressing), drawing its progress (cli).
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import dagster as dg

from foundry_assets import evidence
from foundry_assets.assets.rehearsal_report import MONTH_FORMAT
from foundry_assets.craft.rehearsing import RehearsalReport
from foundry_assets.definitions import build_definitions
from foundry_assets.errors import FoundryError
from foundry_assets.home import Foundry
from foundry_assets.launching.line_run import last_words, shelf_of
from foundry_assets.launching.processes import PROCESS_TAG, process_name
from foundry_assets.launching.rehearsal import Stage
from foundry_assets.launching.rehearsal_job import REHEARSAL_JOB, rehearsal_config
from foundry_assets.records import Outcome
from foundry_assets.release import Release
from foundry_assets.store import ArtefactStore


class RehearsalBroken(FoundryError):
    """The rehearsal itself came to no end; what it rehearsed until then is kept."""


def rehearse_now(
    foundry: Foundry,
    instance: dg.DagsterInstance,
    *,
    index: str = "",
    upload: bool = False,
    month: str = "",
) -> RehearsalReport:
    """Rehearse every catalog package for the month that has begun, and give the report.

    Raises `UnknownIndex`, and `RehearsalBroken` where it came to none.
    """
    if index:
        foundry.catalog.index(index)
    zone = ZoneInfo(foundry.catalog.rehearsal.timezone)
    result = (
        build_definitions(foundry=foundry)
        .resolve_job_def(REHEARSAL_JOB)
        .execute_in_process(
            run_config=rehearsal_config(index=index, upload=upload)
            | {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            instance=instance,
            partition_key=month or f"{datetime.now(UTC).astimezone(zone):{MONTH_FORMAT}}",
            tags={"launcher": "command line", "mode": "rehearse", PROCESS_TAG: process_name()},
            raise_on_error=False,
        )
    )
    report = Stage.of(foundry, ArtefactStore()).reports.of_run(result.run_id)
    if report is None:
        raise RehearsalBroken(
            f"the rehearsal has no report: {last_words(result)}",
            remedy="mend that, then start it again: foundry rehearse",
        )
    return report


def outcomes_of(report: RehearsalReport, foundry: Foundry) -> list[Outcome]:
    """Give how the line ended for each package, in the form of all other releases."""
    found = []
    for package in report.packages:
        kept = None
        if package.version:
            shelf = shelf_of(Release.of(package.name, package.version), foundry=foundry, rehearsal=True)
            kept = evidence.outcome_of(shelf, package.run_id)
        found.append(kept or _without_word(package.name, package.version, report.plan.index, package.message))
    return found


def _without_word(name: str, version: str, index: str, message: str) -> Outcome:
    return Outcome(
        release=f"{name}=={version}" if version else name,
        name=name,
        version=version,
        index=index,
        status="blocked",
        run_id="",
        seconds=0.0,
        evidence="",
        message=message,
    )
