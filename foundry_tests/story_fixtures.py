"""A whole foundry in one temporary folder, for tests that release for real.

Add here what several end-to-end tests need: projects, a run with its outcome, what it left behind.
Not here: promises (the tests), and stand-ins for parts of the line: everything here is the real thing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg
import pytest
import requests

from foundry_assets import embedded_index, evidence
from foundry_assets.ahead import end_ahead
from foundry_assets.craft.summary import read_entries
from foundry_assets.definitions import build_definitions
from foundry_assets.home import Foundry, Home
from foundry_assets.launching.jobs import RELEASE_JOB, launch_config
from foundry_assets.launching.line_run import Order, run_line, shelf_of
from foundry_assets.launching.orders import Choice, resolve
from foundry_assets.left_trees import drop_left_trees
from foundry_assets.records import Outcome
from foundry_assets.release import PARTITION_SET, Release
from foundry_assets.settings import Mode
from foundry_assets.store import Shelf

PACKAGES = Path(__file__).parent / "packages"
WHEEL, SDIST = "story_quick-1.0-py3-none-any.whl", "story_quick-1.0.tar.gz"
OUTCOME_KEYS = (
    "release",
    "name",
    "version",
    "index",
    "status",
    "files",
    "checks",
    "run_id",
    "seconds",
    "evidence",
    "message",
    "ledger",
)
"""The keys of one release's JSON object (DESIGN: command line)."""
_Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass
class House:
    """A foundry with a home of its own; `posts` are the file uploads that reached its embedded index."""

    root: Path
    instance: dg.DagsterInstance
    posts: list[str] = field(default_factory=list)
    catalog_file: Path | None = None

    @property
    def foundry(self) -> Foundry:
        """The foundry as a run is given it."""
        return Foundry(home_folder=str(self.root / "home"), catalog_file=str(self.catalog_file or ""))

    @property
    def home(self) -> Home:
        """Its home."""
        return self.foundry.home

    def catalog(self, text: str) -> None:
        """Write the catalog, `foundry.toml`."""
        self.catalog_file = self.root / "foundry.toml"
        self.catalog_file.write_text(text, encoding="utf-8")

    def order(self, source: Path, **choice: Any) -> Order:
        """Order a folder's release, as `foundry release --path` does."""
        (order,) = resolve(Choice(paths=(source,), **choice), self.foundry)
        return order

    def release(self, source: Path, **choice: Any) -> Outcome:
        """Release a folder and give how it ended."""
        return self.run(self.order(source, **choice))

    def run(self, order: Order) -> Outcome:
        """Run one order."""
        return run_line(order, foundry=self.foundry, instance=self.instance)

    def launch(
        self,
        release: str,
        *,
        only: tuple[str, ...] = (),
        tags: Mapping[str, str] | None = None,
        **form: Any,
    ) -> dg.ExecuteInProcessResult:
        """Launch the job as the UI does, the form as given; `only` selects assets, with their checks."""
        self.instance.add_dynamic_partitions(PARTITION_SET, [release])
        job = build_definitions(foundry=self.foundry).resolve_job_def(RELEASE_JOB)
        return job.execute_in_process(
            run_config=launch_config(**form) | quiet(),
            instance=self.instance,
            partition_key=release,
            asset_selection=[dg.AssetKey(asset) for asset in only] or None,
            tags=dict(tags or {}),
            raise_on_error=False,
        )

    def shelf(self, release: str = "story-quick==1.0", *, mode: Mode = "release") -> Shelf:
        """Give the release's part of the store."""
        return shelf_of(Release.parse(release), foundry=self.foundry, rehearsal=mode == "rehearse")

    def stored(self, record: str, release: str = "story-quick==1.0") -> Path:
        """Give the file of a record or an artefact's folder in the store."""
        name, _, version = release.partition("==")
        return self.home.store / name / version / record

    def ended(self, result: dg.ExecuteInProcessResult, release: str = "story-quick==1.0") -> Outcome:
        """Give the outcome that a launched run wrote down."""
        found = evidence.outcome_of(self.shelf(release), result.run_id)
        assert found is not None, [event.message for event in result.all_events if event.is_failure]
        return found

    def page(self, release: str = "story-quick==1.0") -> str:
        """Give the release's Change Control page."""
        return (self.home.change_control / f"{release.replace('==', '-')}.md").read_text(encoding="utf-8")

    def materialised(self, asset: str) -> dg.AssetMaterialization:
        """Give the newest materialisation of an asset."""
        event = self.instance.get_latest_materialization_event(dg.AssetKey(asset))
        assert event is not None
        assert event.asset_materialization is not None
        return event.asset_materialization

    def served(self, project: str) -> dict[str, str]:
        """Ask the embedded index over HTTP, by hand: file name -> sha256 of the bytes that it serves."""
        with embedded_index.embedded_index(self.home.index) as index:
            page = requests.get(f"{index.simple_url}{project}/", timeout=10).text
            addresses = [part.split('"')[0].partition("#")[0] for part in page.split('href="')[1:]]
            base = index.simple_url.removesuffix("/simple/")
            found = {}
            for address in addresses:
                body = requests.get(base + address, timeout=10).content
                found[address.rpartition("/")[2]] = hashlib.sha256(body).hexdigest()
            return found


@contextmanager
def open_house(root: Path) -> Iterator[House]:
    """Give a house below `root`, with a Dagster instance in memory, counting every POST to its index."""
    with dg.DagsterInstance.ephemeral() as instance, pytest.MonkeyPatch.context() as patch:
        house = House(root, instance)
        patch.chdir(root)
        guard = embedded_index._for_this_machine

        def counting(application: _Application) -> _Application:
            inner = guard(application)

            def counted(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
                if environ["REQUEST_METHOD"] == "POST":
                    house.posts.append(environ["PATH_INFO"])
                return inner(environ, start_response)

            return counted

        patch.setattr(embedded_index, "_for_this_machine", counting)
        try:
            yield house
        finally:  # a run that Dagster launched by itself leaves this to the end of its process
            end_ahead()
            drop_left_trees()


def callers_of(patch: pytest.MonkeyPatch, module: ModuleType, function: str) -> list[str]:
    """Give the names of the threads in which a module's function is called from now on."""
    names: list[str] = []
    called = getattr(module, function)

    def noted(*words: Any, **more: Any) -> Any:
        names.append(threading.current_thread().name)
        return called(*words, **more)

    patch.setattr(module, function, noted)
    return names


def assert_nothing_left(house: House, outcome: Outcome, *words: str, status: str = "blocked") -> None:
    """Assert that a release ended so, told everywhere (message, summary, page, JSON), with nothing sent."""
    assert outcome.status == status, outcome.message
    assert house.posts == []
    for word in words:
        assert word in outcome.message
    entry = read_entries(house.home.summary)[outcome.release]
    assert (entry.status, entry.message, entry.run_id) == (status, outcome.message, outcome.run_id)
    assert f"**{status}**" in house.page(outcome.release)
    told = json.loads(outcome.model_dump_json())
    assert list(told) == list(OUTCOME_KEYS)
    assert any(not check["passed"] and check["severity"] == "ERROR" for check in told["checks"])


def quiet() -> dict[str, Any]:
    """Give the run config that keeps Dagster's log off the terminal."""
    return {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def quick_project(
    folder: Path, *, name: str = "story-quick", version: str = "1.0", code: str = "", **wrong: str
) -> Path:
    """Copy the project that builds in a blink; `wrong` orders its backend to do something badly.

    `code` is what `__init__.py` holds instead; a value of `wrong` is TOML.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(PACKAGES / "story_quick", folder, ignore=shutil.ignore_patterns("__pycache__"))
    project = folder / "pyproject.toml"
    text = project.read_text("utf-8").replace("story-quick", name).replace('"1.0"', f'"{version}"')
    changelog = folder / "CHANGELOG.md"
    changelog.write_text(changelog.read_text("utf-8").replace("[1.0]", f"[{version}]"), "utf-8")
    orders = "".join(f"{key} = {value}\n" for key, value in wrong.items())
    project.write_text(f"{text}\n[tool.quick]\n{orders}", "utf-8")
    package = (folder / "story_quick").rename(folder / name.replace("-", "_"))
    for file in package.glob("*.py"):
        file.write_text(file.read_text("utf-8").replace("story_quick", package.name), "utf-8")
    if code:
        (package / "__init__.py").write_text(code, "utf-8")
    return folder


def environment_of_a_process(**more: str) -> dict[str, str]:
    """Give the environment in which another Python finds this very foundry, installed or not."""
    here = str(Path(embedded_index.__file__).parent.parent)
    return os.environ | {"PYTHONPATH": os.pathsep.join([here, os.environ.get("PYTHONPATH", "")])} | more


def appearance(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Give mode, time of change and digest of everything below a folder."""
    seen = {}
    for path in [folder, *folder.rglob("*")]:
        status = path.lstat()
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        seen[str(path)] = (status.st_mode, status.st_mtime_ns, digest)
    return seen
