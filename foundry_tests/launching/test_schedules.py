"""The schedule `monthly_rehearsal`: one rehearsal of everything, for the month that has begun.

Add here what the schedule asks for.
Not here: what a rehearsal does (test_rehearsal).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from foundry_assets.definitions import build_definitions
from foundry_assets.launching.rehearsal_job import REHEARSAL_JOB
from foundry_tests.story_fixtures import House

ROME = '[rehearsal]\ncron = "30 2 1 * *"\ntimezone = "Europe/Rome"\nindex = "pypi"\n'


@pytest.fixture
def lasting(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """A Dagster instance on disk, as a daemon has it."""
    folder = tmp_path / "dagster"
    folder.mkdir()
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        yield instance


def schedule_of(house: House) -> dg.ScheduleDefinition:
    """Load the definitions anew and give the one schedule."""
    (schedule,) = build_definitions(foundry=house.foundry).schedules or ()
    assert isinstance(schedule, dg.ScheduleDefinition)
    return schedule


def tick(
    house: House, schedule: dg.ScheduleDefinition, instance: dg.DagsterInstance, when: datetime
) -> tuple[list[dg.RunRequest], str]:
    """Evaluate a tick as the daemon does."""
    definitions = build_definitions(foundry=house.foundry)
    with dg.build_schedule_context(
        instance=instance,
        scheduled_execution_time=when,
        resources={"foundry": house.foundry},
        repository_def=definitions.get_repository_def(),
    ) as context:
        told = schedule.evaluate_tick(context)
    return list(told.run_requests or ()), told.skip_message or ""


def test_cron_and_zone_come_from_the_catalog(house: House) -> None:
    """Without a word in the catalog it is the first of the month at six, UTC; and it is stopped."""
    schedule = schedule_of(house)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 1 * *", "UTC")
    house.catalog(ROME)
    schedule = schedule_of(house)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 2 1 * *", "Europe/Rome")
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED


def test_the_month_that_has_begun_is_rehearsed_once(house: House, lasting: dg.DagsterInstance) -> None:
    """The partition is the month as the catalog's zone has it, and the run key lets it be asked for once."""
    house.catalog(ROME)
    when = datetime(2026, 11, 1, 0, 30, tzinfo=ZoneInfo("Europe/Rome"))  # still October in UTC
    (request,), _ = tick(house, schedule_of(house), lasting, when)
    assert (request.partition_key, request.run_key) == ("2026-11", "rehearsal 2026-11")
    form = request.run_config["ops"]["rehearsal_report"]["ops"]["begin"]["config"]
    assert form == {"index": "pypi", "upload": False}
    assert request.tags["mode"] == "rehearse"
    job = build_definitions(foundry=house.foundry).resolve_job_def(REHEARSAL_JOB)
    assert dg.validate_run_config(job, request.run_config)


def test_a_wrong_catalog_is_told_in_the_tick_and_keeps_nothing_from_loading(
    house: House, lasting: dg.DagsterInstance
) -> None:
    """Definitions load as without a catalog, and the tick is skipped with the faults."""
    house.catalog('[rehearsal]\ncron = "monthly"\ntimezone = "Rome"\n')
    schedule = schedule_of(house)
    assert schedule.cron_schedule == "0 6 1 * *"
    requests, skipped = tick(house, schedule, lasting, datetime(2026, 11, 1, 6, tzinfo=ZoneInfo("UTC")))
    assert requests == []
    assert "rehearsal.cron" in skipped
    assert "rehearsal.timezone" in skipped


def test_numbers_that_cron_does_not_know_load_all_the_same(house: House) -> None:
    """Five fields that mean no moment leave the usual ones in place: definitions must load."""
    house.catalog('[rehearsal]\ncron = "99 6 1 * *"\n')
    assert schedule_of(house).cron_schedule == "0 6 1 * *"
