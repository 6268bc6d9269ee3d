"""`build` and `twine` installed afresh: the newest that our own ranges allow, and what is installed here.

Add here another tool whose next version could spoil a release.
Not here: what they make of a package (trying_tools), and comparing versions with last time (comparing).
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.rehearsing.form import Toolset, ToolsetName
from foundry_assets.errors import BuildFailed

TOOLS = ("build", "twine")
_OURSELVES = "release-foundry"


def reinstall(folder: Path, *, on_line: Callable[[str], None] | None = None) -> tuple[Toolset, ...]:
    """Install the tools below `folder`, which must be empty; what cannot be installed is told, not raised.

    Gives the newest ones, and those of this installation too where they are others.
    """
    newest = _fresh("newest", newest_allowed(), folder, on_line)
    here = {name: importlib.metadata.version(name) for name in TOOLS}
    if {name: newest.versions.get(name) for name in TOOLS} == here:
        return (newest,)
    exactly = tuple(f"{name}=={version}" for name, version in here.items())
    return newest, _fresh("installed", exactly, folder, on_line)


def newest_allowed() -> tuple[str, ...]:
    """Give the tools with the ranges of our own metadata; without ranges where we are not installed."""
    try:
        stated = importlib.metadata.requires(_OURSELVES) or []
    except importlib.metadata.PackageNotFoundError:
        stated = []
    ranges = dict.fromkeys(TOOLS, "")
    for requirement in map(Requirement, stated):
        name = canonicalize_name(requirement.name)
        if name in ranges and requirement.marker is None:
            ranges[name] = str(requirement.specifier)
    return tuple(f"{name}{specifier}" for name, specifier in ranges.items())


def _fresh(
    name: ToolsetName, wanted: tuple[str, ...], folder: Path, on_line: Callable[[str], None] | None
) -> Toolset:
    try:
        environment = FreshEnvironment(folder / name, home=folder / "home", on_line=on_line)
        environment.install(wanted)
    except (BuildFailed, OSError) as error:
        return Toolset(name=name, wanted=wanted, problem=str(error))
    python = environment.python_executable
    return Toolset(name=name, wanted=wanted, versions=environment.installed(), python=python)
