"""The sensor `version_bumps`: it takes stock first, launches only what is new, and never on a guess.

Add here what the sensor sees and does in a tick.
Not here: the pure decision (test_watch).
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import pytest

from foundry_assets.definitions import build_definitions
from foundry_assets.launched import INDEX_TAG
from foundry_assets.launching import bumps
from foundry_assets.launching.attempts import LOST_TAG
from foundry_assets.launching.bumps import take_stock
from foundry_assets.launching.sensors import version_bumps
from foundry_assets.release import PARTITION_SET
from foundry_assets.settings import launch_form
from foundry_assets.store import ArtefactStore
from foundry_tests.craft.watching.test_tags import commit
from foundry_tests.faulty_index import faulty_index
from foundry_tests.launching.evaluating import evaluated
from foundry_tests.launching.leaving import write_intent
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


@pytest.fixture
def watched(house: House, tmp_path: Path) -> Iterator[Watched]:
    """A house under watch, with no package yet."""
    folder = tmp_path / "dagster"
    folder.mkdir()
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        yield Watched(house, instance)


def _launched(told: dg.SensorResult) -> list[str]:
    return [str(request.partition_key) for request in told.run_requests or ()]


def _skipped(told: dg.SensorResult) -> str:
    assert isinstance(told.skip_reason, dg.SkipReason)
    return told.skip_reason.skip_message or ""


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
    (request,) = told.run_requests or ()
    assert request.run_key == "story-a==1.1 at local #1"
    form = request.run_config["resources"]["settings"]["config"]
    assert (form["mode"], form["confirm"]) == ("release", "story-a==1.1")
    assert request.tags["launcher"] == "sensor"
    assert request.tags["index"] == request.tags[INDEX_TAG] == "local"
    assert watched.instance.has_dynamic_partition(PARTITION_SET, "story-a==1.1")
    assert _launched(watched.tick()) == []


def test_a_bump_for_an_index_that_the_form_does_not_know_yet_is_released_there(watched: Watched) -> None:
    """An index that came into the catalog after the definitions were loaded needs no restart."""
    watched.package("story-a")
    watched.tick()
    early = build_definitions(settings=launch_form(["local"]).configure_at_launch())
    with faulty_index() as server:
        watched.indexes["late"] = server.address
        watched.package("story-a", "1.1", index="late")
        told = watched.tick()
        assert _launched(told) == ["story-a==1.1"]
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
    assert _launched(told) == []
    assert "story-a==1.1 is new, and waits for a person" in _skipped(told)


def test_a_source_that_cannot_be_read_is_told_and_the_others_go_on(watched: Watched) -> None:
    """A broken pyproject.toml, or one that breaks its reader, keeps no other release from being launched."""
    broken = watched.package("story-a")
    watched.package("story-b")
    hostile = watched.package("story-c")
    watched.tick()
    (broken / "pyproject.toml").write_text("[project\n", encoding="utf-8")
    (hostile / "pyproject.toml").write_text(f"x = {'[' * 50_000}{']' * 50_000}\n", encoding="utf-8")
    quick_project(watched.house.root / "story-b", name="story-b", version="1.1")
    assert _launched(watched.tick()) == ["story-b==1.1"]
    told = watched.tick()
    assert "story-a: " in _skipped(told)
    assert "nested too deeply" in _skipped(told)


def test_an_index_that_does_not_answer_launches_nothing(watched: Watched) -> None:
    """What an unreachable index holds is unknown, and unknown is not new."""
    watched.package("story-a", index="closed")
    watched.tick()
    quick_project(watched.house.root / "story-a", name="story-a", version="1.1")
    told = watched.tick()
    assert _launched(told) == []
    assert "gave no usable answer" in _skipped(told)
    assert watched.instance.get_dynamic_partitions(PARTITION_SET) == []


def _bump(watched: Watched, version: str) -> None:
    quick_project(watched.house.root / "story-a", name="story-a", version=version)


def test_a_run_that_ended_before_any_intent_burns_nothing(watched: Watched) -> None:
    """Another source is launched at once under the next key; the same one waits, and says how long."""
    watched.package("story-a")
    watched.tick()
    _bump(watched, "1.1")
    assert _launched(watched.tick()) == ["story-a==1.1"]
    assert "at work already" in _skipped(watched.tick())
    assert watched.end() == "story-a==1.1 at local #1"
    assert "launched again when its source changes" in _skipped(watched.tick())
    (watched.house.root / "story-a" / "README.md").write_text("mended", encoding="utf-8")
    assert _launched(watched.tick()) == ["story-a==1.1"]
    assert watched.end() == "story-a==1.1 at local #2"


def test_runs_that_are_taken_out_of_the_history_burn_no_key(watched: Watched) -> None:
    """After a purge, or a run deleted in the browser, the next launch has a key that no run has had."""
    source = watched.package("story-a")
    watched.tick()
    _bump(watched, "1.1")
    keys = []
    for number in range(4):
        (source / "README.md").write_text(f"attempt {number}", encoding="utf-8")
        assert _launched(watched.tick()) == ["story-a==1.1"]
        keys.append(watched.end())
        if number == 1:
            watched.instance.delete_run(watched.instance.get_runs()[-1].run_id)
    assert keys == [f"story-a==1.1 at local #{number}" for number in (1, 2, 3, 4)]


def test_an_index_that_keeps_silent_costs_the_others_nothing(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked once a tick, however many packages go there; a package of another index is launched."""
    monkeypatch.setattr(bumps, "_IN_VAIN_SECONDS", 0.0)
    names = {"story-a": "closed", "story-b": "closed", "story-c": "company"}
    with faulty_index() as index:
        watched.indexes["company"] = index.address
        for name, where in names.items():
            watched.package(name, index=where)
        watched.tick()
        for name in names:
            quick_project(watched.house.root / name, name=name, version="1.1")
        tick = take_stock(
            json.loads(watched.cursor or ""),
            foundry=watched.house.foundry,
            store=ArtefactStore(),
            instance=watched.instance,
        )
    assert [str(launch.release) for launch in tick.launches] == ["story-c==1.1"]
    assert "story-b: `closed` gave no usable answer in this tick" in tick.told


def test_a_run_that_was_killed_is_followed_at_once_but_not_for_ever(watched: Watched) -> None:
    """Two killed runs are followed by another, the third waits like any that ended badly."""
    watched.package("story-a")
    watched.tick()
    _bump(watched, "1.1")
    for _ in range(3):
        assert _launched(watched.tick()) == ["story-a==1.1"]
        watched.end(lost=True)
    assert "launched again when" in _skipped(watched.tick())


def test_once_an_intent_is_there_nothing_is_launched_again(watched: Watched) -> None:
    """Bytes may have left: whatever becomes of the run, a person looks first."""
    watched.package("story-a")
    watched.tick()
    _bump(watched, "1.1")
    watched.tick()
    watched.end(lost=True)
    write_intent(watched.house.shelf("story-a==1.1"), "local")
    assert "was begun; a person looks" in _skipped(watched.tick())


def test_a_version_released_by_hand_becomes_known(watched: Watched) -> None:
    """What a person released meanwhile is neither launched nor looked up in the store again."""
    source = watched.package("story-a")
    watched.tick()
    _bump(watched, "1.1")
    assert watched.house.release(source).status == "published"
    assert _launched(watched.tick()) == []
    assert json.loads(watched.cursor or "") == {"story-a": ["1.0", "1.1"]}


def test_a_catalog_or_a_cursor_that_cannot_be_read_launches_nothing(watched: Watched) -> None:
    """A wrong catalog is told with the cursor kept; a cursor that is not ours takes stock anew."""
    watched.package("story-a")
    watched.tick()
    before = watched.cursor
    watched.house.catalog("[[package]]\n")
    assert "package[0].name" in _skipped(watched.tick())
    assert watched.cursor == before
    watched.package("story-b")
    watched.cursor = "[1, 2"
    _bump(watched, "1.1")
    assert _launched(watched.tick()) == []


def test_a_tree_with_uncommitted_changes_is_never_launched(watched: Watched) -> None:
    """A bump waits until it is committed; a version that goes down is told and stays where it is."""
    source = watched.package("story-a")
    commit(source)
    watched.tick()
    project = source / "pyproject.toml"
    project.write_text(project.read_text("utf-8").replace('"1.0"', '"1.1"'), encoding="utf-8")
    assert "story-a==1.1: it has 1 uncommitted changes" in _skipped(watched.tick())
    commit(source)
    assert _launched(watched.tick()) == ["story-a==1.1"]
    watched.end()
    project.write_text(project.read_text("utf-8").replace('"1.1"', '"0.9"'), encoding="utf-8")
    commit(source)
    assert "0.9 is older than 1.0: a version went down" in _skipped(watched.tick())


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
    assert _launched(watched.tick()) == []
    assert time.process_time() - began < 2
    assert len(json.loads(watched.cursor or "")) == 1000
