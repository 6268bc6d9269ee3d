"""A house whose version bumps are watched, tick by tick.

Add here what several tests of the sensor `version_bumps` need.
Not here: promises (test_sensors, test_sensor_troubles).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from foundry_assets.launching.attempts import LOST_TAG
from foundry_assets.launching.sensors import version_bumps
from foundry_assets.release import PARTITION_SET
from foundry_tests.launching.evaluating import evaluated
from foundry_tests.story_fixtures import House, quick_project


@dataclass
class Watched:
    """A house under watch, with a lasting Dagster instance and the sensor's cursor."""

    house: House
    instance: dg.DagsterInstance
    cursor: str | None = None
    entries: dict[str, str] = field(default_factory=dict)
    indexes: dict[str, str] = field(default_factory=lambda: {"closed": f"http://127.0.0.1:{_closed_port()}"})

    def package(self, name: str, version: str = "1.0", *, auto: bool = True, index: str = "local") -> Path:
        """Write a package and its entry in the catalog."""
        self.entries[name] = (
            f'[[package]]\nname = "{name}"\nsource = "{name}"\nauto_release = {str(auto).lower()}\n'
            f'index = "{index}"\n'
        )
        head = "".join(
            f"[indexes.{name}]\nanonymous = true\n"
            f'upload_url = "{url}/legacy/"\nsimple_url = "{url}/simple/"\n'
            for name, url in self.indexes.items()
        )
        self.house.catalog(head + "".join(self.entries.values()))
        return quick_project(self.house.root / name, name=name, version=version)

    def tick(self) -> dg.SensorResult:
        """Evaluate the sensor as the daemon does, partition requests before run requests."""
        told = evaluated(version_bumps, self.house.foundry, self.instance, self.cursor)
        self.cursor = told.cursor
        for partitions in told.dynamic_partitions_requests or ():
            self.instance.add_dynamic_partitions(PARTITION_SET, list(partitions.partition_keys))
        for request in told.run_requests or ():
            tags = {"dagster/partition": str(request.partition_key), "dagster/run_key": str(request.run_key)}
            status = dg.DagsterRunStatus.STARTED
            self.instance.add_run(dg.DagsterRun("release", tags=dict(request.tags) | tags, status=status))
        return told

    def end(self, *, lost: bool = False) -> str:
        """End the newest run, badly, and give its run key."""
        run = self.instance.get_runs(limit=1)[0]
        self.instance.report_run_failed(run)
        self.instance.add_run_tags(run.run_id, {LOST_TAG: "yes"} if lost else {})
        return run.tags["dagster/run_key"]


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def watching(house: House, folder: Path) -> Iterator[Watched]:
    """Watch a house over a Dagster instance that lasts, in a folder that is made for it."""
    folder.mkdir()
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        yield Watched(house, instance)


def launched(told: dg.SensorResult) -> list[str]:
    """Give the releases that a tick launches."""
    return [str(request.partition_key) for request in told.run_requests or ()]


def skipped(told: dg.SensorResult) -> str:
    """Give the words of a tick that launches nothing."""
    assert isinstance(told.skip_reason, dg.SkipReason)
    return told.skip_reason.skip_message or ""


def bump(watched: Watched, version: str) -> None:
    """Let the package `story-a` declare another version."""
    quick_project(watched.house.root / "story-a", name="story-a", version=version)
