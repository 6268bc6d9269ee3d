"""A machine of a deployment: a folder of its own with home, scratch and checkout, and what runs on it.

Add here another program that a machine runs.
Not here: what machines share (shared), and what must hold (test_fifty_releases).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from foundry_assets.beginning.deploying import FOLDER, place_deployment
from foundry_assets.subprocesses import end_group, running
from foundry_tests.story_fixtures import environment_of_a_process
from foundry_tests.ui.serving import View, answers, free_port, wait_until

_OWN = ("FOUNDRY_", "DAGSTER_", "TWINE_", "AWS_", "PG", "CELERY_")
_WORKER = [
    *("-m", "celery", "-A", "dagster_celery.app", "worker"),
    *("-I", "foundry_assets.launching.celery_hosts", "--disable-prefetch", "--concurrency", "1"),
]
_GUARD = """
import os, sys
_OWN = {folder!r} + os.sep
_ALL = os.path.dirname({folder!r}) + os.sep

def _refuse(event, told):
    if event == "open" and isinstance(told[0], (str, bytes)):
        path = os.path.abspath(os.fsdecode(told[0]))
        if path.startswith(_ALL) and not path.startswith(_OWN):
            raise PermissionError("no other machine's disk is here: " + path)

sys.addaudithook(_refuse)
"""
"""Loaded by each Python of a machine when it starts: they lie in one folder, and see their own part only."""


@dataclass(frozen=True)
class Machine:
    """One machine by its name; `shared` is what its environment holds of the servers, secrets included."""

    name: str
    folder: Path
    shared: Mapping[str, str] = field(repr=False)

    @property
    def home(self) -> Path:
        """FOUNDRY_HOME."""
        return self.folder / "foundry"

    @property
    def environment(self) -> dict[str, str]:
        """What each program of this machine is given: nothing of the other machines' folders."""
        inherited = {
            name: text for name, text in environment_of_a_process().items() if not name.startswith(_OWN)
        }
        own = {
            "HOME": str(self.folder / "user"),
            "TMPDIR": str(self.folder / "scratch"),
            "FOUNDRY_HOME": str(self.home),
            "FOUNDRY_CATALOG": str(self.folder / "checkout" / "foundry.toml"),
            "FOUNDRY_MACHINE": self.name,
            "DAGSTER_HOME": str(self.home / "dagster"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        own["PYTHONPATH"] = os.pathsep.join([str(self.folder / "guard"), inherited["PYTHONPATH"]])
        return inherited | own | dict(self.shared)

    def set_up(self, origin: Path, settings: str) -> Machine:
        """Check out the sources and put the instance's settings in place, as `foundry init --deploy` says."""
        for folder in ("user", "scratch", "foundry/dagster"):
            (self.folder / folder).mkdir(parents=True)
        shutil.copytree(origin, self.folder / "checkout")
        (self.folder / "guard").mkdir()
        (self.folder / "guard" / "sitecustomize.py").write_text(
            _GUARD.format(folder=str(self.folder)), "utf-8"
        )
        (self.home / "dagster" / "dagster.yaml").write_text(settings, "utf-8")
        return self

    def foundry(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Give a command to the foundry on this machine, and wait for its end."""
        return subprocess.run(
            [sys.executable, "-m", "foundry_assets", *words],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    @contextlib.contextmanager
    def desk(self) -> Iterator[View]:
        """Run `foundry ui` here: webserver, daemon and code server."""
        port = free_port()
        argv = [sys.executable, "-m", "foundry_assets", "ui", "--port", str(port)]
        with running(argv, cwd=self.folder, env=self.environment) as process:
            view = View(process, f"http://127.0.0.1:{port}")
            wait_until(lambda: answers(view), f"{view.address} answers", [process])
            yield view

    def last_words(self) -> str:
        """Give the end of what its workers said, for whoever looks into a failure."""
        lines = (self.folder / "worker.log").read_text("utf-8", "replace").splitlines()[-40:]
        return "\n".join([f"== {self.name}", *(line[:300] for line in lines), ""])

    def worker(self) -> subprocess.Popen[bytes]:
        """Start a Celery worker here, its words in a log of this machine."""
        with (self.folder / "worker.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *_WORKER, "-n", f"{self.name}@%h"],
                cwd=self.folder, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip


def kill(worker: subprocess.Popen[bytes]) -> None:
    """Kill a worker with all that it started, as a power cut does."""
    family = [*psutil.Process(worker.pid).children(recursive=True), psutil.Process(worker.pid)]
    for process in reversed(family):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    worker.wait(60)
    psutil.wait_procs(family, timeout=20)


def end(workers: Sequence[subprocess.Popen[bytes]]) -> None:
    """End workers in good order, and at last whatever is left of them."""
    for worker in workers:
        worker.terminate()
    for worker in workers:
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(30)
        end_group(worker.pid)
        worker.wait(30)


def settings_with(launcher: str, scratch: Path, **changed: object) -> str:
    """Give the deployment's `dagster.yaml` with one launcher's block made to count, and numbers changed."""
    place_deployment(scratch / FOLDER)
    text = (scratch / FOLDER / "dagster.yaml").read_text("utf-8")
    before, mark, block = text.partition(f"\n# {launcher}: ")
    words, _, rest = block.partition("\n\n")
    prose, key, lines = words.partition("# run_launcher:")
    bare = "\n".join(line.removeprefix("# ") for line in f"{key}{lines}".splitlines())
    text = f"{before}{mark}{prose}{bare}\n\n{rest}"
    for name, value in changed.items():
        text, count = re.subn(rf"\b{name}: \S+", f"{name}: {value}", text)
        assert count == 1, name
    return text
