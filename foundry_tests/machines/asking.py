"""Asking the desk's webserver as the browser does: many releases at once, and how every run stands.

Add here another question about many runs.
Not here: promises (the tests), and what asks for one run (ui/serving).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from foundry_assets.launching.jobs import launch_config
from foundry_assets.launching.processes import PROCESS_TAG
from foundry_tests.ui.serving import View

UNFINISHED = ("QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING")
_LAUNCH = """
mutation ($all: [ExecutionParams!]!) { launchMultipleRuns(executionParamsList: $all) {
  ... on LaunchMultipleRunsResult { launchMultipleRunsResult { __typename } }
  ... on PythonError { message } } }
"""
_RUNS = """
{ runsOrError(limit: 500) { ... on Runs { results { runId status startTime endTime tags { key value } } } } }
"""


@dataclass(frozen=True)
class Run:
    """A run as the history has it; `machine` is the one that it worked on, "" where that is not told."""

    run_id: str
    release: str
    status: str
    machine: str


def launch_all(view: View, keys: Sequence[str], *, index: str) -> None:
    """Ask for one run a release, all of them by one request; the form is filled in as a person fills it."""
    for key in keys:
        told = view.add(key)
        assert told["__typename"] in ("AddDynamicPartitionSuccess", "DuplicateDynamicPartitionError"), told
    answer = view.ask(_LAUNCH, all=[_params(key, index) for key in keys])["launchMultipleRuns"]
    kinds = [one["__typename"] for one in answer["launchMultipleRunsResult"]]
    assert kinds == ["LaunchRunSuccess"] * len(keys), kinds


def runs(view: View) -> list[Run]:
    """Give every run of the history, newest first."""
    found = view.ask(_RUNS)["runsOrError"]["results"]
    return [
        _run(one["runId"], one["status"], {tag["key"]: tag["value"] for tag in one["tags"]}) for one in found
    ]


def at_work(view: View, release: str) -> Run | None:
    """Give the run of a release that works just now, None where none does."""
    return next((one for one in runs(view) if one.release == release and one.status == "STARTED"), None)


def _run(run_id: str, status: str, tags: dict[str, str]) -> Run:
    machine = tags.get(PROCESS_TAG, "").partition(" ")[0]
    return Run(run_id, tags.get("dagster/partition", ""), status, machine)


def _params(key: str, index: str) -> dict[str, Any]:
    selector = {
        "repositoryLocationName": "foundry",
        "repositoryName": "__repository__",
        "pipelineName": "release",
    }
    tags = [{"key": "dagster/partition", "value": key}]
    config = launch_config(index=index, confirm=key)
    return {"selector": selector, "runConfigData": config, "executionMetadata": {"tags": tags}}
