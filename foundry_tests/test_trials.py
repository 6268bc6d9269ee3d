"""Trials of wheels: begun with the wheel, each once, and never before what it needs can be had.

Add here another reason to wait with one.
Not here: what a trial finds (checks/test_installs), and threads (test_ahead).
"""

from __future__ import annotations

import threading

import pytest

from foundry_assets import ahead
from foundry_assets.ahead import end_ahead
from foundry_assets.craft import installing
from foundry_assets.progress import Event, listening
from foundry_assets.trials import CHECK
from foundry_tests.story_fixtures import House, callers_of, quick_project

_MAIN = threading.main_thread().name


@pytest.fixture
def tried_by(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the threads in which a wheel was tried."""
    return callers_of(monkeypatch, installing, "try_wheel")


def test_a_wheel_is_tried_once_beside_its_other_checks(house: House, tried_by: list[str]) -> None:
    """In a thread of its own that begins when there is a wheel; nothing of it is left afterwards."""
    outcome = house.release(quick_project(house.root / "source"))
    assert outcome.status == "published", outcome.message
    assert tried_by == [CHECK]
    assert not ahead._begun


def test_a_gate_that_runs_without_its_wheel_tries_it_by_itself(house: House, tried_by: list[str]) -> None:
    """A process that has no trial under way, such as one that runs the check alone, loses nothing."""

    def forget(event: Event) -> None:
        if (event.step, event.kind) == ("wheel", "ended"):
            end_ahead()

    with listening(forget):
        outcome = house.release(quick_project(house.root / "source"))
    assert outcome.status == "published", outcome.message
    assert tried_by[-1] == _MAIN


def test_a_wheel_that_needs_other_releases_waits_for_its_gate(house: House, tried_by: list[str]) -> None:
    """Only there it is known, and told, whether what it needs can be had."""
    first = house.release(quick_project(house.root / "first", name="story-first"))
    assert first.status == "published", first.message
    tried_by.clear()
    source = quick_project(house.root / "source")
    house.catalog(f"[[package]]\nname = \"story-quick\"\nsource = '{source.as_posix()}'\n")
    result = house.launch("story-quick==1.0", needs=["story-first==1.0"])
    assert house.ended(result).status == "published"
    assert tried_by == [_MAIN]
