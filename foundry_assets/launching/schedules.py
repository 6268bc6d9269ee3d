"""The schedule `monthly_rehearsal`: everything except changing an index, for every package, once a month.

Add here when something happens.
Not here: what a rehearsal does; it is the release line with its settings at `rehearse`.
"""

import dagster as dg

from foundry_assets.craft.staging import declared_release, given_by
from foundry_assets.errors import FoundryError
from foundry_assets.home import Foundry
from foundry_assets.launching.jobs import launch_config, release_job
from foundry_assets.release import PARTITION_SET, Release

REHEARSAL_INDEX = "testpypi"


@dg.schedule(
    job=release_job,
    cron_schedule="0 6 1 * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="On the first of each month, 06:00 UTC: rehearses every catalog package for TestPyPI.",
)
def monthly_rehearsal(
    context: dg.ScheduleEvaluationContext, foundry: Foundry
) -> list[dg.RunRequest] | dg.SkipReason:
    """Ask for one rehearsal a package, at the version that it declares; what cannot be read is told."""
    month = f"{context.scheduled_execution_time:%Y-%m}"
    told: list[str] = []
    requests = []
    for package in foundry.catalog.packages.values():
        try:
            with foundry.home.scratch() as scratch:
                declared = declared_release(
                    package.source, scratch=scratch, given=given_by(package), memo=foundry.home.memo
                )
        except FoundryError as error:
            told.append(f"{package.name}: {error.happened}")
            continue
        release = Release.of(declared.name, declared.version)
        context.instance.add_dynamic_partitions(PARTITION_SET, [str(release)])
        requests.append(_request(month, release))
    if told:
        context.log.warning("; ".join(told))
    return requests or dg.SkipReason("; ".join(told) or "the catalog has no package")


def _request(month: str, release: Release) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=f"rehearsal {month} {release}",
        partition_key=str(release),
        run_config=launch_config(index=REHEARSAL_INDEX, mode="rehearse"),
        tags={
            "package": release.name,
            "version": release.version,
            "launcher": "schedule",
            "mode": "rehearse",
        },
    )
