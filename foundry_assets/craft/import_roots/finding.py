"""From a tree to its import roots: the project's settings first, then what lies there.

Add here the order in which the sources of knowledge are asked, and the names of the backends.
Not here: the settings themselves (declared, setuptools_roots) and the looking around (lying).
"""

from __future__ import annotations

from pathlib import Path

from foundry_assets.craft.import_roots.declared import declared_roots
from foundry_assets.craft.import_roots.lying import lying_roots
from foundry_assets.craft.import_roots.places import ImportRoot
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.import_roots.setuptools_roots import default_package_dir

_BACKENDS = {
    "setuptools": "setuptools",
    "hatchling": "hatchling",
    "flit_core": "flit",
    "flit": "flit",
    "flit_scm": "flit",
    "poetry": "poetry",
    "poetry_dynamic_versioning": "poetry",
    "pdm": "pdm",
    "uv_build": "uv_build",
    "scikit_build_core": "scikit-build-core",
    "mesonpy": "meson-python",
    "maturin": "maturin",
}
_NAMED_AFTER_DISTRIBUTION = frozenset(
    {"hatchling", "flit", "poetry", "uv_build", "scikit-build-core", "maturin"}
)


def read_backend(tree: Path) -> str:
    """Give the family of the build backend (PEP 517); `setuptools` is the default, else `other:<its text>`.

    A backend kept in the tree (`backend-path`) counts as the family that it requires and wraps.
    Raises `MetadataUnreadable` where pyproject.toml cannot be parsed.
    """
    table = ProjectFiles(tree).table("build-system")
    told = str(table.get("build-backend") or "setuptools.build_meta")
    family = _BACKENDS.get(told.partition(":")[0].partition(".")[0])
    if family is None and "backend-path" in table:
        wrapped = (str(text).replace("-", "_").lower() for text in table.get("requires", []))
        family = next(
            (_BACKENDS[name] for text in wrapped for name in _BACKENDS if text.startswith(name)), None
        )
    return family or f"other:{told}"


def find_import_roots(tree: Path, distribution: str) -> tuple[ImportRoot, ...]:
    """Find which packages and modules the project in `tree` is meant to ship, running nothing of it.

    Settings win over what lies about. A tree of extension modules alone may give none. Raises
    `MetadataUnreadable` where a configuration file cannot be parsed.
    """
    project, backend = ProjectFiles(tree), read_backend(tree)
    if declared := declared_roots(project, backend):
        return tuple(declared)
    source = default_package_dir(project) if backend == "setuptools" else ""
    by_name = backend in _NAMED_AFTER_DISTRIBUTION
    return tuple(lying_roots(tree, distribution, source=source, by_name=by_name))
