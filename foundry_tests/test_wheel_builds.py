"""The builds of a wheel: got ready ahead, beside each other, each once, and never longer than their run.

Add here another way in which a run goes on or stops while one is under way.
Not here: what the verdict says (checks/test_reproducible), and ending programs (test_leash).
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from foundry_assets import ahead, wheel_builds
from foundry_assets.ahead import end_ahead
from foundry_assets.craft.building import FirstBuild, ReadyWheel
from foundry_assets.errors import BuildFailed
from foundry_assets.progress import Event, listening
from foundry_assets.subprocesses import run
from foundry_assets.wheel_builds import CHECK
from foundry_tests.story_fixtures import House, callers_of, quick_project


@pytest.fixture
def built_by(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the threads in which a wheel was built a second time."""
    return callers_of(monkeypatch, wheel_builds, "rebuild_wheel")


def _at_work() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == CHECK]


def test_the_second_build_goes_on_beside_the_gates(house: House, built_by: list[str]) -> None:
    """It is made once, in a thread of its own, and nothing of it is left when the run has ended."""
    outcome = house.release(quick_project(house.root / "source"))
    assert outcome.status == "published", outcome.message
    assert built_by == [CHECK]
    assert not _at_work()
    assert not ahead._begun


def test_a_check_that_runs_without_its_wheel_builds_by_itself(house: House, built_by: list[str]) -> None:
    """A process that has none under way, such as one that runs the check alone, loses nothing."""
    order = house.order(quick_project(house.root / "source"))

    def forget(event: Event) -> None:
        if (event.step, event.kind) == ("wheel", "ended"):
            end_ahead()

    with listening(forget):
        outcome = house.run(order)
    assert outcome.status == "published", outcome.message
    assert built_by[-1] != CHECK
    assert "a second build gave the same bytes" in {check.message for check in outcome.checks}


def test_a_run_that_is_interrupted_ends_its_second_build(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that would go on for ever is gone with the run that began it."""
    order = house.order(quick_project(house.root / "source"))
    monkeypatch.setattr(wheel_builds, "rebuild_wheel", _never_ending)

    def interrupt(event: Event) -> None:
        if (event.step, event.kind) == ("index_would_accept_both_files", "began"):
            assert _at_work()
            signal.raise_signal(signal.SIGINT)

    with listening(interrupt), pytest.raises(KeyboardInterrupt):
        house.run(order)
    assert not _at_work()
    assert not ahead._begun


def _never_ending(*_: Any, scratch: Path, **__: Any) -> None:
    scratch.mkdir(parents=True)
    run(
        [sys.executable, "-c", "import time; time.sleep(600)"],
        cwd=scratch,
        env={},
        timeout_seconds=600,
    )


def test_the_second_build_is_compared_with_the_first(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows when the first backend was asked, and is told what that one delivered."""
    compared: list[str] = []

    def second(*_: Any, first: FirstBuild, **__: Any) -> None:
        assert first.wait_until_asked()
        compared.append(first.as_made())

    monkeypatch.setattr(wheel_builds, "rebuild_wheel", second)
    outcome = house.release(quick_project(house.root / "source"))
    assert outcome.status == "published", outcome.message
    assert compared == [house.shelf().manifest("wheel").facts["as_made"]]


def test_a_failed_first_build_has_no_second(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was got ready for a wheel that nobody could build is gone with the run."""

    def failing(*_: Any, **__: Any) -> None:
        assert _at_work()
        raise BuildFailed("it cannot be built", remedy="mend it")

    monkeypatch.setattr(ReadyWheel, "build", failing)
    outcome = house.release(quick_project(house.root / "source"))
    assert outcome.status == "blocked", outcome.message
    assert not _at_work()
    assert not ahead._begun


@pytest.mark.parametrize("is_begun", [True, False])
def test_the_first_build_is_got_ready_once(
    house: House, monkeypatch: pytest.MonkeyPatch, is_begun: bool
) -> None:
    """Beside the checks of the sdist; a process that did not make the sdist gets it ready itself."""
    names = callers_of(monkeypatch, wheel_builds, "ready_wheel")

    def forget(event: Event) -> None:
        if (event.step, event.kind) == ("sdist", "ended") and not is_begun:
            end_ahead()

    with listening(forget):
        outcome = house.release(quick_project(house.root / "source"))
    assert outcome.status == "published", outcome.message
    assert names[-1] == ("wheel" if is_begun else threading.main_thread().name)


def test_an_sdist_that_is_blocked_gets_no_wheel(house: House) -> None:
    """What was got ready for it is gone with the run."""
    outcome = house.release(quick_project(house.root / "source", says_version='"9.9"'))
    assert outcome.status == "blocked", outcome.message
    assert not ahead._begun
    assert not house.shelf().has("wheel")


def test_a_blocked_wheel_leaves_nothing_at_work(house: House) -> None:
    """Where no gate runs any more, nobody waits for a second build, and it is ended."""
    outcome = house.release(quick_project(house.root / "source", lose='["story_quick/words.py"]'))
    assert outcome.status == "blocked", outcome.message
    assert not _at_work()


def test_a_second_build_that_fails_is_told_as_its_check_would(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is raised in the thread is raised where it is waited for, and blocks the upload."""

    def failing(*_: Any, **__: Any) -> None:
        time.sleep(0.1)
        raise BuildFailed("the second time it cannot be built", remedy="mend it")

    monkeypatch.setattr(wheel_builds, "rebuild_wheel", failing)
    told: list[Event] = []
    with listening(told.append):
        outcome = house.release(quick_project(house.root / "source"))
    assert outcome.status == "blocked", outcome.message
    assert "wheel_is_reproducible: was never judged" in outcome.message
    (failed,) = [event for event in told if (event.step, event.kind) == ("wheel_is_reproducible", "failed")]
    assert "the second time it cannot be built" in failed.text
    assert not house.posts
