"""Telling setuptools of one more package: in pyproject.toml or setup.cfg, never in setup.py.

Add here a way in which setuptools is told its packages, and what it means that one more is named.
Not here: package data and MANIFEST.in, which keep the package's files (setuptools_carrier, manifest_in).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from foundry_assets.craft.import_roots.places import join
from foundry_assets.craft.import_roots.project_files import FindCall, split_list
from foundry_assets.craft.import_roots.setuptools_roots import default_package_dir
from foundry_assets.craft.typing_signal.package_naming import Addition
from foundry_assets.craft.typing_signal.setup_py_packages import (
    found_packages,
    setup_py_says,
    taken_by_setup_py,
)
from foundry_assets.craft.typing_signal.setuptools_carrier import admits_setuptools

_TOOL = ("tool", "setuptools")
_FIND = "options.packages.find"
_LISTS_STUBS = 68
"""The first major version that accepts a stub package's name in `[tool.setuptools] packages`."""


def name_in_setuptools(addition: Addition) -> str:
    """Name the package, and the module where naming any turns the automatic discovery off."""
    return taken_by_setup_py(addition.project) or _name(addition)


def _name(addition: Addition) -> str:
    project, table = addition.project, addition.project.table(*_TOOL)
    names_modules = "py-modules" in table or _is_told(addition, "py_modules")
    if not names_modules and ("packages" in table or _is_told(addition, "packages")):
        return addition.unnamed
    source = join(default_package_dir(project))
    if addition.place and not names_modules:
        # Automatic discovery takes all that lies in the source folder, and names nothing.
        return "" if addition.place == (source or "src") else addition.unnamed
    if source != addition.place:
        return f"`package_dir` puts packages elsewhere than `{addition.module.path}`"
    if isinstance(table.get("packages"), dict):
        return _into_pyproject_search(addition, table["packages"].get("find", {}))
    in_toml = "py-modules" in table or "packages" in table
    if in_toml or ("project" in project.pyproject and not names_modules):
        return _into_pyproject(addition)
    return _into_setup_cfg(addition)


def _is_told(addition: Addition, key: str) -> bool:
    return bool(addition.project.option("options", key)) or setup_py_says(addition.project, key)


def _modules(addition: Addition) -> list[str]:
    """Give the modules that setup.cfg or setup.py name, so that naming them elsewhere too changes nothing."""
    project = addition.project
    named = split_list(project.option("options", "py_modules")) or project.setup_call.get("py_modules")
    return [named] if isinstance(named, str) else list(named or [addition.module.name])


def _into_pyproject(addition: Addition) -> str:
    table = addition.project.table(*_TOOL)
    if "py-modules" not in table:
        addition.pyproject.add((*_TOOL, "py-modules"), _modules(addition))
    if admits_setuptools(addition.project, _LISTS_STUBS):
        addition.pyproject.add((*_TOOL, "packages"), [addition.name])
    elif "packages" in table:
        return "a setuptools before 68 accepts no stub package in `[tool.setuptools] packages`"
    else:
        find = (*_TOOL, "packages", "find")
        addition.pyproject.add((*find, "include"), [addition.name])
        addition.pyproject.add((*find, "where"), [addition.place or "."])
    return ""


def _into_pyproject_search(addition: Addition, find: dict[str, Any]) -> str:
    call = FindCall(
        exclude=tuple(find.get("exclude", ())),
        include=tuple(find.get("include", ["*"])),
        namespaces=bool(find.get("namespaces", True)),
    )
    searches = [replace(call, where=folder) for folder in find.get("where", ["."])]
    if refusal := _is_passed_over(addition, searches):
        return refusal
    include, keys = _widened(addition, searches), (*_TOOL, "packages", "find")
    if not call.namespaces:
        addition.pyproject.put((*keys, "namespaces"), True)
        addition.pyproject.replace((*keys, "include"), include)
    elif include != list(call.include):
        addition.pyproject.add((*keys, "include"), [addition.name])
    return ""


def _into_setup_cfg(addition: Addition) -> str:
    project, setup_cfg = addition.project, addition.setup_cfg
    if not project.option("options", "py_modules"):
        setup_cfg.add("options", "py_modules", _modules(addition))
    if addition.place and not project.option("options", "package_dir"):
        setup_cfg.add("options", "package_dir", [f"={addition.place}"])  # setup.py says the same, and wins
    packages = split_list(project.option("options", "packages"))
    if packages[:1] not in (["find:"], ["find_namespace:"]):
        setup_cfg.add("options", "packages", [addition.name])
        return ""
    call = FindCall(
        where=project.option(_FIND, "where") or ".",
        exclude=tuple(split_list(project.option(_FIND, "exclude"))),
        include=tuple(split_list(project.option(_FIND, "include"))) or ("*",),
        namespaces=packages == ["find_namespace:"],
    )
    if refusal := _is_passed_over(addition, [call]):
        return refusal
    include = _widened(addition, [call])
    if not call.namespaces:
        setup_cfg.replace("options", "packages", ["find_namespace:"])
    if include != list(call.include):
        change = setup_cfg.replace if project.option(_FIND, "include") else setup_cfg.add
        change(_FIND, "include", include)
    return ""


def _is_passed_over(addition: Addition, searches: Sequence[FindCall]) -> str:
    """Say why a search for packages would not find the stub package whatever it includes."""
    if addition.place not in {join(search.where) for search in searches}:
        return f"the search for packages does not look beside `{addition.module.path}`"
    if any(fnmatchcase(addition.name, pattern) for pattern in searches[0].exclude):
        return f"the search for packages excludes `{addition.name}`"
    return ""


def _widened(addition: Addition, searches: Sequence[FindCall]) -> list[str]:
    """Give the patterns with which a search for namespaces finds what was found before, and the stub package.

    A search for regular packages passes over a folder without `__init__.py`, as every stub package is.
    """
    first, tree = searches[0], addition.project.tree
    if not first.namespaces:
        found = {name for search in searches for name in found_packages(tree, search)}
        return [*sorted(found), addition.name]
    is_found = any(fnmatchcase(addition.name, pattern) for pattern in first.include)
    return [*first.include, *([] if is_found else [addition.name])]
