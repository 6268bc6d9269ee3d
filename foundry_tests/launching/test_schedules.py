"""The schedule `monthly_rehearsal`: one rehearsal a package, for TestPyPI, on the first of the month.

Add here what the schedule asks for.
Not here: what a rehearsal does (test_story).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from foundry_assets.definitions import build_definitions
from foundry_assets.launching.schedules import monthly_rehearsal
from foundry_assets.release import PARTITION_SET
from foundry_tests.story_fixtures import House, quick_project

CATALOG = '[[package]]\nname = "story-a"\nsource = "a"\n\n[[package]]\nname = "story-b"\nsource = "b"\n'


@pytest.fixture
def lasting(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """A Dagster instance on disk, as a daemon has it."""
    folder = tmp_path / "dagster"
    folder.mkdir()
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        yield instance


def _evaluate(house: House, instance: dg.DagsterInstance) -> tuple[list[dg.RunRequest], str]:
    definitions = build_definitions(foundry=house.foundry)
    with dg.build_schedule_context(
        instance=instance,
        scheduled_execution_time=datetime(2027, 3, 1, 6, tzinfo=UTC),
        resources={"foundry": house.foundry},
        repository_def=definitions.get_repository_def(),
    ) as context:
        told = monthly_rehearsal.evaluate_tick(context)
    return list(told.run_requests or ()), told.skip_message or ""


def test_every_package_is_rehearsed_for_testpypi(house: House, lasting: dg.DagsterInstance) -> None:
    """Each request rehearses the declared version, has its partition, and is asked for once a month."""
    house.catalog(CATALOG)
    quick_project(house.root / "a", name="story-a")
    quick_project(house.root / "b", name="story-b", version="2.0")
    requests, _ = _evaluate(house, lasting)
    assert [request.run_key for request in requests] == [
        "rehearsal 2027-03 story-a==1.0",
        "rehearsal 2027-03 story-b==2.0",
    ]
    assert lasting.get_dynamic_partitions(PARTITION_SET) == ["story-a==1.0", "story-b==2.0"]
    for request in requests:
        form = request.run_config["resources"]["settings"]["config"]
        assert (form["mode"], form["index"], form["confirm"]) == ("rehearse", "testpypi", "")
        assert request.tags["mode"] == "rehearse"


def test_a_source_that_is_gone_is_told_and_the_others_are_rehearsed(
    house: House, lasting: dg.DagsterInstance
) -> None:
    """A package whose folder vanished costs the other packages nothing."""
    house.catalog(CATALOG)
    quick_project(house.root / "b", name="story-b")
    requests, _ = _evaluate(house, lasting)
    assert [request.partition_key for request in requests] == ["story-b==1.0"]


def test_a_month_with_nothing_to_rehearse_says_so(house: House, lasting: dg.DagsterInstance) -> None:
    """Where no source can be read, the tick is skipped with the reason of each."""
    house.catalog(CATALOG)
    requests, skipped = _evaluate(house, lasting)
    assert requests == []
    assert "story-a: " in skipped
    assert "story-b: " in skipped
