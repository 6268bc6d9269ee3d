"""A sensor evaluated once, as the daemon does it, with the resources of a house.

Add here what every tick needs.
Not here: what a tick decides (test_sensors, test_failed_releases).
"""

from __future__ import annotations

import dagster as dg

from foundry_assets.definitions import build_definitions
from foundry_assets.home import Foundry
from foundry_assets.store import ArtefactStore


def evaluated(
    sensor: dg.SensorDefinition, foundry: Foundry, instance: dg.DagsterInstance, cursor: str | None
) -> dg.SensorResult:
    """Give what a tick of the sensor decides and tells."""
    with dg.build_sensor_context(
        instance=instance,
        cursor=cursor,
        repository_def=build_definitions(foundry=foundry).get_repository_def(),
        resources={"foundry": foundry, "store": ArtefactStore()},
    ) as context:
        told = sensor(context)
    assert isinstance(told, dg.SensorResult)
    return told
