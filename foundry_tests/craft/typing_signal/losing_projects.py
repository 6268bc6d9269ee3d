"""Miniature projects whose own settings lose typing files, one or more a build backend.

Add here a setting that drops `*.pyi` or `py.typed` from an archive, as real projects have it.
Not here: building them (test_archives) and what is edited (test_inclusion).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_CODE = {
    "__init__.py": '"""Demo."""\n\nLIMIT: int = 3\n',
    "core.py": "def add(first: int, second: int) -> int:\n    return first + second\n",
    "deep/__init__.py": "",
    "deep/part.py": "def part(text):\n    return text\n",
    "deep/part.pyi": "def part(text: str) -> str: ...\n",
    "data.txt": "data\n",
}
TYPING_FILES = ("deep/part.pyi", "py.typed")
_PROJECT = '[project]\nname = "demo-pkg"\nversion = "1.0"\n'
_PACKAGES = '["demo_pkg", "demo_pkg.deep"]'
_SETUP_PY = f"""from setuptools import setup

setup(name="demo-pkg", version="1.0", packages={_PACKAGES})
"""
_SETUP_CFG = "[metadata]\nname = demo-pkg\nversion = 1.0\n\n[options]\npackages = find:\n"
_OLD_SETUPTOOLS = (
    '[build-system]\nrequires = ["setuptools>=61,<69"]\nbuild-backend = "setuptools.build_meta"\n'
)


def _backend(requirement: str, module: str, rest: str = "", *, project: str = _PROJECT) -> str:
    return f'[build-system]\nrequires = ["{requirement}"]\nbuild-backend = "{module}"\n\n{project}{rest}'


LOSING: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "setuptools-pyproject": (
        "src/demo_pkg",
        {
            "pyproject.toml": _backend(
                "setuptools",
                "setuptools.build_meta",
                '\n[tool.setuptools.exclude-package-data]\n"*" = ["*.pyi", "*.txt"]\n',
            ),
            "MANIFEST.in": "global-exclude *.typed",
        },
    ),
    "setuptools-setup-cfg": (
        "demo_pkg",
        {
            "setup.cfg": _SETUP_CFG + "\n[options.exclude_package_data]\ndemo_pkg = py.typed\n",
            "setup.py": "from setuptools import setup\n\nsetup()\n",
            "MANIFEST.in": "recursive-exclude demo_pkg *.pyi\n",
        },
    ),
    "setuptools-setup-py": (
        "demo_pkg",
        {
            "setup.py": _SETUP_PY,
            "MANIFEST.in": "recursive-exclude demo_pkg/deep *.pyi\nglobal-exclude py.t*\n",
        },
    ),
    "hatchling-gitignore": (
        "src/demo_pkg",
        {"pyproject.toml": _backend("hatchling", "hatchling.build"), ".gitignore": "*.pyi\n*.typed\n"},
    ),
    "hatchling-include": (
        "demo_pkg",
        {
            "pyproject.toml": _backend(
                "hatchling",
                "hatchling.build",
                '\n[tool.hatch.build.targets.sdist]\ninclude = ["/demo_pkg/**/*.py"]\nartifacts = ["*.txt"]\n'
                "\n[tool.hatch.build.targets.wheel]\nonly-include = [\n"
                '  "demo_pkg/__init__.py",  # the door\n'
                '  "demo_pkg/core.py",\n  "demo_pkg/deep",\n]\nexclude = ["*.pyi"]\n',
            )
        },
    ),
    "flit": (
        "demo_pkg",
        {
            "pyproject.toml": _backend(
                "flit_core",
                "flit_core.buildapi",
                '\n[tool.flit.sdist]\nexclude = ["**/*.pyi", "demo_pkg/*.t*"]\n',
                project='[project]\nname = "demo-pkg"\nversion = "1.0"\ndescription = "Demo."\n',
            )
        },
    ),
    "poetry": (
        "demo_pkg",
        {
            "pyproject.toml": _backend(
                "poetry-core>=2",
                "poetry.core.masonry.api",
                '\n[tool.poetry]\npackages = [{ include = "demo_pkg/**/*.py" }]\nexclude = ["**/*.pyi"]\n',
            )
        },
    ),
    "poetry-src": (
        "src/demo_pkg",
        {
            "pyproject.toml": _backend(
                "poetry-core>=2",
                "poetry.core.masonry.api",
                '\n[tool.poetry]\npackages = [{ include = "demo_pkg/**/*.py", from = "src" }]\n',
            )
        },
    ),
    "pdm": (
        "src/demo_pkg",
        {
            "pyproject.toml": _backend(
                "pdm-backend",
                "pdm.backend",
                '\n[tool.pdm.build]\nincludes = ["src/demo_pkg/**/*.py"]\nexcludes = ["**/*.pyi"]\n',
            )
        },
    ),
    "uv_build": (
        "src/demo_pkg",
        {
            "pyproject.toml": _backend(
                "uv_build",
                "uv_build",
                '\n[tool.uv.build-backend]\nsource-exclude = ["*.pyi"]\n'
                'wheel-exclude = ["py.typed", "*.txt"]\n',
            )
        },
    ),
    "scikit-build-core": (
        "src/demo_pkg",
        {
            "pyproject.toml": _backend(
                "scikit-build-core",
                "scikit_build_core.build",
                '\n[tool.scikit-build]\nwheel.cmake = false\nwheel.exclude = ["*.pyi"]\n',
            ),
            ".gitignore": "*.typed\n",
        },
    ),
}
"""Name -> the package's folder, and the files that configure the project."""

OLD: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "old-pyproject": ("demo_pkg", {"pyproject.toml": _OLD_SETUPTOOLS + "\n" + _PROJECT}),
    "old-pyproject-no-data": (
        "demo_pkg",
        {
            "pyproject.toml": f"{_OLD_SETUPTOOLS}\n{_PROJECT}\n[tool.setuptools]\n"
            f"include-package-data = false\npackages = {_PACKAGES}\n"
        },
    ),
    "old-setup-cfg": (
        "demo_pkg",
        {
            "pyproject.toml": _OLD_SETUPTOOLS,
            "setup.cfg": _SETUP_CFG + "\n[options.package_data]\n# the author's\ndemo_pkg = data.txt\n",
        },
    ),
    "old-setup-py": ("demo_pkg", {"pyproject.toml": _OLD_SETUPTOOLS, "setup.py": _SETUP_PY}),
}
"""The same for a setuptools that includes no typing files by itself."""


def write_project(folder: Path, package: str, files: Mapping[str, str]) -> Path:
    """Write the project's settings and the demo package in its place."""
    inside = {f"{package}/{name}": text for name, text in _CODE.items()}
    for name, text in (inside | dict(files)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    return folder
