"""Wheels as the judging crafts see them, without an archive.

Add here what writes the modules of a wheel in a line.
Not here: promises (the tests), and wheels that are installed (test_installing).
"""

from __future__ import annotations

from foundry_assets.craft.installing.modules import WheelModules
from foundry_assets.craft.installing.names import module_of
from foundry_assets.craft.installing.syntax import read_imports
from foundry_assets.craft.metadata import Core


def modules_of(files: dict[str, str]) -> WheelModules:
    """Give the modules of a wheel by its files' texts."""
    names = {module_of(path): path for path in files if module_of(path)}
    read = {
        name: read_imports(files[path].encode(), name, is_package=path.endswith("__init__.py"))
        for name, path in names.items()
        if path.endswith(".py")
    }
    return WheelModules(names, read)


def core_of(*requires: str, extras: tuple[str, ...] = ()) -> Core:
    """Give a wheel's metadata with these requirements."""
    return Core("demo", "1.0", "2.4", requires_dist=requires, extras=extras)
