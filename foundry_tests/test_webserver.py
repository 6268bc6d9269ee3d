"""The webserver over `workspace.yaml`: it loads, and what it launches is held to the same rules.

Add here what is reached through GraphQL alone.
Not here: what is seen in the browser (ui).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import requests
import uvicorn

from foundry_assets import evidence
from foundry_assets.catalog import Package
from foundry_assets.home import Foundry, Home
from foundry_assets.launching.jobs import launch_config
from foundry_assets.launching.line_run import shelf_of
from foundry_assets.release import PARTITION_SET, Release
from foundry_tests.story_fixtures import quick_project

WORKSPACE = Path(__file__).parent.parent / "workspace.yaml"
SELECTOR = {
    "repositoryLocationName": "foundry",
    "repositoryName": "__repository__",
    "pipelineName": "release",
}
LAUNCH = """
mutation ($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }
"""
AGAIN = """
mutation ($params: ReexecutionParams!) { launchRunReexecution(reexecutionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }
"""
LOADED = """
{ workspaceOrError { __typename ... on Workspace { locationEntries {
    name loadStatus locationOrLoadError { __typename ... on PythonError { message } } } } }
  assetNodes { assetKey { path } }
  schedulesOrError(
      repositorySelector: {repositoryLocationName: "foundry", repositoryName: "__repository__"}) {
    ... on Schedules { results { name scheduleState { status } } } }
  sensorsOrError(repositorySelector: {repositoryLocationName: "foundry", repositoryName: "__repository__"}) {
    ... on Sensors { results { name sensorState { status } } } } }
"""
_LIMIT_SECONDS = 120


@dataclass(frozen=True)
class Webserver:
    """The webserver in this process, its instance and the foundry's home."""

    address: str
    instance: dg.DagsterInstance
    home: Home

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Post a GraphQL query and give its data."""
        question = {"query": query, "variables": variables}
        told = requests.post(f"{self.address}/graphql", json=question, timeout=60).json()
        assert "errors" not in told, told
        data: dict[str, Any] = told["data"]
        return data

    def launch(self, **tags: str) -> dg.DagsterRun:
        """Launch the job as the UI does, and wait for its end."""
        listed = [{"key": f"dagster/{name}", "value": value} for name, value in tags.items()]
        params = {
            "selector": SELECTOR,
            "runConfigData": launch_config(),
            "executionMetadata": {"tags": listed},
        }
        return self._ended(self.ask(LAUNCH, params=params)["launchPipelineExecution"])

    def execute_again(self, run: dg.DagsterRun) -> dg.DagsterRun:
        """Re-execute a run from where it failed, as the UI's button does, and wait for its end."""
        params = {"parentRunId": run.run_id, "strategy": "FROM_FAILURE"}
        return self._ended(self.ask(AGAIN, params=params)["launchRunReexecution"])

    def _ended(self, told: dict[str, Any]) -> dg.DagsterRun:
        assert told["__typename"] == "LaunchRunSuccess", told
        ends_at = time.monotonic() + _LIMIT_SECONDS
        while time.monotonic() < ends_at:
            run = self.instance.get_run_by_id(told["run"]["runId"])
            if run and run.is_finished:
                return run
            time.sleep(0.1)
        raise AssertionError("the run did not end in time")

    def reasons(self, run: dg.DagsterRun) -> list[str]:
        """Give what the steps that failed said."""
        events = [entry.dagster_event for entry in self.instance.all_logs(run.run_id)]
        failed = [event.step_failure_data for event in events if event and event.is_step_failure]
        return [data.user_failure_data.description or "" for data in failed if data.user_failure_data]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webserver]:
    """The webserver over the repository's own `workspace.yaml`; the one place with private imports."""
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import WorkspaceFileTarget
    from dagster_webserver.app import create_app_from_workspace_process_context

    root = tmp_path_factory.mktemp("web")
    home = Home(root / "home").prepare()
    at_once = {
        "run_coordinator": {"module": "dagster.core.run_coordinator", "class": "DefaultRunCoordinator"}
    }
    (root / "dagster").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOUNDRY_HOME", str(home.root))
        patch.setenv("DAGSTER_HOME", str(root / "dagster"))
        target = WorkspaceFileTarget(paths=[str(WORKSPACE)])
        with (
            dg.DagsterInstance.local_temp(str(root / "dagster"), overrides=at_once) as instance,
            WorkspaceProcessContext(instance, target, version="test", read_only=False) as context,
            _serving(create_app_from_workspace_process_context(context)) as address,
        ):
            yield Webserver(address, instance, home)


@contextmanager
def _serving(application: Any) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def test_the_workspace_loads_whole_and_starts_nothing(web: Webserver) -> None:
    """`workspace.yaml` gives all assets, with everything stopped that could launch a release."""
    told = web.ask(LOADED)
    (entry,) = told["workspaceOrError"]["locationEntries"]
    assert entry["locationOrLoadError"]["__typename"] == "RepositoryLocation", entry
    assert len(told["assetNodes"]) == 11
    (schedule,) = told["schedulesOrError"]["results"]
    sensors = {one["name"]: one["sensorState"]["status"] for one in told["sensorsOrError"]["results"]}
    assert (schedule["name"], schedule["scheduleState"]["status"]) == ("monthly_rehearsal", "STOPPED")
    assert sensors == {"version_bumps": "STOPPED", "failed_releases": "RUNNING"}


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({}, "this run names no release\n  -> launch it with a partition of `releases`"),
        ({"partition": "demo-slug==9.9"}, "`demo-slug==9.9` is not a registered release\n  -> add it under"),
    ],
    ids=["no partition", "an unregistered partition"],
)
def test_a_launch_that_names_no_known_release_fails_with_our_words(
    web: Webserver, tags: dict[str, str], reason: str
) -> None:
    """GraphQL accepts a run without a partition or with an unknown one; the first step refuses it."""
    run = web.launch(**tags)
    assert run.status is dg.DagsterRunStatus.FAILURE
    (told,) = web.reasons(run)
    assert told.startswith(reason)
    materialised = [
        entry
        for entry in web.instance.all_logs(run.run_id)
        if entry.dagster_event and entry.dagster_event.is_step_materialization
    ]
    assert materialised == []
    assert not list(web.home.root.glob("store/demo-slug/*"))
    assert not list(web.home.root.glob("index/demo_slug*"))


def test_a_run_that_is_executed_again_never_comes_near_the_index(web: Webserver, tmp_path: Path) -> None:
    """The UI's "re-execute from failure" reaches the upload and is refused, also once the hold is lifted."""
    source = quick_project(tmp_path / "source")
    web.home.remember(Package(name="story-quick", source=source))
    web.instance.add_dynamic_partitions(PARTITION_SET, ["story-quick==1.0"])
    shelf = shelf_of(Release.of("story-quick", "1.0"), foundry=Foundry(home_folder=str(web.home.root)))
    evidence.place_hold(shelf, "local", because="a test", files=[], run_id="earlier")
    held = web.launch(partition="story-quick==1.0")
    assert "is held at `local`" in web.reasons(held)[0]
    evidence.lift_hold(shelf, "local", because="a test", by="a test")
    again = web.execute_again(held)
    assert again.status is dg.DagsterRunStatus.FAILURE
    (told,) = web.reasons(again)
    assert f"this run repeats run {held.run_id}; an upload is never repeated" in told
    outcome = evidence.outcome_of(shelf, again.run_id)
    assert outcome is not None
    assert outcome.status == "held", outcome.message
    assert not list(web.home.index.glob("story_quick*"))
    assert evidence.receipt_at(shelf, "local") is None
