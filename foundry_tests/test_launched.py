"""Who or what launched a run is told by its tags, and a form cannot say it was the sensor.

Add here another way in which a run comes about.
Not here: the tags that launching writes (launching).
"""

from __future__ import annotations

import getpass
from typing import Any

import pytest

from foundry_assets.launched import account, launch_of


@pytest.mark.parametrize(
    ("tags", "by", "name"),
    [
        ({"launcher": "command line"}, "command line", ""),
        ({"launcher": "driver"}, "driver", ""),
        ({"dagster/from_ui": "true"}, "ui", ""),
        ({"dagster/sensor_name": "version_bumps", "launcher": "sensor"}, "sensor", "version_bumps"),
        ({"dagster/schedule_name": "monthly_rehearsal"}, "schedule", "monthly_rehearsal"),
        ({"dagster/backfill": "abcdefgh", "dagster/from_ui": "true"}, "backfill", "abcdefgh"),
        ({"dagster/schedule_name": "other", "launcher": "driver"}, "schedule", "other"),
        ({}, "Dagster", ""),
    ],
)
def test_tags_tell_who_launched_a_run(tags: dict[str, str], by: str, name: str) -> None:
    """What Dagster itself marks comes first, then what the foundry's own launchers say."""
    told = launch_of(tags)
    assert (told.by, told.name) == (by, name)
    assert told.machine


@pytest.mark.parametrize("error", [KeyError("uid"), OSError("no login name")])
def test_an_account_without_a_name_is_told_as_none(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container whose user has no name, a release is told all the same."""

    def nameless() -> Any:
        raise error

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert account() == ""
