"""One place in a tree and the import root that lies there: package, module or namespace.

Add here what a folder or file alone tells about how it is imported.
Not here: which places a project names (declared, setuptools_roots) or leaves to be found (lying).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from packaging.utils import canonicalize_name

_NATIVE = (".so", ".pyd", ".pyx")
_LEGACY_NAMESPACE = re.compile(rb"declare_namespace\(\s*__name__|extend_path\(\s*__path__")
_IMPORTABLE = re.compile(r"[^\W\d]\w*(-stubs)?")
_KEPT_BESIDE = frozenset(
    {
        "ci",
        "bin",
        "debian",
        "doc",
        "docs",
        "documentation",
        "manpages",
        "news",
        "newsfragments",
        "changelog",
        "test",
        "tests",
        "unit_test",
        "unit_tests",
        "example",
        "examples",
        "scripts",
        "tools",
        "util",
        "utils",
        "python",
        "build",
        "dist",
        "benchmark",
        "benchmarks",
        "bench",
        "exercise",
        "exercises",
        "htmlcov",
        "tasks",
        "fabfile",
        "site_scons",
        "src",
        "include",
        "ext",
        "testing",
        "conftest",
        "noxfile",
        "setup",
        "toxfile",
        "pavement",
        "dodo",
        "sconstruct",
        "sconscript",
        "venv",
        "env",
        "vendor",
        "node_modules",
        "__pycache__",
    }
)
"""What setuptools leaves out of a flat layout, and a few more of the kind."""

Kind = Literal["package", "module", "namespace"]


@dataclass(frozen=True, order=True)
class ImportRoot:
    """What a distribution lets people import, and where its source lies.

    `name` is dotted inside a namespace (`corp.tools`) and ends with `-stubs` for a stub package (PEP 561),
    which is never imported. `path` is posix, in the tree. A `namespace` is a folder that has no `__init__` of
    its own and holds modules directly. `certain`: the project's settings or the distribution's name name it.
    """

    name: str
    path: str
    kind: Kind
    certain: bool


def is_importable_name(name: str) -> bool:
    """Tell whether a folder or a module's stem can be a package or a stub package."""
    return _IMPORTABLE.fullmatch(name) is not None


def is_kept_beside(name: str) -> bool:
    """Tell whether a top-level name is one that projects keep beside their package."""
    return name.lower() in _KEPT_BESIDE


def is_left_out(name: str) -> bool:
    """Tell whether discovery passes over a top-level name: kept beside, private or hidden."""
    return is_kept_beside(name) or name.startswith(("_", "."))


def is_named_after(name: str, distribution: str) -> bool:
    """Tell whether an import name is the distribution's, as PEP 503 compares names."""
    return canonicalize_name(name.removesuffix("-stubs")) == canonicalize_name(distribution).removesuffix(
        "-stubs"
    )


def holds_init(folder: Path) -> bool:
    """Tell whether a folder is a regular package; an old-style namespace declaration does not make it one."""
    for name in ("__init__.py", "__init__.pyi", "__init__.pyx"):
        if (folder / name).is_file():
            return not _LEGACY_NAMESPACE.search((folder / name).read_bytes()) or not _only_declares(
                folder / name
            )
    return False


def _only_declares(path: Path) -> bool:
    """Tell whether an `__init__` does nothing beside declaring its namespace (pkgutil, pkg_resources)."""
    return not re.search(rb"^(def|class|from \.|@)", path.read_bytes(), re.MULTILINE)


def roots_at(tree: Path, path: str, name: str, *, certain: bool = True) -> list[ImportRoot]:
    """Give the roots at one place: itself, or the regular packages below it where it is a mere namespace.

    Nothing where the place does not exist or holds no Python.
    """
    place = tree / path
    if place.is_file():
        return [ImportRoot(name, path, "module", certain)] if place.suffix in {".py", *_NATIVE} else []
    if not place.is_dir():
        return []
    if holds_init(place):
        return [ImportRoot(name, path or ".", "package", certain)]
    entries = sorted(place.iterdir())
    if any(
        entry.is_file() and entry.suffix in {".py", ".pyi", *_NATIVE} and entry.stem != "__init__"
        for entry in entries
    ):
        return [ImportRoot(name, path, "namespace", certain)]
    below = [entry for entry in entries if entry.is_dir() and is_importable_name(entry.name)]
    return [
        root
        for entry in below
        if entry.name != "__pycache__"
        for root in roots_at(tree, f"{path}/{entry.name}", f"{name}.{entry.name}", certain=certain)
    ]


def join(*parts: str) -> str:
    """Join posix paths of the tree, taking `.` and empty parts away."""
    words = [word for part in parts for word in part.replace("\\", "/").split("/")]
    return "/".join(word for word in words if word not in {"", "."})
