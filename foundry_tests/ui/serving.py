"""`foundry ui` as a process of its own, over a home and a catalog of the test's own.

Add here what several tests of the running view need: starting it, asking it, looking at its processes.
Not here: promises (the tests), and what is done in the browser (browsing).
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from foundry_assets.launching.jobs import launch_config
from foundry_assets.subprocesses import running
from foundry_tests.story_fixtures import environment_of_a_process, quick_project

REPOSITORY = Path(__file__).parent.parent.parent
NAME, VERSION = "tiny-words", "1.2.0"
ENDLESS = "import time; time.sleep(3600)  # a build that never ends"
LIMIT_SECONDS = 150.0
"""Every wait's end; generous, because these tests share their machine."""
_ADD = """
mutation ($key: String!) { addDynamicPartition(
  partitionsDefName: "releases", partitionKey: $key,
  repositorySelector: {repositoryLocationName: "foundry", repositoryName: "__repository__"}
) { __typename ... on UnauthorizedError { message } ... on PythonError { message } } }
"""
_LAUNCH = """
mutation ($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } }
  ... on UnauthorizedError { message } ... on PythonError { message } } }
"""
_RUNS = "{ runsOrError { ... on Runs { results { runId status tags { key value } } } } }"
_WORDS = """
query ($run: ID!) { logsForRun(runId: $run) { ... on EventConnection { events {
  ... on MessageEvent { message }
  ... on ExecutionStepFailureEvent { failureMetadata { description } } } } } }
"""


@dataclass(frozen=True)
class View:
    """A running view: its process, its address, and what can be asked of it as the browser asks."""

    process: subprocess.Popen[bytes]
    address: str

    def page(self, path: str = "/") -> str:
        """Give a page's HTML."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.address + path, timeout=60) as answer:
            return str(answer.read().decode())

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Post a GraphQL query and give its data."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        heads = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}/graphql", body, heads)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            told = json.loads(answer.read())
        assert "errors" not in told, told
        data: dict[str, Any] = told["data"]
        return data

    def add(self, key: str) -> dict[str, Any]:
        """Ask for a partition, and give the answer."""
        answer: dict[str, Any] = self.ask(_ADD, key=key)["addDynamicPartition"]
        return answer

    def launch(self, key: str, *, asset: str = "", **form: Any) -> dict[str, Any]:
        """Ask for a run of the `release` job, or of a single asset by itself; gives the answer."""
        tags = [{"key": "dagster/partition", "value": key}]
        selector = {
            "repositoryLocationName": "foundry",
            "repositoryName": "__repository__",
            "pipelineName": "__ASSET_JOB" if asset else "release",
            **({"assetSelection": [{"path": [asset]}]} if asset else {}),
        }
        params = {
            "selector": selector,
            "runConfigData": launch_config(**form),
            "executionMetadata": {"tags": tags},
        }
        answer: dict[str, Any] = self.ask(_LAUNCH, params=params)["launchPipelineExecution"]
        return answer

    def runs(self) -> list[tuple[str, str]]:
        """Give every run's release and status, newest first."""
        found = self.ask(_RUNS)["runsOrError"]["results"]
        return [(_tag(run, "dagster/partition"), run["status"]) for run in found]

    def words_of(self, run_id: str) -> str:
        """Give what a run told."""
        events = self.ask(_WORDS, run=run_id)["logsForRun"]["events"]
        told = [event.get("message", "") for event in events]
        told += [(event.get("failureMetadata") or {}).get("description") or "" for event in events]
        return "\n".join(told)

    def family(self) -> list[psutil.Process]:
        """Give the view's process and all that it started."""
        head = psutil.Process(self.process.pid)
        return [head, *head.children(recursive=True)]


def _tag(run: dict[str, Any], key: str) -> str:
    return next((tag["value"] for tag in run["tags"] if tag["key"] == key), "")


@dataclass(frozen=True)
class Place:
    """Where a view works: a home, and a catalog with one package that builds in a blink."""

    root: Path

    @classmethod
    def made(cls, root: Path) -> Place:
        """Make it, with its package."""
        quick_project(root / NAME, name=NAME, version=VERSION)
        (root / "foundry.toml").write_text(f'[[package]]\nname = "{NAME}"\nsource = "{NAME}"\n', "utf-8")
        return cls(root)

    @property
    def home(self) -> Path:
        """FOUNDRY_HOME."""
        return self.root / "home"

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to work here."""
        here = {"FOUNDRY_HOME": str(self.home), "FOUNDRY_CATALOG": str(self.root / "foundry.toml")}
        return environment_of_a_process(**here)

    def builds_for_ever(self) -> None:
        """Let the package's build start a program that never ends."""
        backend = self.root / NAME / "backend" / "quick.py"
        wait = f'import subprocess, sys\n    subprocess.run([sys.executable, "-c", {ENDLESS!r}])'
        text = backend.read_text("utf-8").replace("project, wrong = _read()", wait, 1)
        backend.write_text(text, "utf-8")


@contextmanager
def view_of(place: Place, *words: str) -> Iterator[View]:
    """Start `foundry ui` as a person does, wait until it answers, and end it afterwards."""
    port = free_port()
    argv = [sys.executable, "-m", "foundry_assets", "ui", "--port", str(port), *words]
    with running(argv, cwd=place.root, env=place.environment) as process:
        view = View(process, f"http://127.0.0.1:{port}")
        wait_until(lambda: answers(view), f"{view.address} answers", [process])
        yield view


def free_port() -> int:
    """Give a port that nobody uses just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def answers(view: View) -> bool:
    """Tell whether the webserver is up."""
    with suppress(OSError):
        return "dagster_webserver_version" in view.page("/server_info")
    return False


def wait_until(
    is_so: Callable[[], bool],
    what: str,
    alive: Sequence[subprocess.Popen[bytes]] = (),
    *,
    seconds: float = LIMIT_SECONDS,
    pause_seconds: float = 0.2,
) -> None:
    """Wait for something to come true; fails after `seconds`, or when a process that it needs has ended."""
    ends_at = time.monotonic() + seconds
    while not is_so():
        assert all(process.poll() is None for process in alive), f"ended before {what}"
        assert time.monotonic() < ends_at, f"never came true: {what}"
        time.sleep(pause_seconds)


def are_gone(family: Sequence[psutil.Process]) -> bool:
    """Tell whether every process has ended (one that waits to be collected by its parent has)."""
    return all(not one.is_running() or _is_zombie(one) for one in family)


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def is_posix() -> bool:
    """Tell whether signals mean what they say."""
    return os.name == "posix"
