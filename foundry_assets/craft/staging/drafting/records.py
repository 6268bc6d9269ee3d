"""What drafting starts from and what it gives: the entry's own words, and the project made of them.

Add here what a later step needs to know about a drafted project.
Not here: how any of it is found out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from foundry_assets.craft.staging.records import LeftOut, SourceFile

if TYPE_CHECKING:
    from foundry_assets.catalog import Package, SourceMetadata


@dataclass(frozen=True)
class Given:
    """What the catalog gives for a source: its release, its main file, metadata and further files.

    `main_file` and `ancillary` are as a person wrote them, as seen from the source's folder. `folder_name` is
    what that folder is called where it is at home: a clone of it lies elsewhere.
    """

    name: str
    version: str
    main_file: str
    metadata: SourceMetadata
    ancillary: tuple[str, ...]
    folder_name: str

    @property
    def main_module(self) -> str:
        """The main file as people import it: its folder's name and its own."""
        parts = [part for part in self.main_file.replace("\\", "/").split("/") if part not in ("", ".")]
        *folders, file = [self.folder_name, *parts]
        stem = file.removesuffix(".py")
        return folders[-1] if folders and stem == "__init__" else ".".join([*folders[-1:], stem])


@dataclass(frozen=True)
class Draft:
    """A project that the foundry lays out in the staged copy.

    `package` is the import package; `files` are taken from the source under the names of the copy, `origins`
    gives for each of those names where it lies in the source; `texts` are the generated files. `declares`:
    name and version are the source's own words. `notes` is what people should know of it.
    """

    package: str
    files: tuple[SourceFile, ...]
    origins: dict[str, str]
    texts: dict[str, str]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    declares: bool = False


@dataclass(frozen=True)
class AsItIs:
    """A source that needs no draft; `notes` is what its own pyproject.toml does not take over."""

    notes: tuple[str, ...] = ()


def given_by(package: Package) -> Given | None:
    """Give what an entry of the catalog says in place of its source; None where the source says it itself."""
    from foundry_assets.catalog import SourceMetadata

    if not package.main_file:
        return None
    return Given(
        name=package.name,
        version=package.version,
        main_file=package.main_file,
        metadata=package.metadata or SourceMetadata(),
        ancillary=package.ancillary,
        folder_name=_folder_name(package),
    )


def _folder_name(package: Package) -> str:
    if isinstance(package.source, Path):
        return package.source.resolve().name
    place = package.source.subdirectory.strip("/") or package.source.git.rstrip("/").removesuffix("/.git")
    return PurePosixPath(place.replace("\\", "/").replace(":", "/")).name.removesuffix(".git")
