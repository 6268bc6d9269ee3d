"""The import package of a source that declares none: the folder of its main file, and what it is called.

Add here what such a folder must hold to, with its remedy.
Not here: which of its files are shipped (placing).
"""

from __future__ import annotations

import keyword
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from foundry_assets.craft.staging.drafting.paths import PathWrong, inside
from foundry_assets.craft.staging.drafting.records import Given
from foundry_assets.errors import Fault

_SOURCE_FOLDERS = frozenset({"src", "lib", "source", "sources"})


@dataclass(frozen=True)
class ImportPackage:
    """The package's name and its folder in the source; empty where the source's own folder is it (flat)."""

    name: str
    folder: str

    @property
    def is_flat(self) -> bool:
        """Whether the source's own folder is the package."""
        return not self.folder

    @property
    def prefix(self) -> str:
        """What the names of its files begin with in the source: empty, or ending with `/`."""
        return f"{self.folder}/" if self.folder else ""


def import_package(folder: Path, given: Given) -> tuple[ImportPackage, list[Fault]]:
    """Find the import package of a source, and everything that is wrong with its main file."""
    try:
        main = inside(folder, given.main_file)
    except PathWrong as wrong:
        return ImportPackage("", ""), [Fault("main_file", wrong.what, wrong.remedy)]
    parent = PurePosixPath(main).parent
    where = "" if str(parent) == "." else str(parent)
    package = ImportPackage(parent.name if where else given.folder_name, where)
    if not (folder / main).is_file():
        what = f"there is no `{main}` in `{folder}`"
        return package, [Fault("main_file", what, "name the main module as seen from the source's folder")]
    return package, [*_faults_of_file(main), *_faults_of_name(package), *_faults_of_place(folder, package)]


def _faults_of_file(main: str) -> list[Fault]:
    if main.endswith(".py"):
        return []
    return [Fault("main_file", f"`{main}` is no Python module", "name one that ends with .py")]


def _faults_of_name(package: ImportPackage) -> list[Fault]:
    """Find what keeps people from importing a folder by its name."""
    name = package.name
    if not name.isidentifier() or keyword.iskeyword(name):
        why = "which cannot be imported"
    elif name in sys.stdlib_module_names:
        why = "and Python itself has a module of that name"
    elif name in _SOURCE_FOLDERS:
        why = "which is a place for packages and not one"
    else:
        return []
    remedy = "put its modules into a folder that is called as people shall import it"
    return [Fault("main_file", f"its folder, the import package, is called `{name}`, {why}", remedy)]


def _faults_of_place(folder: Path, package: ImportPackage) -> list[Fault]:
    """Find a folder that is only a part of a package: shipped alone, what it imports would be missing."""
    parent = PurePosixPath(package.folder).parent
    if package.is_flat or str(parent) == "." or not (folder / parent / "__init__.py").is_file():
        return []
    what = f"its folder `{package.folder}` is a part of the package `{parent}`"
    return [
        Fault("main_file", what, f"name a module of `{parent}` itself, so that the whole package is shipped")
    ]
