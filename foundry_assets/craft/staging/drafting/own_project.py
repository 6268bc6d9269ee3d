"""The source's own `pyproject.toml`, where an entry gives metadata too: the source's word wins.

Add here what such a file decides, and which files it names.
Not here: writing the one of the copy (pyproject).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import tomlkit

from foundry_assets.craft.import_roots.declared import declared_roots
from foundry_assets.craft.import_roots.finding import read_backend
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.staging.drafting.import_package import ImportPackage
from foundry_assets.craft.staging.records import Chosen

NAME = "pyproject.toml"


@dataclass(frozen=True)
class OwnProject:
    """What the source's pyproject.toml decides.

    `builds_itself`: it says all that a build needs, so the source is staged as it is. Otherwise `document` is
    taken over into the copy's; `declares`: it holds [project], whose metadata wins over what an entry gives,
    and `files` are those that it names by their path. `stated` is [project] wherever there is one.
    """

    builds_itself: bool = False
    declares: bool = False
    document: tomlkit.TOMLDocument | None = None
    files: frozenset[str] = frozenset()
    stated: Mapping[str, Any] = field(default_factory=dict)


def read_own_project(folder: Path, package: ImportPackage, chosen: Chosen) -> OwnProject:
    """Read the pyproject.toml that is part of a source.

    One that only configures tools is kept and completed. A flat source whose [project] leaves the layout to
    the build backend keeps that table: no backend finds a package in the folder that holds the project.
    Raises `MetadataUnreadable` where it cannot be parsed.
    """
    if NAME not in {file.name for file in chosen.files}:
        return OwnProject()
    project = ProjectFiles(folder)
    if not _describes_a_build(project):
        return OwnProject(document=_document(folder))
    stated = project.table("project")
    if not package.is_flat or not _leaves_the_layout_open(project):
        return OwnProject(builds_itself=True, stated=stated)
    files = frozenset(_files_of(stated, chosen))
    return OwnProject(declares=True, document=_document(folder), files=files, stated=stated)


def declares_something(folder: Path) -> bool:
    """Tell whether a source's pyproject.toml says more than how tools are to treat it.

    Raises `MetadataUnreadable` where it cannot be parsed.
    """
    return _describes_a_build(ProjectFiles(folder))


def _describes_a_build(project: ProjectFiles) -> bool:
    return bool({"project", "build-system"} & project.pyproject.keys() or project.table("tool", "poetry"))


def _leaves_the_layout_open(project: ProjectFiles) -> bool:
    """Tell whether name and version stand in [project], and no setting says where the package lies."""
    stated = project.table("project")
    has_release = isinstance(stated.get("name"), str) and isinstance(stated.get("version"), str)
    return (
        has_release and not stated.get("dynamic") and not declared_roots(project, read_backend(project.tree))
    )


def _document(folder: Path) -> tomlkit.TOMLDocument:
    return tomlkit.parse((folder / NAME).read_text("utf-8"))


def _files_of(stated: dict[str, Any], chosen: Chosen) -> Iterator[str]:
    """Give the chosen files that [project] names: its README and its licence (PEP 621, PEP 639)."""
    readme, licence = stated.get("readme"), stated.get("license")
    named = [readme] if isinstance(readme, str) else []
    named += [table["file"] for table in (readme, licence) if isinstance(table, dict) and "file" in table]
    named += stated.get("license-files", []) if isinstance(stated.get("license-files"), list) else []
    for file in chosen.files:
        if any(fnmatchcase(file.name, str(pattern)) for pattern in named):
            yield file.name
