"""Where each file of a source goes in a drafted project: below `src`, to its top, or nowhere.

Add here how a place follows from what a file is.
Not here: what a file is by its name (project_names), and the generated files (pyproject).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from foundry_assets.craft.staging.drafting.import_package import ImportPackage
from foundry_assets.craft.staging.drafting.project_names import (
    is_build_file,
    is_project_file,
    reason_not_shipped,
)
from foundry_assets.craft.staging.records import Chosen, LeftOut, SourceFile
from foundry_assets.errors import Fault

_NOT_NAMED = "neither in the folder of the main file nor named in `ancillary`"


@dataclass
class Placed:
    """The files of a drafted project so far, what stays behind, and what cannot be placed."""

    files: dict[str, SourceFile] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def at_top(self) -> frozenset[str]:
        """The project's own files: those at the top of the copy."""
        return frozenset(name for name in self.files if "/" not in name)


def place_files(
    package: ImportPackage, chosen: Chosen, *, named: frozenset[str], kept_in_place: frozenset[str]
) -> Placed:
    """Give every chosen file its place.

    `named` are the ancillary files, which are taken wherever they lie; `kept_in_place` are files that the
    project's own metadata names by their path.
    """
    placed = Placed()
    passed_over = []
    for file in chosen.files:
        reason = "" if file.name in kept_in_place else _reason(file.name, package, named)
        if reason:
            passed_over.append(LeftOut(file.name, reason))
            continue
        place = file.name if file.name in kept_in_place else _place(file.name, package)
        if place in placed.files:
            what = f"`{placed.origins[place]}` and `{file.name}` would both be `{place}`"
            placed.faults.append(Fault("ancillary", what, "rename one of the two, or take it off the list"))
        placed.files[place] = SourceFile(place, file.path)
        placed.origins[place] = file.name
    kept = frozenset(placed.origins.values())
    placed.left_out += _gathered(passed_over, kept)
    return placed


def _reason(name: str, package: ImportPackage, named: frozenset[str]) -> str:
    """Say why a file is neither the package's nor the project's; empty where it is one of the two."""
    if name in named:
        return ""
    if not name.startswith(package.prefix):
        return _NOT_NAMED
    if package.is_flat and "/" not in name and is_project_file(name) and not is_build_file(name):
        return ""
    below = name.removeprefix(package.prefix)
    return reason_not_shipped(below, package=package.name, is_flat=package.is_flat)


def _place(name: str, package: ImportPackage) -> str:
    """Give a file's name in the copy; a named file that is not the package's own becomes data of it."""
    if "/" not in name and is_project_file(name):
        return name
    return f"src/{package.name}/{name.removeprefix(package.prefix)}"


def _gathered(passed_over: list[LeftOut], kept: frozenset[str]) -> Iterator[LeftOut]:
    """Tell a folder of which nothing was taken in one line, by the highest such folder."""
    in_use = {str(parent) for name in kept for parent in PurePosixPath(name).parents}
    told = set()
    for left in passed_over:
        folders = [str(parent) for parent in reversed(PurePosixPath(left.path).parents)]
        whole = next((folder for folder in folders if folder not in in_use and folder != "."), left.path)
        if whole not in told:
            told.add(whole)
            yield LeftOut(whole, left.reason)
