"""What a look below a folder finds: packages with what their own words say, and what could not be read.

Add here what the catalog, or a person, must know of a package that was found.
Not here: how it is found out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from foundry_assets.catalog import Catalog
from foundry_assets.errors import Fault


@dataclass(frozen=True)
class Found:
    """A package: its canonical name, its folder, and the file that says so (`how`).

    `version` is empty where only its build backend knows it, or nobody. `main_file` is given for a source
    without metadata. `todo` is what a person still has to write, empty where that is nothing.
    """

    name: str
    folder: Path
    how: str
    version: str = ""
    main_file: str = ""
    todo: str = ""

    @property
    def release(self) -> str:
        """The package as people know it, with its version where that is known."""
        return f"{self.name}=={self.version}" if self.version else self.name


@dataclass(frozen=True)
class Survey:
    """All that was found below `root`; `left_out` are copies of packages, such as unpacked sdists."""

    root: Path
    packages: tuple[Found, ...] = ()
    faults: tuple[Fault, ...] = ()
    left_out: tuple[Path, ...] = ()
    folders: int = 0

    def beside(self, known: Catalog) -> Survey:
        """Give the survey without the packages that a catalog names, by their name or by their source."""
        sources = {package.source for package in known.packages.values() if isinstance(package.source, Path)}
        rest = (
            package
            for package in self.packages
            if package.name not in known.packages and package.folder.resolve() not in sources
        )
        return replace(self, packages=tuple(rest))

    def same_names(self) -> dict[str, list[Found]]:
        """Give the packages whose name several sources have, by that name."""
        by_name: dict[str, list[Found]] = defaultdict(list)
        for package in self.packages:
            by_name[package.name].append(package)
        return {name: found for name, found in sorted(by_name.items()) if len(found) > 1}

    def named_once(self) -> list[Found]:
        """Give the packages whose name is theirs alone."""
        several = self.same_names()
        return [package for package in self.packages if package.name not in several]
