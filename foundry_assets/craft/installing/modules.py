"""The modules of a wheel by the names that people import, with what each of them imports.

Add here how a member becomes a module, and which modules are reached from which.
Not here: which of them have to work (promises), and whether what they import is there (judging).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from foundry_assets.craft.building.archives import readable
from foundry_assets.craft.installing.names import installed_path, is_installed_here, module_of
from foundry_assets.craft.installing.syntax import Import, Read, read_imports


@dataclass(frozen=True)
class WheelModules:
    """Every module of a wheel: its dotted name -> its path as installed; `read` those that are Python."""

    paths: Mapping[str, str]
    read: Mapping[str, Read]

    @classmethod
    def of(cls, wheel: Path) -> WheelModules:
        """Read the modules of a wheel; raises `BuildFailed` where it is no archive."""
        paths: dict[str, str] = {}
        read: dict[str, Read] = {}
        with readable(wheel), zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                path = installed_path(member)
                name = module_of(path) if is_installed_here(path) else ""
                if name:
                    paths[name] = path
                if name and path.endswith(".py"):
                    is_package = PurePosixPath(path).stem == "__init__"
                    read[name] = read_imports(archive.read(member), name, is_package=is_package)
        return cls(paths, read)

    @cached_property
    def packages(self) -> frozenset[str]:
        """Every name that holds others, folders without an `__init__` (PEP 420) included."""
        return frozenset(above for name in self.paths for above in parents_of(name))

    @cached_property
    def tops(self) -> frozenset[str]:
        """The first parts of all names."""
        return frozenset(name.partition(".")[0] for name in self.paths)

    def holds(self, name: str) -> bool:
        """Tell whether a name is a module or a folder of modules in this wheel."""
        return name in self.paths or name in self.packages

    def owns(self, name: str) -> bool:
        """Tell whether only this wheel can hold a name: one of its modules, or below a package of its own.

        A folder without an `__init__` is shared with other distributions (PEP 420).
        """
        return any(above in self.paths for above in (*parents_of(name), name))

    def reached_from(self, names: Iterable[str]) -> frozenset[str]:
        """Give the modules that are imported with the given ones, always and through any number of others."""
        reached: set[str] = set()
        waiting = [name for name in names if self.holds(name)]
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting += [found for found in self._imported_by(name) if found not in reached]
        return frozenset(reached & self.paths.keys())

    def _imported_by(self, name: str) -> Iterator[str]:
        yield from parents_of(name)
        for found in self.read.get(name, Read()).always:
            yield from (own for own in self._meant_by(found) if self.holds(own))

    def _meant_by(self, found: Import) -> Iterator[str]:
        yield found.module
        yield from (f"{found.module}.{name}" for name in found.names)


def parents_of(name: str) -> Iterator[str]:
    """Give the packages above a dotted name, the nearest last."""
    parts = name.split(".")
    yield from (".".join(parts[:count]) for count in range(1, len(parts)))
