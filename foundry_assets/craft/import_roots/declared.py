"""Import roots as each build backend but setuptools is told them in pyproject.toml.

Add here a backend's own settings for packages and modules, one function a backend.
Not here: setuptools (setuptools_roots), and what lies about when no setting names it (lying).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from foundry_assets.craft.import_roots.places import ImportRoot, holds_init, is_left_out, join, roots_at
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.import_roots.setuptools_roots import setuptools_roots

_SOURCE_FOLDERS = ("src", "", "python", "lib")


def declared_roots(project: ProjectFiles, backend: str) -> list[ImportRoot]:
    """Give the roots that the project's configuration names; empty where it leaves them to the backend."""
    reader = _READERS.get(backend)
    return sorted(set(reader(project))) if reader else []


def _hatchling(project: ProjectFiles) -> list[ImportRoot]:
    shared = project.table("tool", "hatch", "build")
    wheel = shared | project.table("tool", "hatch", "build", "targets", "wheel")
    sources = wheel.get("sources", {})
    renames = dict.fromkeys(sources, "") if isinstance(sources, list) else dict(sources)
    places = {path: join(path).rpartition("/")[2] for path in _texts(wheel.get("packages"))}
    for key in ("only-include", "include"):
        if not places:
            places = {path: _renamed(_before_wildcards(path), renames) for path in _texts(wheel.get(key))}
    places |= {str(path): str(target) for path, target in dict(wheel.get("force-include", {})).items()}
    return _at(project, ((_before_wildcards(path), target) for path, target in places.items()))


def _renamed(path: str, renames: Mapping[str, str]) -> str:
    for source, target in renames.items():
        if path == join(source) or path.startswith(f"{join(source)}/"):
            return join(target, path[len(join(source)) :])
    return path


def _flit(project: ProjectFiles) -> list[ImportRoot]:
    old = project.table("tool", "flit", "metadata")
    name = project.table("tool", "flit", "module").get("name") or old.get("module")
    name = name or str(project.table("project").get("name", "")).replace("-", "_")
    return _by_name(project, str(name), ("", "src"))


def _poetry(project: ProjectFiles) -> list[ImportRoot]:
    places = []
    for entry in project.table("tool", "poetry").get("packages", []):
        item = {"include": entry} if isinstance(entry, str) else entry
        inside = _before_wildcards(str(item.get("include", "")))
        places.append((join(str(item.get("from", "")), inside), join(str(item.get("to", "")), inside)))
    return _at(project, places)


def _pdm(project: ProjectFiles) -> list[ImportRoot]:
    table = project.table("tool", "pdm") | project.table("tool", "pdm", "build")
    source = join(str(table.get("package-dir", "src" if (project.tree / "src").is_dir() else "")))
    paths = [_before_wildcards(path) for path in _texts(table.get("includes"))]
    inside = [path for path in paths if not source or path == source or path.startswith(f"{source}/")]
    return _at(project, ((path, path[len(source) :].lstrip("/")) for path in inside))


def _uv(project: ProjectFiles) -> list[ImportRoot]:
    table = project.table("tool", "uv", "build-backend")
    default = str(project.table("project").get("name", "")).replace("-", "_").replace(".", "_").lower()
    names = _texts(table.get("module-name")) or [default]
    return [
        root for name in names for root in _by_name(project, name, (str(table.get("module-root", "src")),))
    ]


def _scikit_build_core(project: ProjectFiles) -> list[ImportRoot]:
    packages = project.table("tool", "scikit-build", "wheel").get("packages", [])
    if isinstance(packages, dict):
        return _at(project, ((str(path), str(target)) for target, path in packages.items()))
    return _at(project, ((path, join(path).rpartition("/")[2]) for path in _texts(packages)))


def _maturin(project: ProjectFiles) -> list[ImportRoot]:
    table = project.table("tool", "maturin")
    names = _texts(table.get("python-packages")) or [str(table.get("module-name", "")).partition(".")[0]]
    folders = (str(table["python-source"]),) if "python-source" in table else _SOURCE_FOLDERS
    return [root for name in names for root in _by_name(project, name, folders)]


_READERS: dict[str, Callable[[ProjectFiles], list[ImportRoot]]] = {
    "setuptools": setuptools_roots,
    "hatchling": _hatchling,
    "flit": _flit,
    "poetry": _poetry,
    "pdm": _pdm,
    "uv_build": _uv,
    "scikit-build-core": _scikit_build_core,
    "maturin": _maturin,
}


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value or () if isinstance(item, str)]


def _before_wildcards(pattern: str) -> str:
    """Give the part of a path pattern that is a plain path: `/src/demo/**/*.py` -> `src/demo`."""
    words = join(pattern).split("/")
    plain = next(
        (count for count, word in enumerate(words) if any(sign in word for sign in "*?[!{")), len(words)
    )
    return "/".join(words[:plain])


def _at(project: ProjectFiles, places: Iterable[tuple[str, str]]) -> list[ImportRoot]:
    """Give the roots at (path, target) places; a target that is a mere source folder gives what it holds."""
    roots: list[ImportRoot] = []
    for path, target in places:
        if path and target:
            whole, name = _whole_package(project, join(path), target.removesuffix(".py"))
            beside = is_left_out(name) and "/" not in whole
            roots += [] if beside else roots_at(project.tree, whole, name.replace("/", "."))
        elif path and (project.tree / path).is_dir():
            for entry in sorted((project.tree / path).iterdir()):
                roots += roots_at(project.tree, join(path, entry.name), entry.name.removesuffix(".py"))
    return roots


def _whole_package(project: ProjectFiles, path: str, target: str) -> tuple[str, str]:
    """Climb from a part of a regular package to the package itself, as long as the target lies deeper too."""
    while "/" in path and "/" in target and holds_init(project.tree / path.rpartition("/")[0]):
        path, target = path.rpartition("/")[0], target.rpartition("/")[0]
    return path, target


def _by_name(project: ProjectFiles, name: str, folders: Iterable[str]) -> list[ImportRoot]:
    """Give the root of a dotted name in the first of the folders that holds it."""
    path = name.replace(".", "/")
    for folder in folders if name else ():
        for place in (join(folder, path), join(folder, f"{path}.py")):
            if roots := roots_at(project.tree, place, name):
                return roots
    return []
