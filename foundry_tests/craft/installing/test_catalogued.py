"""What the packages of a catalog are imported as.

Add here a kind of source and the names that it gives.
Not here: finding import roots (test_import_roots).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.catalog import GitSource, Package
from foundry_assets.craft.installing.catalogued import Catalogued
from foundry_tests.craft.staging.sources import project


def test_every_kind_of_entry_gives_its_import_name(tmp_path: Path) -> None:
    """A main file's folder, a project's packages, and the name itself where the source is not at hand."""
    flat, cloned = tmp_path / "x_make_a_x", GitSource(git="https://code.example/x_make_c_x.git")
    packages = [
        Package(name="x-0000-a", source=flat, main_file="x_cls_a.py", version="1"),
        Package(name="x-0000-b", source=tmp_path, main_file="src/pkg_b/__init__.py", version="1"),
        Package(name="x-0000-c", source=cloned, main_file="main.py", version="1"),
        Package(name="demo-pkg", source=project(tmp_path / "demo")),
        Package(name="far-away", source=GitSource(git="https://code.example/far.git")),
        Package(name="own", source=tmp_path / "own"),
        Package(name="gone-pkg", source=tmp_path / "gone"),
    ]
    names = Catalogued(packages, apart="own")
    assert dict(names) == {
        "x_make_a_x": "x-0000-a",
        "pkg_b": "x-0000-b",
        "x_make_c_x": "x-0000-c",
        "demo_pkg": "demo-pkg",
        "far_away": "far-away",
        "gone_pkg": "gone-pkg",
    }
    assert len(names) == len(packages) - 1


def test_a_source_that_cannot_be_read_stops_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package of the catalog with an unparsable pyproject.toml goes by its name."""
    (tmp_path / "pyproject.toml").write_text("[project")
    assert dict(Catalogued([Package(name="a-b", source=tmp_path)], apart="")) == {"a_b": "a-b"}
