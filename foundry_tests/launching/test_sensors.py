"""The sensor `version_bumps`: it takes stock first, launches only what is new, and never on a guess.

Add here what the sensor sees and does in a tick.
Not here: the pure decision (test_watch).
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import pytest

from foundry_assets.definitions import build_definitions
from foundry_assets.launching.sensors import version_bumps
from foundry_assets.release import PARTITION_SET
from foundry_tests.story_fixtures import House, quick_project


@dataclass
class Watched:
    """A house under watch, with a lasting Dagster instance and the sensor's cursor."""

    house: House
    instance: dg.DagsterInstance
    cursor: str | None = None
    entries: list[str] = field(default_factory=list)

    def package(self, name: str, version: str = "1.0", *, auto: bool = True, index: str = "local") -> Path:
        """Write a package and its entry in the catalog."""
        self.entries.append(
            f'[[package]]\nname = "{name}"\nsource = "{name}"\nauto_release = {str(auto).lower()}\n'
            f'index = "{index}"\n'
        )
        head = "".join(
            f'[indexes.{name}]\nupload_url = "{url}legacy/"\nsimple_url = "{url}simple/"\n'
            for name, url in {"closed": f"http://127.0.0.1:{_closed_port()}/"}.items()
        )
        self.house.catalog(head + "".join(self.entries))
        return quick_project(self.house.root / name, name=name, version=version)

    def tick(self) -> dg.SensorResult | dg.SkipReason:
        """Evaluate the sensor as the daemon does, partition requests before run requests."""
        definitions = build_definitions(foundry=self.house.foundry)
        with dg.build_sensor_context(
            instance=self.instance,
            cursor=self.cursor,
            repository_def=definitions.get_repository_def(),
            resources={"foundry": self.house.foundry},
        ) as context:
            told = version_bumps(context)
        assert isinstance(told, dg.SensorResult)
        self.cursor = told.cursor
        for request in told.dynamic_partitions_requests or ():
            self.instance.add_dynamic_partitions(PARTITION_SET, list(request.partition_keys))
        return told


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def watched(house: House, tmp_path: Path) -> Iterator[Watched]:
    """A house under watch, with no package yet."""
    folder = tmp_path / "dagster"
    folder.mkdir()
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        yield Watched(house, instance)


def _launched(told: dg.SensorResult | dg.SkipReason) -> list[str]:
    assert isinstance(told, dg.SensorResult)
    return [str(request.partition_key) for request in told.run_requests or ()]


def test_the_first_sight_of_a_package_only_takes_stock(watched: Watched) -> None:
    """Turning the sensor on never releases what was there before, however often it ticks."""
    watched.package("story-a")
    assert [_launched(watched.tick()) for _ in range(3)] == [[], [], []]
    assert json.loads(watched.cursor or "") == {"story-a": ["1.0"]}
    assert watched.instance.get_dynamic_partitions(PARTITION_SET) == []


def test_a_bump_launches_once_with_its_partition(watched: Watched) -> None:
    """A new version adds partition and run together, with consent for that index; later ticks are quiet."""
    watched.package("story-a")
    watched.tick()
    quick_project(watched.house.root / "story-a", name="story-a", version="1.1")
    told = watched.tick()
    assert _launched(told) == ["story-a==1.1"]
    assert isinstance(told, dg.SensorResult)
    (request,) = told.run_requests or ()
    assert request.run_key == "story-a==1.1 at local"
    form = request.run_config["resources"]["settings"]["config"]
    assert (form["index"], form["mode"], form["confirm"]) == ("local", "release", "story-a==1.1")
    assert request.tags["launcher"] == "sensor"
    assert watched.instance.has_dynamic_partition(PARTITION_SET, "story-a==1.1")
    assert _launched(watched.tick()) == []


def test_a_package_without_auto_release_is_never_launched(watched: Watched) -> None:
    """Without the catalog's word a bump is a person's matter."""
    watched.package("story-a", auto=False)
    watched.tick()
    quick_project(watched.house.root / "story-a", name="story-a", version="1.1")
    told = watched.tick()
    assert _launched(told) == []
    assert isinstance(told, dg.SensorResult)
    assert "no package has auto_release" in str(told.skip_reason)


def test_a_source_that_cannot_be_read_is_told_and_the_others_go_on(watched: Watched) -> None:
    """One broken pyproject.toml does not keep the next package's release from being launched."""
    broken = watched.package("story-a")
    watched.package("story-b")
    watched.tick()
    (broken / "pyproject.toml").write_text("[project\n", encoding="utf-8")
    quick_project(watched.house.root / "story-b", name="story-b", version="1.1")
    assert _launched(watched.tick()) == ["story-b==1.1"]
    told = watched.tick()
    assert isinstance(told, dg.SensorResult)
    assert "story-a: " in str(told.skip_reason)


def test_an_index_that_does_not_answer_launches_nothing(watched: Watched) -> None:
    """What an unreachable index holds is unknown, and unknown is not new."""
    watched.package("story-a", index="closed")
    watched.tick()
    quick_project(watched.house.root / "story-a", name="story-a", version="1.1")
    told = watched.tick()
    assert _launched(told) == []
    assert isinstance(told, dg.SensorResult)
    assert "gave no usable answer" in str(told.skip_reason)
    assert watched.instance.get_dynamic_partitions(PARTITION_SET) == []
