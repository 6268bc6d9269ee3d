"""What a source says it needs is read from whatever file says it, and a broken file is no crash.

Add here another file in which needs are stated.
Not here: what follows for the order of releases (test_dependency_order).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft.dependency_order import needed_names
from foundry_assets.craft.stated_requirements import stated_requirements


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"pyproject.toml": '[project]\ndependencies = ["a>=1", "B_b"]\n'}, {"a", "b-b"}),
        (
            {"pyproject.toml": '[build-system]\nrequires = ["hatchling", "own-plugin"]\n'},
            {"hatchling", "own-plugin"},
        ),
        ({"pyproject.toml": "[build-system]\nrequires = 1\n"}, set()),
        ({"setup.cfg": "[options]\ninstall_requires =\n  a\n  b<2\n"}, {"a", "b"}),
        ({"setup.py": "from setuptools import setup\nsetup(install_requires=['a'])\n"}, {"a"}),
        ({"pyproject.toml": "[project\n"}, set()),
        ({}, set()),
    ],
)
def test_stated_needs_are_found(tmp_path: Path, files: dict[str, str], names: set[str]) -> None:
    """The requirements of the project and of its build, from the files in which people write them."""
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert needed_names(stated_requirements(tmp_path)) == names
