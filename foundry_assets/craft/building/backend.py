"""One build backend in one fresh environment: its requirements, its hooks, its words when it fails.

Add here what concerns talking to a backend (PEP 517, PEP 518).
Not here: what becomes of the file that it makes (builds, normalising).
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import build
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

from foundry_assets.craft.building.normalising import EARLIEST_EPOCH
from foundry_assets.craft.building.repository import git_environment
from foundry_assets.craft.environments import Environment, FreshEnvironment
from foundry_assets.craft.import_roots import read_backend
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.kept_environments import KeptEnvironments
from foundry_assets.craft.sandbox import Reach, run_apart
from foundry_assets.errors import BuildFailed, MetadataUnreadable
from foundry_assets.subprocesses import OUR_UMASK, ProgramFailed
from foundry_assets.surroundings import clean_environment

Kind = Literal["sdist", "wheel"]
DEFAULT_LIMIT_SECONDS = 3600.0
_ANSWER = "output.json"
"""Where pyproject_hooks finds what a hook gives back."""
_CATCHING = threading.Lock()
"""Catching warnings changes the whole process, other threads too: it is done only where one can come."""


@dataclass(frozen=True)
class Circumstances:
    """What surrounds one build: scratch folder, time (seconds since 1970), environment, limit, listener.

    `kept` is the folder of kept environments; without it each build has a fresh one. `umask` is the hooks'.
    """

    scratch: Path
    epoch: int
    environment: Mapping[str, str] = field(default_factory=dict)
    limit_seconds: float = DEFAULT_LIMIT_SECONDS
    on_line: Callable[[str], None] | None = None
    kept: Path | None = None
    umask: int = OUR_UMASK

    @property
    def home(self) -> Path:
        """The folder that the backend sees as HOME."""
        return self.scratch / "home"


class Backend:
    """The build backend of the project in `tree`, ready to be asked.

    Every method raises `BuildFailed`, naming `subject` and the hook, with the backend's own last lines.
    """

    def __init__(self, tree: Path, subject: str, around: Circumstances) -> None:
        self._subject = subject
        self._around = around
        self._tree = tree
        with self._reading():
            self._requires = build.ProjectBuilder(tree, runner=self._run_hook).build_system_requires
        self._environment = self._holding(self._requires)
        self._builder = self._in_environment()

    @property
    def asks_git(self) -> bool:
        """Whether this backend ships only what is committed: meson-python runs `meson dist`."""
        return read_backend(self._tree) == "meson-python"

    def wanted(self, kind: Kind) -> set[str]:
        """Ask what building a `kind` needs beyond what `build-system` requires (PEP 508)."""
        with self._failing_as(f"the hook `get_requires_for_build_{kind}`"):
            return self._builder.get_requires_for_build(kind)

    def prepare(self, wanted: set[str]) -> dict[str, str]:
        """Install what is `wanted` too; gives name -> version of all that is installed."""
        installed = self._environment.installed()
        if lacking := unsatisfied(wanted, installed):
            self._add(lacking)
            installed = self._environment.installed()
        return dict(sorted(installed.items()))

    def _add(self, lacking: set[str]) -> None:
        if isinstance(self._environment, FreshEnvironment):
            self._environment.install(lacking)
        else:
            self._environment = self._holding(self._requires | lacking)
            self._builder = self._in_environment()

    def _holding(self, requirements: set[str]) -> Environment:
        """Give an environment with these requirements: a kept one to be read, or a fresh one."""
        around = self._around
        if around.kept:
            kept = KeptEnvironments(around.kept, around.home, around.on_line).holding(requirements)
            if kept is not None:
                return kept
        fresh = FreshEnvironment(around.scratch / "environment", home=around.home, on_line=around.on_line)
        fresh.install(requirements)
        return fresh

    def _in_environment(self) -> build.ProjectBuilder:
        with self._reading():
            return build.ProjectBuilder.from_isolated_env(self._environment, self._tree, self._run_hook)

    def make(self, kind: Kind, folder: Path) -> Path:
        """Let the backend make its file in the empty `folder`; gives the path that it says it made."""
        with self._failing_as(f"the hook `build_{kind}`"):
            return Path(self._builder.build(kind, folder))

    def _run_hook(
        self, cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None
    ) -> None:
        around = self._around
        environment = clean_environment(around.home, _fixed_environment(self._tree, around.epoch))
        # `build` hands a hook its answer's folder as the last word, and its own script as the second.
        reach = Reach([around.scratch, self._tree, Path(cmd[-1])], [Path(cmd[1]), self._environment.folder])
        run_apart(
            cmd,
            cwd=Path(cwd or self._tree),
            env={**environment, **(extra_environ or {}), **around.environment},
            reach=reach,
            timeout_seconds=around.limit_seconds,
            on_line=around.on_line,
            umask=around.umask,
        )
        self._tell(_taken_warnings(Path(cmd[-1], _ANSWER)))

    def _tell(self, warned: Iterable[object]) -> None:
        if self._around.on_line is not None:
            for message in warned:
                self._around.on_line(f"warning: {message}")

    @contextmanager
    def _failing_as(self, doing: str) -> Iterator[None]:
        try:
            yield
        except build.BuildBackendException as error:
            raise self._failed(doing, error.exception) from None
        except build.BuildException as error:
            raise self._failed(doing, error) from None

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Pass on what `build` warns of while it reads the project's table."""
        if _says_all(self._tree):
            with self._failing_as("reading `build-system`"):
                yield
            return
        with (
            self._failing_as("reading `build-system`"),
            _CATCHING,
            warnings.catch_warnings(record=True) as caught,
        ):
            warnings.simplefilter("always")
            yield
        self._tell(warning.message for warning in caught)

    def _failed(self, doing: str, error: Exception) -> BuildFailed:
        if isinstance(error, ProgramFailed):
            details = error.last_lines()
        else:
            details = getattr(error, "traceback", "") or str(error) or repr(error)
        return BuildFailed(
            f"`{self._subject}` cannot be built: {doing} failed",
            remedy="read the backend's own words below, mend the project, and start again",
            details=details.strip(),
        )


def _says_all(tree: Path) -> bool:
    """Tell whether a project names requirements and backend, so that `build` looks for no slip of the pen."""
    with contextlib.suppress(MetadataUnreadable, OSError):
        return ProjectFiles(tree).table("build-system").keys() >= {"requires", "build-backend"}
    return False


def _taken_warnings(answer: Path) -> list[object]:
    """Take what a backend warned of out of its answer: pyproject_hooks would warn of it in this process.

    There two builds may go on, and whoever catches warnings catches those of the whole process.
    """
    with contextlib.suppress(OSError, ValueError):
        told = json.loads(answer.read_text(encoding="utf-8"))
        if isinstance(told, dict) and isinstance(warned := told.pop("warnings", None), list):
            answer.write_text(json.dumps(told), encoding="utf-8")
            return [one.get("message") if isinstance(one, dict) else one for one in warned]
    return []


def _fixed_environment(tree: Path, epoch: int) -> dict[str, str]:
    """Give variables that make a build the same everywhere (reproducible-builds.org, SOURCE_DATE_EPOCH)."""
    fixed = {
        "SOURCE_DATE_EPOCH": str(max(epoch, EARLIEST_EPOCH)),
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        **git_environment(tree, epoch),
    }
    if os.name != "nt":
        locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
        fixed |= {"LC_ALL": locale, "LANG": locale, "LANGUAGE": ""}
    return fixed


def unsatisfied(wanted: set[str], installed: Mapping[str, str]) -> set[str]:
    """Leave out what is already installed in a wanted version; extras and addresses are always installed."""
    versions = {canonicalize_name(name): version for name, version in installed.items()}
    return {text for text in wanted if not _is_satisfied(text, versions)}


def _is_satisfied(text: str, versions: Mapping[NormalizedName, str]) -> bool:
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return False  # the installer says best what is wrong with it
    if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
        return True
    version = versions.get(canonicalize_name(requirement.name))
    if version is None or requirement.extras or requirement.url:
        return False
    return requirement.specifier.contains(version, prereleases=True)
