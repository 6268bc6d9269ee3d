"""The schedule `monthly_rehearsal`: everything except changing an index, for every package, once a month.

Add here when something happens.
Not here: what a rehearsal does (launching/rehearsal), and the words of the catalog (catalog).
"""

import dagster as dg

from foundry_assets.assets.rehearsal_report import MONTH_FORMAT
from foundry_assets.catalog_values import Rehearsals
from foundry_assets.errors import FoundryError
from foundry_assets.home import Foundry
from foundry_assets.launching.rehearsal_job import rehearsal_config, rehearsal_job

SCHEDULE = "monthly_rehearsal"


def rehearsal_schedule(foundry: Foundry) -> dg.ScheduleDefinition:
    """Make the schedule by the catalog's `[rehearsal]`; stopped until a person starts it.

    A catalog that cannot be read must not keep the definitions from loading: then it is as without one, and
    the tick tells what is wrong.
    """
    try:
        return _schedule(foundry.catalog.rehearsal)
    except (FoundryError, OSError, dg.DagsterInvalidDefinitionError):
        return _schedule(Rehearsals())


def _schedule(told: Rehearsals) -> dg.ScheduleDefinition:
    @dg.schedule(
        job=rehearsal_job,
        name=SCHEDULE,
        cron_schedule=told.cron,
        execution_timezone=told.timezone,
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description=f"Rehearses every catalog package ({told.cron}, {told.timezone}; `[rehearsal]` in the"
        " catalog, read when the definitions are loaded).",
    )
    def monthly_rehearsal(
        context: dg.ScheduleEvaluationContext, foundry: dg.ResourceParam[Foundry]
    ) -> dg.RunRequest | dg.SkipReason:
        """Ask for the rehearsal of the month that has begun, once."""
        try:
            now = foundry.catalog.rehearsal
        except FoundryError as error:
            return dg.SkipReason(str(error))
        if (now.cron, now.timezone) != (told.cron, told.timezone):
            context.log.warning("`[rehearsal]` in the catalog has changed: reload the definitions")
        month = f"{context.scheduled_execution_time:{MONTH_FORMAT}}"
        return dg.RunRequest(
            run_key=f"rehearsal {month}",
            partition_key=month,
            run_config=rehearsal_config(index=now.index),
            tags={"launcher": "schedule", "mode": "rehearse", "index": now.index},
        )

    return monthly_rehearsal
