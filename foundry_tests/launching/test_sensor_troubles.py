"""The sensor `version_bumps` among broken sources, silent indexes and runs that ended badly.

Add here another trouble that a tick must tell, and that must not cost the other packages anything.
Not here: what a tick launches where all is well (test_sensors).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundry_assets.launching import bumps
from foundry_assets.launching.bumps import take_stock
from foundry_assets.release import PARTITION_SET
from foundry_assets.store import ArtefactStore
from foundry_tests.faulty_index import faulty_index
from foundry_tests.launching.bumping import Watched, bump, launched, skipped, watching
from foundry_tests.launching.leaving import write_intent
from foundry_tests.story_fixtures import House, quick_project


@pytest.fixture
def watched(house: House, tmp_path: Path) -> Iterator[Watched]:
    """A house under watch, with no package yet."""
    with watching(house, tmp_path / "dagster") as scene:
        yield scene


def test_a_source_that_cannot_be_read_is_told_and_the_others_go_on(watched: Watched) -> None:
    """A broken pyproject.toml, or one that breaks its reader, keeps no other release from being launched."""
    broken = watched.package("story-a")
    watched.package("story-b")
    hostile = watched.package("story-c")
    watched.tick()
    (broken / "pyproject.toml").write_text("[project\n", encoding="utf-8")
    (hostile / "pyproject.toml").write_text(f"x = {'[' * 50_000}{']' * 50_000}\n", encoding="utf-8")
    quick_project(watched.house.root / "story-b", name="story-b", version="1.1")
    assert launched(watched.tick()) == ["story-b==1.1"]
    told = watched.tick()
    assert "story-a: " in skipped(told)
    assert "nested too deeply" in skipped(told)


def test_an_index_that_does_not_answer_launches_nothing(watched: Watched) -> None:
    """What an unreachable index holds is unknown, and unknown is not new."""
    watched.package("story-a", index="closed")
    watched.tick()
    quick_project(watched.house.root / "story-a", name="story-a", version="1.1")
    told = watched.tick()
    assert launched(told) == []
    assert "gave no usable answer" in skipped(told)
    assert watched.instance.get_dynamic_partitions(PARTITION_SET) == []


def test_a_run_that_ended_before_any_intent_burns_nothing(watched: Watched) -> None:
    """Another source is launched at once under the next key; the same one waits, and says how long."""
    watched.package("story-a")
    watched.tick()
    bump(watched, "1.1")
    assert launched(watched.tick()) == ["story-a==1.1"]
    assert "at work already" in skipped(watched.tick())
    assert watched.end() == "story-a==1.1 at local #1"
    assert "launched again when its source changes" in skipped(watched.tick())
    (watched.house.root / "story-a" / "README.md").write_text("mended", encoding="utf-8")
    assert launched(watched.tick()) == ["story-a==1.1"]
    assert watched.end() == "story-a==1.1 at local #2"


def test_runs_that_are_taken_out_of_the_history_burn_no_key(watched: Watched) -> None:
    """After a purge, or a run deleted in the browser, the next launch has a key that no run has had."""
    source = watched.package("story-a")
    watched.tick()
    bump(watched, "1.1")
    keys = []
    for number in range(4):
        (source / "README.md").write_text(f"attempt {number}", encoding="utf-8")
        assert launched(watched.tick()) == ["story-a==1.1"]
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
    bump(watched, "1.1")
    for _ in range(3):
        assert launched(watched.tick()) == ["story-a==1.1"]
        watched.end(lost=True)
    assert "launched again when" in skipped(watched.tick())


def test_once_an_intent_is_there_nothing_is_launched_again(watched: Watched) -> None:
    """Bytes may have left: whatever becomes of the run, a person looks first."""
    watched.package("story-a")
    watched.tick()
    bump(watched, "1.1")
    watched.tick()
    watched.end(lost=True)
    write_intent(watched.house.shelf("story-a==1.1"), "local")
    assert "was begun; a person looks" in skipped(watched.tick())


def test_a_catalog_or_a_cursor_that_cannot_be_read_launches_nothing(watched: Watched) -> None:
    """A wrong catalog is told with the cursor kept; a cursor that is not ours takes stock anew."""
    watched.package("story-a")
    watched.tick()
    before = watched.cursor
    watched.house.catalog("[[package]]\n")
    assert "package[0].name" in skipped(watched.tick())
    assert watched.cursor == before
    watched.package("story-b")
    watched.cursor = "[1, 2"
    bump(watched, "1.1")
    assert launched(watched.tick()) == []
