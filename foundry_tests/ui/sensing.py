"""A watched git repository under a running view: its sensor, its ticks, and killing what carries a run.

Add here what several tests of sensors under a real daemon need.
Not here: promises (the tests), and starting the view (serving).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil

from foundry_assets.home import Foundry
from foundry_assets.launching.line_run import shelf_of
from foundry_assets.release import Release
from foundry_assets.store import Shelf
from foundry_tests.craft.watching.test_tags import commit
from foundry_tests.story_fixtures import quick_project
from foundry_tests.ui.serving import NAME, Place, View, wait_until

_SELECTOR = {"repositoryLocationName": "foundry", "repositoryName": "__repository__"}
_START = """
mutation ($selector: SensorSelector!) { startSensor(sensorSelector: $selector) { __typename } }
"""
_TICKS = """
query ($selector: SensorSelector!) { sensorOrError(sensorSelector: $selector) { __typename ... on Sensor {
  sensorState { status ticks(limit: 20) { status skipReason error { message } } } } } }
"""


class Watched:
    """One package in a repository of its own, which the sensor may release; `index` is where it goes."""

    def __init__(self, root: Path, *, index: str = "local", indexes: str = "", seconds: float = 0.0) -> None:
        self.place = Place(root)
        self.source = quick_project(root / NAME, name=NAME, version="1.0")
        backend = self.source / "backend" / "quick.py"
        slow = f"import time; time.sleep({seconds})\n    project, wrong = _read()"
        backend.write_text(backend.read_text("utf-8").replace("project, wrong = _read()", slow), "utf-8")
        commit(self.source)
        entry = f'[[package]]\nname = "{NAME}"\nsource = "{NAME}"\nauto_release = true\nindex = "{index}"\n'
        (root / "foundry.toml").write_text(f"{indexes}\n{entry}", "utf-8")

    def bump(self, version: str) -> str:
        """Commit another version, and give its release."""
        project = self.source / "pyproject.toml"
        project.write_text(project.read_text("utf-8").replace('"1.0"', f'"{version}"'), "utf-8")
        commit(self.source)
        return f"{NAME}=={version}"

    @property
    def foundry(self) -> Foundry:
        """The foundry as the view's processes have it."""
        return Foundry(home_folder=str(self.place.home), catalog_file=str(self.place.root / "foundry.toml"))

    def shelf(self, release: str) -> Shelf:
        """Give a release's part of the store."""
        return shelf_of(Release.parse(release), foundry=self.foundry)


def start(view: View, sensor: str) -> None:
    """Start a sensor as a person does in the browser."""
    told = view.ask(_START, selector={**_SELECTOR, "sensorName": sensor})
    assert told["startSensor"]["__typename"] == "Sensor", told


def ticks(view: View, sensor: str) -> list[dict[str, Any]]:
    """Give the newest ticks of a sensor, newest first."""
    told = view.ask(_TICKS, selector={**_SELECTOR, "sensorName": sensor})["sensorOrError"]
    found: list[dict[str, Any]] = told["sensorState"]["ticks"]
    assert all(tick["error"] is None for tick in found), found
    return found


def wait_for_tick(view: View, sensor: str, words: str) -> None:
    """Wait until a tick that launched nothing says these words."""

    def said() -> bool:
        return any(words in (tick["skipReason"] or "") for tick in ticks(view, sensor))

    wait_until(said, f"{sensor} says: {words}", [view.process])


def kill_worker_and_daemon(view: View) -> None:
    """Kill, all at once and without a word, the process of the run, the daemon, and the view itself."""
    family = view.family()
    carrier = next(one for one in family if _is(one, "grpc"))
    worker = [one for one in carrier.children(recursive=True) if _is(one, "spawn_main")]
    assert worker, "no run is at work"
    for process in [*worker, *(one for one in family if _is(one, "dagster._daemon")), family[0]]:
        process.kill()
    psutil.wait_procs(family, timeout=60)


def _is(process: psutil.Process, word: str) -> bool:
    try:
        return any(word in part for part in process.cmdline())
    except psutil.Error:
        return False
