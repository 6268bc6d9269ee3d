"""The version of a file is read as its backend would find it, and nothing of the project is run.

Add here a row for another backend's way.
Not here: tags (test_tags).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft.staging.project_files import read_project
from foundry_assets.craft.watching.version_files import version_in_file

SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
DYNAMIC = '[project]\nname = "demo-pkg"\ndynamic = ["version"]\n'
HATCH = f'[build-system]\nrequires = []\nbuild-backend = "hatchling.build"\n{DYNAMIC}[tool.hatch.version]\n'
BOOM = 'raise SystemExit("it was executed")\n'
CASES: dict[str, tuple[dict[str, str], str | None]] = {
    "setuptools, attr": (
        {
            "pyproject.toml": f"{SETUPTOOLS}{DYNAMIC}[tool.setuptools.dynamic]\n"
            'version = {attr = "demo_pkg.__version__"}\n',
            "src/demo_pkg/__init__.py": f'{BOOM}__version__ = "1.1"\n',
        },
        "1.1",
    ),
    "setuptools, attr of a module, a tuple": (
        {
            "pyproject.toml": f'{SETUPTOOLS}{DYNAMIC}[tool.setuptools]\npackage-dir = {{"" = "python"}}\n'
            '[tool.setuptools.dynamic]\nversion = {attr = "demo_pkg.about.VERSION"}\n',
            "python/demo_pkg/about.py": "VERSION: tuple[int, ...] = (1, 2, 3)\n",
        },
        "1.2.3",
    ),
    "setuptools, file": (
        {
            "pyproject.toml": f"{SETUPTOOLS}{DYNAMIC}[tool.setuptools.dynamic]\n"
            'version = {file = ["VERSION"]}\n',
            "VERSION": "1.3\n",
        },
        "1.3",
    ),
    "setup.cfg, attr": (
        {
            "setup.py": "",
            "setup.cfg": "[metadata]\nname = a\nversion = attr: demo.__version__\n",
            "demo.py": "__version__ = '1.4'",
        },
        "1.4",
    ),
    "setup.cfg, file": (
        {"setup.py": "", "setup.cfg": "[metadata]\nname = a\nversion = file: V.txt\n", "V.txt": "1.5"},
        "1.5",
    ),
    "setup.py, literal": ({"setup.py": f'{BOOM}setuptools.setup(name="a", version="1.6")\n'}, "1.6"),
    "setup.py, computed": ({"setup.py": 'setup(name="a", version=made())\n'}, None),
    "hatch": (
        {"pyproject.toml": f'{HATCH}path = "a.py"\n', "a.py": f"{BOOM}__version__ = 'v1.7'\n"},
        "1.7",
    ),
    "hatch, pattern": (
        {
            "pyproject.toml": f"{HATCH}path = 'a.txt'\npattern = 'now (?P<version>.+)$'\n",
            "a.txt": "now 1.8\n",
        },
        "1.8",
    ),
    "hatch, code": ({"pyproject.toml": f'{HATCH}source = "code"\npath = "a.py"\n', "a.py": BOOM}, None),
    "hatch, file gone": ({"pyproject.toml": f'{HATCH}path = "a.py"\n'}, None),
    "pdm": (
        {
            "pyproject.toml": f'[build-system]\nrequires = []\nbuild-backend = "pdm.backend"\n{DYNAMIC}'
            '[tool.pdm.version]\nsource = "file"\npath = "a.py"\n',
            "a.py": '__version__ = "1.9"\n',
        },
        "1.9",
    ),
    "scikit-build-core": (
        {
            "pyproject.toml": f'[build-system]\nrequires = []\nbuild-backend = "scikit_build_core.build"\n'
            f"{DYNAMIC}[tool.scikit-build.metadata.version]\n"
            'provider = "scikit_build_core.metadata.regex"\ninput = "a.py"\n',
            "a.py": '__version__ = "2.0"\n',
        },
        "2.0",
    ),
    "flit": (
        {
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "flit_core.buildapi"\n'
            '[project]\nname = "demo-pkg"\ndynamic = ["version", "description"]\n',
            "demo_pkg.py": f'"""A module."""\n{BOOM}__version__ = "2.1"\n',
        },
        "2.1",
    ),
    "an assignment that is no literal": (
        {
            "pyproject.toml": f'{SETUPTOOLS}{DYNAMIC}[tool.setuptools.dynamic]\nversion = {{attr = "d.v"}}\n',
            "d.py": "v = made()\n",
        },
        None,
    ),
    "a module that does not parse": (
        {
            "pyproject.toml": f'{SETUPTOOLS}{DYNAMIC}[tool.setuptools.dynamic]\nversion = {{attr = "d.v"}}\n',
            "d.py": "v = (\n",
        },
        None,
    ),
    "a module that no parser comes to the end of": (
        {
            "pyproject.toml": f'{SETUPTOOLS}{DYNAMIC}[tool.setuptools.dynamic]\nversion = {{attr = "d.v"}}\n',
            "d.py": f"v = {'-' * 200_000}1\n",
        },
        None,
    ),
    "a device": (
        {
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "hatchling.build"\n'
            f'{DYNAMIC}[tool.hatch.version]\npath = "/dev/zero"\n',
        },
        None,
    ),
    "nothing that is known": (
        {"pyproject.toml": f'[build-system]\nrequires = []\nbuild-backend = "own"\n{DYNAMIC}'},
        None,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_version_is_read_where_the_backend_reads_it(tmp_path: Path, name: str) -> None:
    """A literal is found without executing anything; whatever is computed is left to the backend."""
    files, version = CASES[name]
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert version_in_file(read_project(tmp_path)) == version
