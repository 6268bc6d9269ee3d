"""The version that a folder declares now, read without running anything of it.

Add here another place in which a source says its version.
Not here: repositories elsewhere (remote), reading files and tags (version_files, tags).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.catalog import Package
from foundry_assets.craft.staging import given_by, quick_declared
from foundry_assets.craft.staging.project_files import read_project
from foundry_assets.craft.staging.version_tools import version_tool
from foundry_assets.craft.watching.tags import Tags, versions_of
from foundry_assets.craft.watching.version_files import version_in_file

_BY_HAND = "its version is known to its build backend alone; launch it by hand"


@dataclass(frozen=True)
class Seen:
    """The version that a source declares, None where it declares none just now; `why` is what is in the way.

    `stock` are the versions that count as known when the package is seen for the first time.
    """

    version: str | None
    stock: tuple[str, ...] = ()
    why: str = ""


def look_in_folder(package: Package, folder: Path, tags_of: Callable[[Path], Tags | None]) -> Seen:
    """Look what a package's folder declares; `tags_of` gives the tags of the repository that it lies in.

    Raises `FoundryError` where it cannot be read.
    """
    if found := quick_declared(folder, given=given_by(package)):
        return Seen(found.version, (found.version,))
    project = read_project(folder)
    if version_tool(project):
        return _by_tags(package, tags_of(folder.resolve()))
    in_file = version_in_file(project)
    return Seen(in_file, (in_file,)) if in_file else Seen(None, why=_BY_HAND)


def _by_tags(package: Package, found: Tags | None) -> Seen:
    if found is None:
        return Seen(None, why="its version comes from tags, and it lies in no repository")
    at_head, every = (versions_of(names, package.name) for names in (found.at_head, found.every))
    return Seen(at_head[0] if at_head else None, tuple(every))
