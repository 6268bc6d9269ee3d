"""Which names a wheel lets people import, read off its members and nothing else.

Add here how a member's path becomes a name, and which names are not worth importing.
Not here: importing them (trying); `top_level.txt`, which backends write as they please.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from foundry_assets.content import Listing
from foundry_assets.craft.metadata import Core

_INSTALLED_FROM = re.compile(r"[^/]+\.data/(?:purelib|platlib)/")
_NOT_INSTALLED_HERE = re.compile(r"[^/]+\.(?:dist-info|data|egg-info)(?:/|$)")
_MODULE = re.compile(r"(?P<name>[^\W\d]\w*)(?:\.py|(?:\.[\w-]+)?\.(?:so|pyd))")
_BESIDE_THE_PACKAGE = frozenset(
    {
        "test",
        "tests",
        "testing",
        "docs",
        "doc",
        "example",
        "examples",
        "benchmark",
        "benchmarks",
        "scripts",
        "tools",
    }
)


@dataclass(frozen=True)
class ImportableNames:
    """What a wheel installs: names to import, names passed over, files by import path, and a remark."""

    tried: tuple[str, ...]
    skipped: tuple[str, ...]
    members: frozenset[str]
    note: str = ""

    def nothing_at_all(self, core: Core, tree: Listing | None) -> str:
        """Say why a wheel that installs nothing to import is wrong; empty where that is what it is for."""
        if self.tried or self.note:
            return ""
        sources = [] if tree is None else [path for path in tree.paths if path.endswith((".py", ".pyx"))]
        if core.requires_dist and tree is not None and set(sources) <= {"setup.py"}:
            return ""  # it only names other distributions, and its source holds nothing else
        return "it installs nothing that can be imported: look at the backend's settings for packages"


def installed_path(member: str) -> str:
    """Give where an installer puts a member of a wheel (PEP 427), below the folder of packages."""
    return _INSTALLED_FROM.sub("", member, count=1)


def is_installed_here(path: str) -> bool:
    """Tell whether a path lies among the packages, and is neither metadata nor data for elsewhere."""
    return not _NOT_INSTALLED_HERE.match(path)


def module_of(path: str) -> str:
    """Give the dotted name by which a file is imported; empty for one that cannot be."""
    *folders, last = path.split("/")
    found = _MODULE.fullmatch(last)
    if found is None or not all(folder.isidentifier() for folder in folders):
        return ""
    return ".".join(folders if found["name"] == "__init__" else [*folders, found["name"]])


def is_beside_the_package(name: str) -> bool:
    """Tell whether a folder or module of this name stands beside what a package is for (tests, docs)."""
    bare = name.lower().strip("_")
    return bare in _BESIDE_THE_PACKAGE or bare == "conftest" or bare.startswith("test_")


def importable_names(wheel: Collection[str]) -> ImportableNames:
    """Find the public top-level names that a wheel of these members installs.

    Inside a namespace (PEP 420) the first regular packages and the modules beside them count. Private names
    are taken only where there is no other.
    """
    installed = sorted(filter(is_installed_here, map(installed_path, wheel)))
    names = dict.fromkeys(_names([PurePosixPath(path).parts for path in installed]))
    public = [name for name in names if "._" not in f".{name}"]
    tried = public or list(names)
    main = [name for name in tried if name.partition(".")[0].lower() not in _BESIDE_THE_PACKAGE]
    chosen = main or tried
    skipped = tuple(name for name in names if name not in chosen)
    return ImportableNames(tuple(chosen), skipped, frozenset(installed), _note(wheel, installed, chosen))


def _names(files: Iterable[tuple[str, ...]], inside: str = "") -> Iterator[str]:
    """Give the dotted names in one folder of a wheel, going down where a folder is a namespace."""
    folders: dict[str, list[tuple[str, ...]]] = {}
    for first, *rest in files:
        if rest:
            folders.setdefault(first, []).append(tuple(rest))
        elif (found := _MODULE.fullmatch(first)) and found["name"] != "__init__":
            yield inside + found["name"]
    for folder, below in folders.items():
        if not folder.isidentifier():
            continue  # a stub package (`demo-stubs`, PEP 561) or a folder of data
        if any(len(file) == 1 and _is_init(file[0]) for file in below):
            yield inside + folder
        else:
            yield from _names(below, f"{inside}{folder}.")


def _is_init(name: str) -> bool:
    found = _MODULE.fullmatch(name)
    return found is not None and found["name"] == "__init__"


def _note(wheel: Collection[str], installed: list[str], names: list[str]) -> str:
    if names:
        return ""
    if any(path.partition("/")[0].endswith("-stubs") for path in installed):
        return "it holds stubs for type checkers only, so nothing was imported"
    if installed or any(".data/" in path for path in wheel):
        return "it installs data or programs only, so nothing was imported"
    return ""
