"""Running the line from a program: an outcome for every end, and a history that tells the truth.

Add here what a program is promised about one release.
Not here: several releases (test_batch), and what the line does (test_story).
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from dataclasses import replace
from typing import Any

import dagster as dg
import pytest

from foundry_assets.credential_source import VARIABLE_TAG
from foundry_assets.launching.line_run import Order
from foundry_assets.launching.processes import process_name
from foundry_assets.progress import Event, listening
from foundry_assets.release import PARTITION_SET, Release
from foundry_tests.story_fixtures import House, quick_project

ORDER = Order(Release.of("nobody-knows", "1.0"), index="local")


def test_a_release_registers_its_partition_and_is_found_by_its_tags(house: House) -> None:
    """The run stands in the history under its package, version, index, mode and launcher."""
    house.run(ORDER)
    assert house.instance.has_dynamic_partition(PARTITION_SET, "nobody-knows==1.0")
    (run,) = house.instance.get_runs()
    wanted = {"package": "nobody-knows", "version": "1.0", "index": "local", "mode": "release"}
    assert wanted.items() <= run.tags.items()
    assert run.tags["launcher"] == "command line"
    assert run.status is dg.DagsterRunStatus.FAILURE


def test_a_run_that_cannot_even_begin_says_why(house: House) -> None:
    """A catalog that became wrong meanwhile ends as `blocked` with its faults, not with a traceback."""
    order = house.order(quick_project(house.root / "source"))
    house.catalog("[[package]]\nname = 'a'\n")
    outcome = house.run(order)
    assert outcome.status == "blocked", outcome.message
    assert "package[0].source" in outcome.message
    assert "Traceback" not in outcome.message


def _left_by(house: House, process: str) -> str:
    tags = {"dagster/partition": "nobody-knows==1.0", "foundry/process": process}
    run = dg.DagsterRun(job_name="release", tags=tags, status=dg.DagsterRunStatus.STARTED)
    house.instance.add_run(run)
    return run.run_id


def test_a_run_whose_process_was_killed_is_ended_by_the_next_start(house: House) -> None:
    """What a killed foundry left as running is marked as failed, since it would hold up the UI's queue."""
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    killed = _left_by(house, f"{socket.gethostname()} {process.pid} 1.0")
    elsewhere = _left_by(house, f"another-machine {process.pid} 1.0")
    house.run(ORDER)
    statuses = {run.run_id: run.status for run in house.instance.get_runs()}
    assert statuses[killed] is dg.DagsterRunStatus.FAILURE
    assert statuses[elsewhere] is dg.DagsterRunStatus.STARTED


def test_a_run_that_still_works_is_left_alone(house: House) -> None:
    """The process of another live run of the same release is not taken for a dead one."""
    working = _left_by(house, process_name())
    house.run(ORDER)
    statuses = {run.run_id: run.status for run in house.instance.get_runs()}
    assert statuses[working] is dg.DagsterRunStatus.STARTED


def test_an_interrupt_stops_the_caller_and_not_only_the_run(house: House) -> None:
    """Ctrl-C in the middle of a step is raised here, so that nothing is begun after it; the run has ended."""
    order = house.order(quick_project(house.root / "source"))
    before = signal.getsignal(signal.SIGINT)
    steps: list[str] = []

    def interrupt(event: Event) -> None:
        steps.append(event.step)
        if event.kind == "began" and event.step == "sdist":
            signal.raise_signal(signal.SIGINT)

    with listening(interrupt), pytest.raises(KeyboardInterrupt):
        house.run(order)
    assert steps[-1] == "sdist"
    (run,) = house.instance.get_runs()
    assert run.status is dg.DagsterRunStatus.FAILURE
    assert signal.getsignal(signal.SIGINT) is before
    assert house.run(order).status == "published"


def _settings(run: dg.DagsterRun) -> dict[str, object]:
    config: Any = run.run_config
    found: dict[str, object] = config["resources"]["settings"]["config"]
    return found


def test_a_run_carries_what_its_batch_gives_it(house: House) -> None:
    """The batch is a tag like the others, needed releases are in the form, absent ones leave no trace."""
    needs = (Release.of("other", "2.0"),)
    house.run(replace(ORDER, batch="0" * 32, token_variable="SOME_TOKEN", needs=needs))
    house.run(ORDER)
    second, first = house.instance.get_runs()
    assert first.tags["batch"] == "0" * 32
    assert first.tags[VARIABLE_TAG] == "SOME_TOKEN"
    assert _settings(first)["needs"] == ["other==2.0"]
    assert {"batch", VARIABLE_TAG}.isdisjoint(second.tags)
    assert "needs" not in _settings(second)
