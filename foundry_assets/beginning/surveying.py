"""The walk below a folder: which folders are looked into, and what each of them is.

Add here a kind of folder that is never a place of packages.
Not here: what a folder's files say of a package (recognising).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.beginning.recognising import recognise
from foundry_assets.beginning.records import Found, Survey
from foundry_assets.errors import CallIsWrong, Fault

_NEVER = frozenset(
    {
        *("node_modules", "site-packages", "dist-packages", "__pycache__", "__pypackages__", "venv"),
        *("vendor", "vendored", "_vendor", "third_party", "third-party", "thirdparty", "extern", "externals"),
    }
)
_OUTPUTS = frozenset({"build", "dist", "target", "out", "wheelhouse"})
"""Left out unless they are projects themselves: a package may be called `build`."""
_NEVER_SUFFIXES = (".egg-info", ".dist-info", ".egg", ".whl")
_NOT_IN_A_PROJECT = frozenset(
    {
        *("tests", "test", "testing", "fixtures", "testdata", "docs", "doc", "examples", "example"),
        *("benchmarks", "templates", "samples"),
    }
)
_DECLARING = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})


@dataclass(frozen=True)
class _Listing:
    files: frozenset[str]
    folders: tuple[str, ...]


def survey(root: Path) -> Survey:
    """Find every package below `root`, that folder included; nothing is executed, no link is followed.

    Raises `CallIsWrong` where `root` is no folder that can be read.
    """
    if not root.is_dir():
        raise CallIsWrong(f"there is no folder `{root}`", remedy="give the folder below which packages lie")
    packages: list[Found] = []
    faults: list[Fault] = []
    copies: list[Path] = []
    seen = 0
    waiting = [(root, False)]
    while waiting:
        folder, in_project = waiting.pop()
        try:
            listing = _list(folder)
        except OSError as error:
            faults.append(_closed(folder, error))
            continue
        seen += 1
        if folder != root and _is_no_place(folder, listing, in_project):
            copies += [folder] if _is_unpacked_sdist(listing) else []
            continue
        found = recognise(folder, listing.files)
        packages += [found] if isinstance(found, Found) else []
        faults += [found] if isinstance(found, Fault) else []
        below = in_project or found is not None
        waiting += [(folder / name, below) for name in reversed([*_looked_into(listing, below)])]
    return Survey(root, tuple(packages), tuple(faults), tuple(copies), seen)


def _list(folder: Path) -> _Listing:
    files, folders = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                files.append(entry.name)
    return _Listing(frozenset(files), tuple(sorted(folders)))


def _looked_into(listing: _Listing, in_project: bool) -> Iterator[str]:
    for name in listing.folders:
        plain = name.lower()
        if name.startswith(".") or plain in _NEVER or plain.endswith(_NEVER_SUFFIXES):
            continue
        if in_project and (plain in _NOT_IN_A_PROJECT or plain.endswith(("_tests", "-tests"))):
            continue
        yield name


def _is_no_place(folder: Path, listing: _Listing, in_project: bool) -> bool:
    """Tell whether a folder holds no sources of packages, by what lies in it."""
    if listing.files & {"pyvenv.cfg", "CACHEDIR.TAG"} or "conda-meta" in listing.folders:
        return True
    if _is_unpacked_sdist(listing):
        return True
    if folder.name.lower() in _OUTPUTS and not listing.files & _DECLARING:
        return True
    # What lies in an import package of a project is its data, however much it looks like a project.
    return in_project and "__init__.py" in listing.files and not listing.files & _DECLARING


def _is_unpacked_sdist(listing: _Listing) -> bool:
    return "PKG-INFO" in listing.files and ".git" not in {*listing.folders, *listing.files}


def _closed(folder: Path, error: OSError) -> Fault:
    why = error.strerror or type(error).__name__
    return Fault(str(folder), f"it could not be looked into: {why}", "see to its rights, and begin again")
