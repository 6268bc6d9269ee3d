"""A package built with another `build`, and its files looked at by another `twine`, than the release's own.

Add here what else a fresh tool is to be tried at.
Not here: installing the tools (tools), and the release's own builds (craft/building).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.content import hash_file
from foundry_assets.craft.building.repository import own_repository
from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.metadata import read_metadata
from foundry_assets.craft.rehearsing.form import Toolset, ToolsetRun
from foundry_assets.craft.sandbox import Reach, run_apart
from foundry_assets.errors import BuildFailed
from foundry_assets.subprocesses import ProgramFailed
from foundry_assets.surroundings import clean_environment

_LIMIT_SECONDS = 1800.0
_PASSED = "builds and passes its check"


@dataclass(frozen=True)
class Recipe:
    """How the line built the package: what its environments held (name -> version), and what it was told."""

    requirements: Mapping[str, str]
    epoch: int
    build_environment: Mapping[str, str]
    repository_tag: str = ""


def try_tools(
    toolset: Toolset, tree: Path, recipe: Recipe, *, expected: set[str], scratch: Path
) -> ToolsetRun:
    """Build the project in `tree` (a copy: backends write into it) and check what came out.

    `expected` are the files' names. The backend and its requirements are those of the line, so that a
    difference is the tool's. Never raises for a tool or a package that fails: the run tells it.
    """
    began = time.monotonic()
    files: dict[str, str] = {}
    versions: dict[str, str] = {}
    warnings: tuple[str, ...] = ()
    try:
        made = _built(toolset, tree, recipe, scratch)
        files = {path.name: hash_file(path)[0] for path in made}
        versions = {path.name: read_metadata(path).metadata_version for path in made}
        warnings = _checked(toolset, made, scratch)
        missing = expected - files.keys()
        is_good = not missing
        message = f"it does not make {', '.join(sorted(missing))}" if missing else _PASSED
        message += f", which warns: {'; '.join(warnings)}" if warnings and is_good else ""
    except (BuildFailed, OSError) as error:
        is_good, message = False, str(error)
    return ToolsetRun(
        toolset=toolset.name,
        is_good=is_good,
        message=message,
        files=files,
        metadata_versions=versions,
        warnings=warnings,
        seconds=round(time.monotonic() - began, 3),
    )


def _built(toolset: Toolset, tree: Path, recipe: Recipe, scratch: Path) -> list[Path]:
    home, out = scratch / "home", scratch / "out"
    out.mkdir(parents=True)
    environment = FreshEnvironment(scratch / "environment", home=home)
    wanted = dict(recipe.requirements) | {"build": toolset.versions["build"]}
    environment.install([f"{name}=={version}" for name, version in wanted.items()])
    surroundings = clean_environment(home, dict(recipe.build_environment))
    surroundings |= {"SOURCE_DATE_EPOCH": str(recipe.epoch)} | environment.make_extra_environ()
    words = ["build", "--no-isolation", "--skip-dependency-check", "--outdir", str(out), str(tree)]
    with _repository(tree, recipe, home):
        _run([environment.python_executable, "-m", *words], surroundings, scratch, tree)
    return sorted(out.iterdir())


@contextlib.contextmanager
def _repository(tree: Path, recipe: Recipe, home: Path) -> Iterator[None]:
    if not recipe.repository_tag:
        yield
        return
    with own_repository(tree, home=home, epoch=recipe.epoch, tag=recipe.repository_tag):
        yield


def _checked(toolset: Toolset, files: Sequence[Path], scratch: Path) -> tuple[str, ...]:
    """Let its twine check the files, and give what it warns of; what an index would refuse is an error."""
    words = [toolset.python, "-m", "twine", "--no-color", "check", *map(str, files)]
    told = _run(words, clean_environment(scratch / "home"), scratch, Path(toolset.python).parent.parent)
    lines = [line.strip() for line in told.splitlines()]
    warned = [line.removeprefix("WARNING").strip() for line in lines if line.startswith("WARNING")]
    return tuple(dict.fromkeys(warned))


def _run(command: Sequence[str], surroundings: Mapping[str, str], scratch: Path, *more: Path) -> str:
    try:
        finished = run_apart(
            command,
            cwd=scratch,
            env=surroundings,
            reach=Reach([scratch, *more]),
            timeout_seconds=_LIMIT_SECONDS,
        )
    except ProgramFailed as failure:
        raise BuildFailed(
            f"`{' '.join(command[1:4])}` failed",
            remedy="read its words below, before this version of the tool is the one that releases",
            details=failure.last_lines(),
        ) from None
    return f"{finished.stdout}\n{finished.stderr}"
