"""What the packages of a catalog are imported as, found when somebody asks: most wheels miss nothing.

Add here how an entry tells its import names.
Not here: what follows for a wheel that misses one (judging, failures).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from foundry_assets.craft.import_roots import find_import_roots
from foundry_assets.craft.staging import given_by
from foundry_assets.errors import FoundryError

if TYPE_CHECKING:
    from foundry_assets.catalog import Package


class Catalogued(Mapping[str, str]):
    """Import name -> distribution, for the packages of a catalog but one (`apart`, which is the wheel's)."""

    def __init__(self, packages: Iterable[Package], *, apart: str) -> None:
        self._packages = [package for package in packages if package.name != apart]

    def __getitem__(self, name: str) -> str:
        return self._names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {name: package.name for package in self._packages for name in import_names(package)}


def import_names(package: Package) -> list[str]:
    """Give the first parts of what a package lets people import, read from its source where it is at hand."""
    given = given_by(package)
    if given is not None:
        return [given.main_module.partition(".")[0]]
    roots = []
    if isinstance(package.source, Path):
        try:
            roots = [root.name.partition(".")[0] for root in find_import_roots(package.source, package.name)]
        except (FoundryError, OSError):
            roots = []
    return roots or [package.name.replace("-", "_")]
