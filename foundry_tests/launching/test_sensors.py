"""The sensor `version_bumps`: it takes stock first, launches only what is new, and never on a guess.

Add here what the sensor sees and does in a tick.
Not here: the pure decision (test_watch).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from foundry_assets.definitions import build_definitions
from foundry_assets.launched import INDEX_TAG
from foundry_assets.release import PARTITION_SET
from foundry_assets.settings import launch_form
from foundry_tests.craft.watching.test_tags import commit
from foundry_tests.faulty_index import faulty_index
from foundry_tests.launching.bumping import Watched, bump, launched, skipped, watching
from foundry_tests.story_fixtures import House, quick_project


@pytest.fixture
def watched(house: House, tmp_path: Path) -> Iterator[Watched]:
    """A house under watch, with no package yet."""
    with watching(house, tmp_path / "dagster") as scene:
        yield scene


def test_the_first_sight_of_a_package_only_takes_stock(watched: Watched) -> None:
    """Turning the sensor on never releases what was there before, however often it ticks."""
    watched.package("story-a")
    assert [launched(watched.tick()) for _ in range(3)] == [[], [], []]
    assert json.loads(watched.cursor or "") == {"story-a": ["1.0"]}
    assert watched.instance.get_dynamic_partitions(PARTITION_SET) == []


def test_a_bump_launches_once_with_its_partition(watched: Watched) -> None:
    """A new version adds partition and run together, with consent for that index; later ticks are quiet."""
    watched.package("story-a")
    watched.tick()
    quick_project(watched.house.root / "story-a", name="story-a", version="1.1")
    told = watched.tick()
    assert launched(told) == ["story-a==1.1"]
    (request,) = told.run_requests or ()
    assert request.run_key == "story-a==1.1 at local #1"
    form = request.run_config["resources"]["settings"]["config"]
    assert (form["mode"], form["confirm"]) == ("release", "story-a==1.1")
    assert request.tags["launcher"] == "sensor"
    assert request.tags["index"] == request.tags[INDEX_TAG] == "local"
    assert watched.instance.has_dynamic_partition(PARTITION_SET, "story-a==1.1")
    assert launched(watched.tick()) == []


def test_a_bump_for_an_index_that_the_form_does_not_know_yet_is_released_there(watched: Watched) -> None:
    """An index that came into the catalog after the definitions were loaded needs no restart."""
    watched.package("story-a")
    watched.tick()
    early = build_definitions(settings=launch_form(["local"]).configure_at_launch())
    with faulty_index() as server:
        watched.indexes["late"] = server.address
        watched.package("story-a", "1.1", index="late")
        told = watched.tick()
        assert launched(told) == ["story-a==1.1"]
        (request,) = told.run_requests or ()
        assert dg.validate_run_config(early.resolve_job_def("release"), request.run_config)
        form = request.run_config["resources"]["settings"]["config"]
        result = watched.house.launch("story-a==1.1", tags=request.tags, **form)
        ended = watched.house.ended(result, "story-a==1.1")
        assert (ended.index, ended.status) == ("late", "published"), ended.message


def test_a_package_without_auto_release_is_told_and_never_launched(watched: Watched) -> None:
    """Without the catalog's word a bump is a person's matter, and the tick says so."""
    watched.package("story-a", auto=False)
    watched.tick()
    quick_project(watched.house.root / "story-a", name="story-a", version="1.1")
    told = watched.tick()
    assert launched(told) == []
    assert "story-a==1.1 is new, and waits for a person" in skipped(told)


def test_a_version_released_by_hand_becomes_known(watched: Watched) -> None:
    """What a person released meanwhile is neither launched nor looked up in the store again."""
    source = watched.package("story-a")
    watched.tick()
    bump(watched, "1.1")
    assert watched.house.release(source).status == "published"
    assert launched(watched.tick()) == []
    assert json.loads(watched.cursor or "") == {"story-a": ["1.0", "1.1"]}


def test_a_tree_with_uncommitted_changes_is_never_launched(watched: Watched) -> None:
    """A bump waits until it is committed; a version that goes down is told and stays where it is."""
    source = watched.package("story-a")
    commit(source)
    watched.tick()
    project = source / "pyproject.toml"
    project.write_text(project.read_text("utf-8").replace('"1.0"', '"1.1"'), encoding="utf-8")
    assert "story-a==1.1: it has 1 uncommitted changes" in skipped(watched.tick())
    commit(source)
    assert launched(watched.tick()) == ["story-a==1.1"]
    watched.end()
    project.write_text(project.read_text("utf-8").replace('"1.1"', '"0.9"'), encoding="utf-8")
    commit(source)
    assert "0.9 is older than 1.0: a version went down" in skipped(watched.tick())


@pytest.mark.slow
def test_a_tick_over_a_thousand_unchanged_packages_takes_less_than_two_seconds(watched: Watched) -> None:
    """The second look costs no program, no store and no index: two seconds of processor time are plenty."""
    entries = []
    for number in range(1000):
        folder = watched.house.root / f"p{number}"
        folder.mkdir()
        (folder / "pyproject.toml").write_text(
            f'[build-system]\nrequires = []\nbuild-backend = "hatchling.build"\n'
            f'[project]\nname = "p-{number}"\n'
            + (
                'dynamic = ["version"]\n[tool.hatch.version]\npath = "v.py"\n'
                if number % 2
                else 'version = "1.0"\n'
            ),
            encoding="utf-8",
        )
        (folder / "v.py").write_text('__version__ = "1.0"\n', encoding="utf-8")
        entries.append(f'[[package]]\nname = "p-{number}"\nsource = "p{number}"\nauto_release = true\n')
    watched.house.catalog("".join(entries))
    watched.tick()
    began = time.process_time()
    assert launched(watched.tick()) == []
    assert time.process_time() - began < 2
    assert len(json.loads(watched.cursor or "")) == 1000
