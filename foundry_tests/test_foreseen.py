"""What builds require is asked for before the first step, once a run, and only where something is built.

Add here another moment at which it is begun.
Not here: what is asked for (craft/building/test_foreseeing), and ending what was begun (test_ahead).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets import ahead, foreseen
from foundry_assets.foreseen import foresee_builds
from foundry_assets.progress import Event, listening
from foundry_tests.story_fixtures import House, quick_project


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The sources that were asked about."""
    asked: list[Path] = []
    monkeypatch.setattr(foreseen, "foresee_environment", lambda source, **_: asked.append(source))
    return asked


def test_asked_once_and_before_the_first_step(house: House, asked: list[Path]) -> None:
    """The folder that is released is asked about while its run is being registered."""
    source = quick_project(house.root / "source")
    order = house.order(source)
    under_way: list[str] = []

    def listen(event: Event) -> None:
        if (event.step, event.kind) == ("staged_workspace", "began"):
            under_way.extend(later for _, later, _ in ahead._begun)

    with listening(listen):
        outcome = house.run(order)
    assert outcome.status == "published", outcome.message
    assert under_way == ["sdist"]
    assert asked == [source]
    assert not ahead._begun


def test_nothing_is_asked_where_nothing_is_built(house: House, asked: list[Path]) -> None:
    """Once an intent froze the bytes no build comes, so that the index is not asked for one."""
    source = quick_project(house.root / "source")
    house.release(source)
    house.release(source)
    assert len(asked) == 1


def test_a_rehearsal_of_what_is_published_builds(house: House, asked: list[Path]) -> None:
    """Intents freeze releases; a rehearsal builds anew, and is asked for."""
    source = quick_project(house.root / "source")
    house.release(source)
    house.release(source, mode="rehearse")
    assert len(asked) == 2


def test_a_run_from_the_browser_asks_too(house: House, asked: list[Path]) -> None:
    """Where the launcher did not begin it, the first step does."""
    order = house.order(quick_project(house.root / "source"))
    assert house.launch(str(order.release)).success
    assert len(asked) == 1


@pytest.mark.parametrize("of_it", [None, "https://example.org/a.git", KeyError("unknown")])
def test_a_source_that_tells_nothing(house: House, asked: list[Path], of_it: object) -> None:
    """One that is yet to be fetched, or that nobody knows, is left to the steps, without a word."""

    def source() -> object:
        if isinstance(of_it, Exception):
            raise of_it
        return of_it

    foresee_builds("a run", house.home, source)
    begun, _ = ahead._begun["a run", "sdist", ""]
    ahead.end_ahead()
    assert not begun._thread.is_alive()
    assert asked == []


def test_twice_in_a_run_is_once(house: House, asked: list[Path], tmp_path: Path) -> None:
    """What goes on already is not begun again, and another run has its own."""
    for run_id in ("one", "one", "two"):
        foresee_builds(run_id, house.home, lambda: tmp_path)
    assert len(ahead._begun) == 2
    ahead._begun["one", "sdist", ""][0].made()
    ahead._begun["two", "sdist", ""][0].made()
    assert asked == [tmp_path, tmp_path]
