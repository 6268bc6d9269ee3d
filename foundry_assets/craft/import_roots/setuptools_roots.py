"""Import roots as setuptools is told them: pyproject.toml, setup.cfg, or the literals of setup.py.

Add here how a setting of setuptools names packages and modules.
Not here: automatic discovery, which happens when none of the settings is there (lying).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from foundry_assets.craft.import_roots.places import (
    ImportRoot,
    is_importable_name,
    is_kept_beside,
    join,
    roots_at,
)
from foundry_assets.craft.import_roots.project_files import FindCall, ProjectFiles, split_list


@dataclass(frozen=True)
class _Told:
    """Package names or searches, module names, and where the names lie (`package_dir`)."""

    packages: tuple[str | FindCall, ...]
    modules: tuple[str, ...]
    package_dir: Mapping[str, str]


def setuptools_roots(project: ProjectFiles) -> list[ImportRoot]:
    """Give the roots that the first of the three files with such a setting names; empty where none does."""
    for told in (_from_pyproject(project), _from_setup_cfg(project), _from_setup_py(project)):
        if told.packages or told.modules:
            return _roots(project.tree, told)
    return []


def default_package_dir(project: ProjectFiles) -> str:
    """Give the folder that `package_dir = {"": ...}` names, else an empty text."""
    every = (_from_pyproject(project), _from_setup_cfg(project), _from_setup_py(project))
    return next((told.package_dir[""] for told in every if "" in told.package_dir), "")


def _from_pyproject(project: ProjectFiles) -> _Told:
    table = project.table("tool", "setuptools")
    packages = table.get("packages", ())
    if isinstance(packages, dict):
        find = project.table("tool", "setuptools", "packages", "find")
        packages = [
            FindCall(
                where=where,
                exclude=tuple(find.get("exclude", ())),
                include=tuple(find.get("include", ("*",))),
                namespaces=bool(find.get("namespaces", True)),
            )
            for where in find.get("where", ["."])
        ]
    return _told(packages, table.get("py-modules"), table.get("package-dir"))


def _from_setup_cfg(project: ProjectFiles) -> _Told:
    packages: list[str | FindCall] = [*split_list(project.option("options", "packages"))]
    if packages and packages[0] in {"find:", "find_namespace:"}:
        section = "options.packages.find"
        packages = [
            FindCall(
                where=project.option(section, "where") or ".",
                exclude=tuple(split_list(project.option(section, "exclude"))),
                include=tuple(split_list(project.option(section, "include"))) or ("*",),
                namespaces=packages[0] == "find_namespace:",
            )
        ]
    pairs = (line.partition("=") for line in split_list(project.option("options", "package_dir")))
    package_dir = {name.strip(): folder.strip() for name, _, folder in pairs}
    return _told(packages, split_list(project.option("options", "py_modules")), package_dir)


def _from_setup_py(project: ProjectFiles) -> _Told:
    call = project.setup_call
    packages = call.get("packages", ())
    packages = [packages] if isinstance(packages, FindCall | str) else packages
    return _told(packages, call.get("py_modules"), call.get("package_dir"))


def _told(packages: Any, modules: Any, package_dir: Any) -> _Told:
    modules = [modules] if isinstance(modules, str) else modules
    return _Told(
        tuple(item for item in packages or () if isinstance(item, str | FindCall)),
        tuple(item for item in modules or () if isinstance(item, str)),
        {name: str(folder) for name, folder in package_dir.items()} if isinstance(package_dir, dict) else {},
    )


def _placed(tree: Path, told: _Told) -> dict[str, str]:
    """Give name -> folder of every package that is told."""
    placed: dict[str, str] = {}
    for item in told.packages:
        if isinstance(item, FindCall):
            placed |= dict(_search(tree, item))
        else:
            placed[item] = _folder_of(item, told.package_dir)
    return placed


def _roots(tree: Path, told: _Told) -> list[ImportRoot]:
    roots: set[ImportRoot] = set()
    regular: set[str] = set()
    for name, path in sorted(_placed(tree, told).items()):
        if regular.isdisjoint(_parents(name)):
            roots |= (found := set(roots_at(tree, path, name)))
            regular |= {root.name for root in found if root.kind == "package"}
    for module in told.modules:
        roots |= set(roots_at(tree, _folder_of(module, told.package_dir) + ".py", module))
    return sorted(_without_nested(roots))


def _parents(name: str) -> list[str]:
    """Give the packages around a dotted name, which bring it along where they are regular ones."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def _without_nested(roots: Iterable[ImportRoot]) -> Iterator[ImportRoot]:
    every = set(roots)
    paths = {root.path for root in every}
    for root in every:
        parts = root.path.split("/")
        if not any("/".join(parts[:count]) in paths for count in range(1, len(parts))):
            yield root


def _folder_of(name: str, package_dir: Mapping[str, str]) -> str:
    """Place a dotted name: by its longest prefix in `package_dir`, as setuptools does."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        prefix = ".".join(parts[:count])
        if prefix in package_dir:
            return join(package_dir[prefix], *parts[count:])
    return join(package_dir.get("", ""), *parts)


def _search(tree: Path, find: FindCall) -> Iterator[tuple[str, str]]:
    """Give (name, path) of what `find_packages` would find, less the tests and docs at the top."""
    where = tree / find.where
    takes_all = find.where == "." and "*" in find.include
    for parent, folders, _ in os.walk(where):
        relative = Path(parent).relative_to(where)
        inside = [
            folder
            for folder in sorted(folders)
            if is_importable_name(folder)
            and folder != "__pycache__"
            and (find.namespaces or Path(parent, folder, "__init__.py").is_file())
        ]
        folders[:] = [name for name in inside if relative.parts or not (takes_all and is_kept_beside(name))]
        for folder in folders:
            name = ".".join([*relative.parts, folder])
            named = any(fnmatchcase(name, pattern) for pattern in find.include)
            if named and not any(fnmatchcase(name, pattern) for pattern in find.exclude):
                yield name, join(find.where, relative.as_posix(), folder)


def listed_folders(project: ProjectFiles) -> frozenset[str]:
    """Give the folders of all packages that the settings list or find; empty where they name none."""
    for told in (_from_pyproject(project), _from_setup_cfg(project), _from_setup_py(project)):
        if told.packages:
            return frozenset(_placed(project.tree, told).values())
    return frozenset()
