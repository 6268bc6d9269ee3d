"""Import roots: found from the tree and its static configuration, with nothing of the project executed.

Add here a backend's setting, or a layout, as a row of the table in layouts.
Not here: what archives hold (test_contents).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundry_assets.craft.import_roots import ImportRoot, find_import_roots, read_backend
from foundry_assets.craft.import_roots.places import is_named_after
from foundry_assets.errors import MetadataUnreadable
from foundry_tests.craft.layouts import LAYOUTS

_BACKENDS = [
    ("", "setuptools"),
    ('build-backend = "setuptools.build_meta:__legacy__"', "setuptools"),
    ('build-backend = "hatchling.build"', "hatchling"),
    ('build-backend = "flit_core.buildapi"', "flit"),
    ('build-backend = "poetry.core.masonry.api"', "poetry"),
    ('build-backend = "pdm.backend"', "pdm"),
    ('build-backend = "uv_build"', "uv_build"),
    ('build-backend = "scikit_build_core.build"', "scikit-build-core"),
    ('build-backend = "mesonpy"', "meson-python"),
    ('build-backend = "maturin"', "maturin"),
    ('build-backend = "whey"', "other:whey"),
    ('build-backend = "own"\nbackend-path = ["."]\nrequires = ["setuptools>=70"]', "setuptools"),
    ('build-backend = "own"\nbackend-path = ["."]', "other:own"),
]


@pytest.mark.parametrize(("lines", "family"), _BACKENDS)
def test_the_backend_family_is_read(lines: str, family: str, tmp_path: Path) -> None:
    """Every family is known by its name in pyproject.toml, wrapped ones by what they require."""
    _write(tmp_path, {"pyproject.toml": f"[build-system]\n{lines}\n"})
    assert read_backend(tmp_path) == family


def test_a_tree_without_pyproject_is_built_by_setuptools(tmp_path: Path) -> None:
    """PEP 517's fallback is the default."""
    assert read_backend(tmp_path) == "setuptools"


@pytest.mark.parametrize(
    ("files", "distribution", "told"), [row[1:] for row in LAYOUTS], ids=[row[0] for row in LAYOUTS]
)
def test_roots_are_found(files: dict[str, str], distribution: str, told: str, tmp_path: Path) -> None:
    """Settings win, names come next, and what only lies there is told as uncertain."""
    _write(tmp_path, files)
    assert ", ".join(map(_told, find_import_roots(tmp_path, distribution))) == told


def test_nothing_is_executed(tmp_path: Path) -> None:
    """A setup.py that would do harm is only read."""
    harm = "from setuptools import setup\nopen('harm', 'w').close()\nsetup(packages=['one'])\n"
    _write(tmp_path, {"setup.py": harm, "one/__init__.py": "open('harm', 'w').close()\n"})
    assert [root.name for root in find_import_roots(tmp_path, "demo")] == ["one"]
    assert not (tmp_path / "harm").exists()
    assert not Path("harm").exists()


@pytest.mark.parametrize(
    ("name", "text"), [("pyproject.toml", "= 1"), ("setup.cfg", "[options"), ("setup.py", "def (")]
)
def test_a_broken_file_is_named(name: str, text: str, tmp_path: Path) -> None:
    """A configuration file that cannot be parsed is a fault of its own, not an empty answer."""
    _write(tmp_path, {name: text})
    with pytest.raises(MetadataUnreadable, match=name):
        find_import_roots(tmp_path, "demo")


@given(st.from_regex(r"[a-z][a-z0-9]{0,5}([-_.][a-z0-9]{1,5}){0,3}", fullmatch=True))
def test_names_are_compared_as_indexes_do(name: str) -> None:
    """Dashes, underscores, dots and case make no difference between the two names (PEP 503)."""
    assert is_named_after(name.replace("-", "_").replace(".", "_"), name.upper())
    assert not is_named_after(f"{name}x", name)


def _told(root: ImportRoot) -> str:
    return f"{root.path} {root.name} {root.kind[0].upper()}{'+' if root.certain else '-'}"


def _write(tree: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text, "utf-8")
