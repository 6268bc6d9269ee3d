"""The queue under a real daemon: runs of one package wait for each other, however they were launched.

Add here what only several runs at once can show.
Not here: what a run carries into the queue (launching/test_package_queue).
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from foundry_tests.ui.serving import NAME, VERSION, Place, View, view_of, wait_until

pytestmark = pytest.mark.slow
NEXT = "1.3.0"
_TIMES = "{ runsOrError { ... on Runs { results { runId jobName status startTime endTime } } } }"
_SLOW = "import time; time.sleep(3)\n    project, wrong = _read()"


def test_runs_of_one_package_wait_for_each_other(tmp_path: Path) -> None:
    """Two versions and a single asset, launched at once: one runs at a time, in order, and all end well.

    The source declares the second version only after the first has been copied: a run that had not waited
    would have been refused.
    """
    place = Place.made(tmp_path)
    backend = place.root / NAME / "backend" / "quick.py"
    backend.write_text(backend.read_text("utf-8").replace("project, wrong = _read()", _SLOW), "utf-8")
    first, second = f"{NAME}=={VERSION}", f"{NAME}=={NEXT}"
    with view_of(place) as view:
        for key in (first, second):
            assert view.add(key)["__typename"] == "AddDynamicPartitionSuccess"
        launched = [view.launch(first), view.launch(second, asset="staged_workspace"), view.launch(second)]
        runs = [answer["run"]["runId"] for answer in launched]
        wait_until(lambda: "staged_workspace" in ended_steps(view, runs[0]), "the source is copied")
        bump(place)
        wait_until(lambda: len(view.runs()) == len(ended(view)) == 3, "all have ended", [view.process])
        times = ended(view)
    assert [times[run][0] for run in runs] == ["SUCCESS"] * 3, times
    spans = [times[run][1:] for run in runs]
    assert all(before[1] <= after[0] for before, after in pairwise(spans)), spans


def bump(place: Place) -> None:
    """Let the source declare the next version."""
    for file in ("pyproject.toml", "CHANGELOG.md"):
        path = place.root / NAME / file
        path.write_text(path.read_text("utf-8").replace(VERSION, NEXT), "utf-8")


def ended_steps(view: View, run: str) -> str:
    """Give what a run told of the steps that it has finished."""
    return "\n".join(
        line for line in view.words_of(run).splitlines() if line.startswith("Finished execution")
    )


def ended(view: View) -> dict[str, tuple[str, float, float]]:
    """Give the runs that have ended: how, from when, until when."""
    found = view.ask(_TIMES)["runsOrError"]["results"]
    return {
        run["runId"]: (run["status"], run["startTime"], run["endTime"])
        for run in found
        if run["endTime"] is not None
    }
