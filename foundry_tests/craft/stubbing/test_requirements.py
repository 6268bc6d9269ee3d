"""Requirements of a distribution, read where they stand literally.

Add here a place where they stand, or one that does not count.
Not here: installing them (test_views).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.stubbing.requirements import declared_requirements
from foundry_tests.craft.stubbing.small_packages import write

_CASES: list[tuple[dict[str, str], tuple[str, ...]]] = [
    ({}, ()),
    (
        {
            "pyproject.toml": "[project]\nname='d'\ndependencies = ['attrs>=23', 'six', 'six', 'no requirement!']\n"  # noqa: E501
        },
        ("attrs>=23", "six"),
    ),
    (
        {
            "pyproject.toml": "[project]\nname='d'\ndependencies = ['a; python_version>\"3\"', 'b; python_version<\"3\"',"  # noqa: E501
            " 'c; extra == \"x\"', 'd @ https://example.org/d.whl', 'e[f]>1']\n"
        },
        ("a", "e[f]>1"),
    ),
    ({"setup.cfg": "[options]\ninstall_requires =\n    attrs\n    six>1 # why\n"}, ("attrs",)),
    ({"setup.py": "from setuptools import setup\nsetup(install_requires=['attrs'])\n"}, ("attrs",)),
    (
        {
            "pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.11'\nattrs = '^23'\nsix = {version = '*'}\n"  # noqa: E501
            "near = {path = '../near'}\nrepo = {git = 'https://example.org'}\nopt = {version = '1', optional = true}\n"  # noqa: E501
        },
        ("attrs", "six"),
    ),
    ({"PKG-INFO": "Metadata-Version: 2.1\nName: d\nVersion: 1\nRequires-Dist: attrs>1\n"}, ("attrs>1",)),
]


@pytest.mark.parametrize(("files", "expected"), _CASES)
def test_requirements_are_read_where_they_stand(
    files: dict[str, str], expected: tuple[str, ...], tmp_path: Path
) -> None:
    """Only what everybody gets from an index counts, and nothing is asked of a build backend."""
    write(tmp_path, files)
    assert declared_requirements(ProjectFiles(tmp_path)) == expected
