"""The home: the one folder in which the foundry keeps what lasts, and how it is found.

Add here names of things that lie in the home.
Not here: reading or writing them; store, evidence, summary and the embedded index do that.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from filelock import FileLock

from foundry_assets.catalog import CATALOG_NAME, HOME_PACKAGES_NAME, Catalog, GitSource, Package
from foundry_assets.catalog_file import read_catalog, read_packages, write_packages
from foundry_assets.errors import CallIsWrong
from foundry_assets.sweeping import scratch_folder

HOME_VARIABLE = "FOUNDRY_HOME"
CATALOG_VARIABLE = "FOUNDRY_CATALOG"

INSTANCE_SETTINGS = """\
# Written by the foundry once; yours to change.
telemetry:
  enabled: false
nux:
  enabled: false
run_retries:
  enabled: false
compute_logs:  # programs' words are in the event log; capturing streams costs two processes a step
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
run_monitoring:
  enabled: true
  start_timeout_seconds: 300
  cancel_timeout_seconds: 180
  free_slots_after_run_end_seconds: 60
  max_runtime_seconds: 7200
run_coordinator:  # Dagster's queue, and every run tagged by its package, single assets launched by hand too
  module: foundry_assets.launching.package_queue
  class: PackageQueue
concurrency:
  pools:
    default_limit: 1
  runs:
    max_concurrent_runs: 4
    tag_concurrency_limits:
      - key: dagster/partition
        value:
          applyLimitPerUniqueValue: true
        limit: 1
      - key: package
        value:
          applyLimitPerUniqueValue: true
        limit: 1
retention:  # of ticks; old runs go with `foundry purge`
  sensor:
    purge_after_days:
      skipped: 7
      failure: 90
      success: 90
  schedule:
    purge_after_days:
      skipped: 7
      failure: 365
      success: 365
"""


@dataclass(frozen=True)
class Home:
    """Where things lie. Making one writes nothing; `prepare` does."""

    root: Path

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: runs, events, schedules."""
        return self.root / "dagster"

    @property
    def store(self) -> Path:
        """The store, unless an address is configured."""
        return self.root / "store"

    @property
    def index(self) -> Path:
        """The embedded index's files."""
        return self.root / "index"

    @property
    def summary(self) -> Path:
        """The file shared with an orchestrator."""
        return self.root / "make_all_summary.json"

    @property
    def change_control(self) -> Path:
        """The pages for people."""
        return self.root / "change_control"

    @property
    def packages(self) -> Path:
        """Packages that were released by their folder alone."""
        return self.root / HOME_PACKAGES_NAME

    @property
    def orders(self) -> Path:
        """What the packages of each batch order are imported as."""
        return self.root / "orders"

    @property
    def memo(self) -> Path:
        """Answers of build backends, by the hash of what they were asked about."""
        return self.root / "memo"

    def prepare(self) -> "Home":
        """Make the home, with Dagster's instance and a `.gitignore` that keeps it out of any repository."""
        self.dagster.mkdir(parents=True, exist_ok=True)
        for file, text in (
            (self.root / ".gitignore", "*\n"),
            (self.dagster / "dagster.yaml", INSTANCE_SETTINGS),
        ):
            if not file.exists():
                self._place(file, text)
        return self

    def _place(self, file: Path, text: str) -> None:
        """Write a file whole, unless another process was quicker; nobody ever reads half of it."""
        with FileLock(self.root / ".lock"):
            if file.exists():
                return
            fresh = file.with_name(f"{file.name}.part")
            fresh.write_text(text, encoding="utf-8", newline="\n")
            fresh.replace(file)

    def remember(self, package: Package) -> None:
        """Record a package that was released by its folder, so that re-runs and the UI know it."""
        self.root.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self.packages}.lock"):
            kept = {known.name: known for known in read_packages(self.packages)}
            write_packages(self.packages, (kept | {package.name: package}).values())

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Give a folder that is removed afterwards; outside any source, with a short path."""
        with scratch_folder("foundry-") as folder:
            yield folder


def find_catalog(start: Path | None = None) -> Path | None:
    """Give the catalog's path: FOUNDRY_CATALOG, else `foundry.toml` here or in a folder above, else None."""
    if named := os.environ.get(CATALOG_VARIABLE):
        return Path(named).resolve()
    here = (start or Path.cwd()).resolve()
    return next(
        (place / CATALOG_NAME for place in (here, *here.parents) if (place / CATALOG_NAME).is_file()), None
    )


def find_home(catalog: Catalog) -> Home:
    """Give the home: FOUNDRY_HOME, else `.foundry/` beside the catalog, else the user's data folder.

    A catalog that lies inside the source of one of its packages gets the user's data folder, because
    a home never lies inside a source that is released. Raises `CallIsWrong` where FOUNDRY_HOME, or the
    user's data folder, lies in one all the same.
    """
    named = os.environ.get(HOME_VARIABLE)
    if catalog.file and not named:
        beside = Home(catalog.file.resolve().parent / ".foundry")
        if _around(beside, catalog) is None:
            return beside
    users = platformdirs.user_data_path("release-foundry", appauthor=False)
    home = Home((Path(named).expanduser() if named else users).resolve())
    if around := _around(home, catalog):
        refuse_inside(home, around)
    return home


def _around(home: Home, catalog: Catalog) -> Path | None:
    """Give the source that a home would lie in, if there is one."""
    folders = {home.root.resolve(), *home.root.resolve().parents}
    sources = (package.source for package in catalog.packages.values())
    return next((source for source in sources if isinstance(source, Path) and source in folders), None)


def _lies_inside(home: Home, source: Path | GitSource) -> bool:
    return isinstance(source, Path) and home.root.resolve().is_relative_to(source.resolve())


def refuse_inside(home: Home, source: Path | GitSource) -> None:
    """Refuse a home inside the source of a package; raises `CallIsWrong`."""
    if _lies_inside(home, source):
        raise CallIsWrong(
            f"the home {home.root} lies inside the source {source}, which must stay untouched",
            remedy=f"set {HOME_VARIABLE} to a folder outside {source}",
        )


def place_of(catalog_file: Path | None = None) -> Home:
    """Give the home as it would be, by the catalog's file or the one that is found; nothing is written."""
    return find_home(read_catalog(catalog_file or find_catalog()))
