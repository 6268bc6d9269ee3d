"""What a project's configuration leaves out of its archives on purpose, and which data it promises.

Add here how a build backend is told to leave a file out, or to carry one; configuration is read, never run.
Not here: what the packages are (import_roots), and whether a missing file is a loss (contents).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from foundry_assets.craft.import_roots import read_backend
from foundry_assets.craft.import_roots.project_files import FindCall, ProjectFiles, split_list

if TYPE_CHECKING:
    from pathspec import PathSpec

Where = Literal["sdist", "wheel"]
_SHIPS_EVERYTHING = frozenset(
    {"hatchling", "flit", "poetry", "pdm", "uv_build", "scikit-build-core", "maturin"}
)
_NAMED_IN_MESON = re.compile(r"'(?:[^'\n]*/)?([^'/\n]+\.pyi?)'")


@dataclass(frozen=True)
class Exclusions:
    """The author's wishes, as gitignore-like patterns of paths in the tree.

    `sdist` and `wheel` are left out on purpose; `modules` are dotted patterns of packages that a search
    leaves out of the wheel. `ships_data`: the backend carries every file of a package unless told otherwise.
    `promised` are data files named in the settings, as paths in the wheel (`package_data`) or the tree
    (`MANIFEST.in`). `handled` are file names that the project's own build description deals with (meson).
    """

    sdist: tuple[str, ...] = ()
    wheel: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    ships_data: bool = False
    promised: tuple[str, ...] = ()
    handled: frozenset[str] = frozenset()

    def leave_out(self, path: str, target: str, where: Where) -> bool:
        """Tell whether the author leaves the tree's `path` (in a wheel: `target`) out of an archive."""
        if _matches(self.sdist if where == "sdist" else self.wheel, path):
            return True
        return where == "wheel" and self._is_left_out_package(target)

    def promise(self, path: str, target: str) -> bool:
        """Tell whether the settings name a data file as belonging to the package."""
        return _matches(self.promised, path) or _matches(self.promised, target)

    def handle(self, path: str) -> bool:
        """Tell whether the project's own build description deals with a file of this name."""
        return PurePosixPath(path).name in self.handled

    def _is_left_out_package(self, target: str) -> bool:
        parents = [".".join(parent.parts) for parent in PurePosixPath(target).parents if parent.parts]
        return any(fnmatchcase(name, pattern) for name in parents for pattern in self.modules)


NOTHING_KNOWN = Exclusions()
"""For a tree whose configuration was not read: nothing is left out, nothing is promised."""


def _matches(patterns: tuple[str, ...], path: str) -> bool:
    return bool(patterns) and _compiled(patterns).match_file(path)


@cache
def _compiled(patterns: tuple[str, ...]) -> PathSpec[Any]:
    from pathspec import PathSpec

    return PathSpec.from_lines("gitignore", patterns)


def find_exclusions(tree: Path) -> Exclusions:
    """Read what the project in `tree` leaves out on purpose; raises `MetadataUnreadable` like its reader."""
    project, backend = ProjectFiles(tree), read_backend(tree)
    reader = _READERS.get(backend)
    return reader(project) if reader else Exclusions(ships_data=backend in _SHIPS_EVERYTHING)


def _hatchling(project: ProjectFiles) -> Exclusions:
    shared = project.table("tool", "hatch", "build")
    targets = {kind: project.table("tool", "hatch", "build", "targets", kind) for kind in ("sdist", "wheel")}
    ignored = [] if shared.get("ignore-vcs") else _gitignore(project.tree)
    told = {
        kind: [*ignored, *_texts(table.get("exclude", shared.get("exclude")))]
        for kind, table in targets.items()
    }
    # hatchling makes the wheel out of what the sdist carried.
    return Exclusions(
        sdist=tuple(told["sdist"]),
        wheel=tuple(told["wheel"] + told["sdist"]),
        ships_data=not ({"include", "only-include"} & (targets["wheel"].keys() | shared.keys())),
    )


def _flit(project: ProjectFiles) -> Exclusions:
    left_out = tuple(_texts(project.table("tool", "flit", "sdist").get("exclude")))
    return Exclusions(sdist=left_out, wheel=left_out, ships_data=True)


def _poetry(project: ProjectFiles) -> Exclusions:
    table = project.table("tool", "poetry")
    told = _by_format(table.get("exclude"))
    for entry in table.get("packages", []):
        formats = entry.get("format", []) if isinstance(entry, dict) else []
        if "sdist" in _texts(formats) and "wheel" not in _texts(formats):
            told["wheel"].append(f"/{entry.get('from', '')}/{entry.get('include', '')}/**".replace("//", "/"))
    return Exclusions(tuple(told["sdist"]), tuple(told["wheel"] + told["sdist"]), ships_data=True)


def _maturin(project: ProjectFiles) -> Exclusions:
    told = _by_format(project.table("tool", "maturin").get("exclude"))
    return Exclusions(tuple(told["sdist"]), tuple(told["wheel"] + told["sdist"]), ships_data=True)


def _by_format(entries: Any) -> dict[Where, list[str]]:
    told: dict[Where, list[str]] = {"sdist": [], "wheel": []}
    for entry in entries or []:
        item = {"path": entry} if isinstance(entry, str) else entry
        for kind, patterns in told.items():
            if kind in (_texts(item.get("format")) or ("sdist", "wheel")):
                patterns.append(f"/{str(item.get('path', '')).lstrip('/')}")
    return told


def _pdm(project: ProjectFiles) -> Exclusions:
    table = project.table("tool", "pdm") | project.table("tool", "pdm", "build")
    left_out, only_source = (tuple(_texts(table.get(key))) for key in ("excludes", "source-includes"))
    return Exclusions(left_out, left_out + only_source, ships_data="includes" not in table)


def _uv(project: ProjectFiles) -> Exclusions:
    table = project.table("tool", "uv", "build-backend")
    told = {kind: _texts(table.get(f"{kind}-exclude")) for kind in ("source", "wheel")}
    # Unlike a line of .gitignore, such a pattern holds at any depth unless it begins with a slash.
    source, wheel = (tuple(_anywhere(pattern) for pattern in told[kind]) for kind in ("source", "wheel"))
    return Exclusions(source, source + wheel, ships_data=True)


def _anywhere(pattern: str) -> str:
    return pattern if pattern.startswith("/") else f"**/{pattern}"


def _scikit_build_core(project: ProjectFiles) -> Exclusions:
    tables = [project.table("tool", "scikit-build", kind) for kind in ("sdist", "wheel")]
    source, wheel = (tuple(_texts(table.get("exclude"))) for table in tables)
    source += tuple(_gitignore(project.tree))
    return Exclusions(source, source + wheel, ships_data=True)


def _meson_python(project: ProjectFiles) -> Exclusions:
    texts = (path.read_text("utf-8", "replace") for path in project.tree.rglob("meson.build"))
    return Exclusions(handled=frozenset(name for text in texts for name in _NAMED_IN_MESON.findall(text)))


def _setuptools(project: ProjectFiles) -> Exclusions:
    table = project.table("tool", "setuptools")
    manifest = tuple(_manifest_patterns(project.tree))
    not_wanted = tuple(_package_patterns(project, "exclude-package-data"))
    carries_manifest = table.get("include-package-data", "project" in project.pyproject) or (
        project.option("options", "include_package_data").lower() in {"true", "1"}
        or project.setup_call.get("include_package_data") is True
    )
    promised = _inverted(manifest) if carries_manifest else ()
    return Exclusions(
        sdist=manifest,
        wheel=manifest + not_wanted,
        modules=tuple(_left_out_packages(project)),
        promised=(*promised, *_package_patterns(project, "package-data")),
    )


def _left_out_packages(project: ProjectFiles) -> Iterator[str]:
    yield from _texts(project.table("tool", "setuptools", "packages", "find").get("exclude"))
    yield from split_list(project.option("options.packages.find", "exclude"))
    packages = project.setup_call.get("packages")
    for call in packages if isinstance(packages, list) else [packages]:
        if isinstance(call, FindCall):
            yield from call.exclude


def _package_patterns(project: ProjectFiles, key: str) -> Iterator[str]:
    """Give `package_data` and its like as patterns of paths in the wheel."""
    name = key.replace("-", "_")
    tables: list[Mapping[str, Any]] = [project.table("tool", "setuptools", key)]
    if project.setup_cfg.has_section(f"options.{name}"):
        section = project.setup_cfg.items(f"options.{name}")
        tables.append({package: split_list(text) for package, text in section})
    called = project.setup_call.get(name)
    tables.append(called if isinstance(called, dict) else {})
    for package, patterns in (item for table in tables for item in table.items()):
        folder = "**" if package in {"", "*"} else package.replace(".", "/")
        yield from (f"/{folder}/{pattern}" for pattern in _texts(patterns))


def _manifest_patterns(tree: Path) -> Iterator[str]:
    """Translate MANIFEST.in, in order: what it leaves out, and (with `!`) what it takes in again."""
    path = tree / "MANIFEST.in"
    text = path.read_text("utf-8", "replace") if path.is_file() else ""
    for line in text.replace("\\\n", " ").splitlines():
        command, *words = line.partition("#")[0].split() or [""]
        yield from (f"{sign}{pattern}" for sign, pattern in _manifest_command(command, words))


def _manifest_command(command: str, words: list[str]) -> Iterator[tuple[str, str]]:
    sign = "!" if command.endswith(("include", "graft")) else ""
    match command.removeprefix("global-").removeprefix("recursive-"):
        case "graft" | "prune":
            yield from ((sign, f"/{word.strip('/')}/**") for word in words)
        case "include" | "exclude" if command.startswith("recursive-"):
            yield from ((sign, f"/{words[0].strip('/')}/**/{word}") for word in words[1:])
        case "include" | "exclude":
            lead = "**/" if command.startswith("global-") else "/"
            yield from ((sign, f"{lead}{word}") for word in words)


def _inverted(patterns: Iterable[str]) -> tuple[str, ...]:
    return tuple(text[1:] if text.startswith("!") else f"!{text}" for text in patterns)


def _gitignore(tree: Path) -> list[str]:
    path = tree / ".gitignore"
    return path.read_text("utf-8", "replace").splitlines() if path.is_file() else []


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value or () if isinstance(item, str)]


_READERS: dict[str, Callable[[ProjectFiles], Exclusions]] = {
    "setuptools": _setuptools,
    "hatchling": _hatchling,
    "flit": _flit,
    "poetry": _poetry,
    "pdm": _pdm,
    "uv_build": _uv,
    "scikit-build-core": _scikit_build_core,
    "maturin": _maturin,
    "meson-python": _meson_python,
}
