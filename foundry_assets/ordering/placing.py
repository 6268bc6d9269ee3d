"""Placing an order's entries: the folder, main file and named files of each, as the catalog would have it.

Add here what an entry's words mean once its folder is looked at.
Not here: the words themselves (form), and which files a package ships (craft/staging/drafting).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue, ValidationError

from foundry_assets.catalog import Package, SourceMetadata
from foundry_assets.catalog_file import faults_of
from foundry_assets.craft.staging.drafting.paths import PathWrong, inside
from foundry_assets.errors import CatalogInvalid, Fault
from foundry_assets.ordering.form import OrderEntry, OrderParameters
from foundry_assets.ordering.needs import distributions_needed, release_of
from foundry_assets.release import Release

_LIST_REMEDY = "mend the name (as seen from the package's folder), add the file, or take it off"


@dataclass(frozen=True)
class Placed:
    """An entry with what was found in its folder.

    `main_file` and `ancillary` are as seen from `folder`; `dependencies` name distributions. `faults` is what
    keeps the entry from being released.
    """

    entry: OrderEntry
    release: Release
    folder: Path
    main_file: str
    ancillary: tuple[str, ...]
    dependencies: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def safe_kwargs(self) -> dict[str, JsonValue]:
        """The entry's options as they are used."""
        return self.entry.said.as_told() | {"dependencies": list(self.dependencies)}

    def package(self) -> Package:
        """Give the entry as one of a catalog; raises `CatalogInvalid` with everything that is wrong."""
        faults = list(self.faults)
        said = self.entry.said
        try:
            package = Package(
                name=self.release.name,
                source=self.folder,
                main_file=self.main_file,
                version=self.release.version,
                metadata=SourceMetadata(
                    author=said.author or "",
                    email=said.email or "",
                    description=said.description or "",
                    license=said.license_text or "",
                    dependencies=self.dependencies,
                ),
                ancillary=self.ancillary,
            )
        except ValidationError as error:
            faults += faults_of(error)
        if faults:
            raise CatalogInvalid(f"the entry of `{self.entry.package}`", faults)
        return package


def place(parameters: OrderParameters) -> list[Placed]:
    """Look at every entry's folder; what is wrong with one is told by it, and stops no other."""
    root = Path(parameters.repo_parent_root).resolve()
    return [_place(entry, root, parameters.entries) for entry in parameters.entries]


def _place(entry: OrderEntry, root: Path, siblings: Sequence[OrderEntry]) -> Placed:
    folder = root / entry.package
    faults = [*_faults_of_folder(folder)]
    main_file = _usual_main_file(entry.package)
    ancillary: list[str] = []
    if not faults:
        main_file, wrong = _main_file(folder, main_file)
        ancillary, wrong_paths = _ancillary(entry, folder)
        faults = [*wrong, *wrong_paths]
    return Placed(
        entry=entry,
        release=release_of(entry),
        folder=folder,
        main_file=main_file,
        ancillary=tuple(ancillary),
        dependencies=distributions_needed(entry, siblings),
        faults=tuple(faults),
    )


def _faults_of_folder(folder: Path) -> Iterator[Fault]:
    if not folder.is_dir():
        yield Fault("package", f"there is no folder `{folder}`", "mend the name, or repo_parent_root")
    elif folder.resolve() != folder:
        what = f"`{folder}` is really `{folder.resolve()}`"
        yield Fault("package", what, "name the folder as it is called where it lies")


def _usual_main_file(package: str) -> str:
    stem = package.removeprefix("x_") if package.startswith("x_") else package
    return f"x_cls_{stem}.py"


def _main_file(folder: Path, usual: str) -> tuple[str, list[Fault]]:
    """Give the main file: the one that is named after the package, else the only one of its kind."""
    found = sorted(path.name for path in folder.glob("x_cls_*.py") if path.is_file())
    if usual in found:
        return usual, []
    if len(found) == 1:
        return found[0], []
    what = f"`{folder}` holds {', '.join(found)}" if found else f"there is no `x_cls_*.py` in `{folder}`"
    return usual, [Fault("package", what, f"call the main file `{usual}`")]


def _ancillary(entry: OrderEntry, folder: Path) -> tuple[list[str], list[Fault]]:
    """Give the files that an entry names, with those of its allow-lists; whether they exist shows later."""
    said = entry.said
    lists = [text.removeprefix("@") for text in (*said.ancillary_allowlist, *said.ancillary_list)]
    lists += [text[1:] for text in entry.ancillary if text.startswith("@")]
    found: dict[str, None] = {}
    faults = []
    written = [("ancillary", text) for text in entry.ancillary if not text.startswith("@")]
    for name in lists:
        try:
            written += [(f"ancillary: @{name}", line) for line in _listed(folder, name)]
        except (PathWrong, OSError, UnicodeDecodeError) as error:
            faults.append(_fault_of_list(folder, name, error))
    for where, text in written:
        try:
            found[inside(folder, text)] = None
        except PathWrong as wrong:
            faults.append(Fault(where, wrong.what, wrong.remedy))
    return sorted(found), faults


def _listed(folder: Path, name: str) -> list[str]:
    """Read an allow-list file of the package's folder; raises `PathWrong` for one that lies elsewhere."""
    path = folder / inside(folder, name.strip())
    if not path.resolve().is_relative_to(folder):
        raise PathWrong(f"`{name}` is a link out of `{folder}`", "put the list itself into the folder")
    lines = path.read_bytes().decode("utf-8-sig").splitlines()
    return [line for line in map(str.strip, lines) if line and not line.startswith("#")]


def _fault_of_list(folder: Path, name: str, error: Exception) -> Fault:
    if isinstance(error, PathWrong):
        return Fault("ancillary", error.what, error.remedy)
    why = (error.strerror or str(error)) if isinstance(error, OSError) else "it is not UTF-8"
    return Fault("ancillary", f"the allow-list `{name}` in `{folder}` cannot be read: {why}", _LIST_REMEDY)
