"""Miniature projects of one module `demo_pkg.py`, in every way in which a build backend is told of it.

Add here a setting by which real projects name a single module, or one that could lose its stub package.
Not here: building them (test_stub_package_archives), and what is refused (test_stub_package).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

CODE = '"""Demo."""\n\n\ndef add(first, second):\n    return first + second\n'
STUB = "def add(first: int, second: int) -> int: ...\n"
_PROJECT = '[project]\nname = "demo-pkg"\nversion = "1.0"\n'
_SETUP_PY = (
    'from setuptools import setup\n\nsetup(name="demo-pkg", version="1.0", py_modules=["demo_pkg"]{more})\n'
)
_SETUP_CFG = "[metadata]\nname = demo-pkg\nversion = 1.0\n\n[options]\npy_modules = demo_pkg\n"
_CALL = "from setuptools import setup\n\nsetup()\n"
_TESTS = {"tests/__init__.py": "", "tests/deep/__init__.py": "", "tests/deep/data.txt": ""}
_OLD = '[build-system]\nrequires = ["setuptools>=61,<69"]\nbuild-backend = "setuptools.build_meta"\n\n'


def _backend(requirement: str, module: str, rest: str = "") -> dict[str, str]:
    head = f'[build-system]\nrequires = ["{requirement}"]\nbuild-backend = "{module}"\n\n'
    return {"pyproject.toml": f"{head}{_PROJECT}\n{rest}"}


def _setuptools(rest: str = "") -> dict[str, str]:
    return _backend("setuptools", "setuptools.build_meta", rest)


def _hatchling(rest: str = "") -> dict[str, str]:
    return _backend("hatchling", "hatchling.build", rest)


def _poetry(rest: str = "") -> dict[str, str]:
    return _backend("poetry-core>=2", "poetry.core.masonry.api", rest)


def _pdm(rest: str = "") -> dict[str, str]:
    return _backend("pdm-backend", "pdm.backend", rest)


def _scikit(rest: str) -> dict[str, str]:
    return _backend("scikit-build-core", "scikit_build_core.build", f"[tool.scikit-build]\n{rest}")


_TOP, _SRC = "demo_pkg.py", "src/demo_pkg.py"
_SRC_DIR = 'package-dir = {"" = "src"}\n'
_WHEEL = "[tool.hatch.build.targets.wheel]\n"

SINGLE: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "setuptools-discovered": (_TOP, _setuptools()),
    "setuptools-discovered-src": (_SRC, _setuptools()),
    "setuptools-discovered-named-otherwise": (
        _TOP,
        {"pyproject.toml": _setuptools()["pyproject.toml"].replace("demo-pkg", "python-demo")},
    ),
    "setuptools-modules": (
        _TOP,
        _setuptools('[tool.setuptools]\npy-modules = ["demo_pkg"]  # the only one\n'),
    ),
    "setuptools-modules-src": (
        _SRC,
        _setuptools(f'[tool.setuptools]\npy-modules = ["demo_pkg"]\n{_SRC_DIR}')
        | {"MANIFEST.in": "exclude src/*/*.pyi\n"},
    ),
    "setuptools-no-packages": (
        _TOP,
        _setuptools('[tool.setuptools]\npackages = []\npy-modules = ["demo_pkg"]\n'),
    ),
    "setuptools-search": (
        _TOP,
        _setuptools(
            '[tool.setuptools]\npy-modules = ["demo_pkg"]\n\n'
            '[tool.setuptools.packages.find]\ninclude = ["x*"]\n'
        ),
    ),
    "setuptools-search-regular": (
        _TOP,
        _setuptools(
            '[tool.setuptools]\npy-modules = ["demo_pkg"]\n\n'
            '[tool.setuptools.packages.find]\nexclude = ["tests.deep"]\nnamespaces = false\n'
        )
        | _TESTS,
    ),
    "setuptools-excluded": (
        _TOP,
        _setuptools(
            '[tool.setuptools]\npy-modules = ["demo_pkg"]\n\n'
            '[tool.setuptools.exclude-package-data]\n"*" = ["*.pyi"]\n'
        )
        | {"MANIFEST.in": "global-exclude *.pyi", ".gitignore": "*.pyi\n"},
    ),
    "setup.cfg": (_TOP, {"setup.cfg": _SETUP_CFG, "setup.py": _CALL}),
    "setup.cfg-src": (_SRC, {"setup.cfg": f"{_SETUP_CFG}package_dir =\n    =src\n", "setup.py": _CALL}),
    "setup.cfg-packages": (
        _TOP,
        {"setup.cfg": f"{_SETUP_CFG}packages = tests, tests.deep\n", "setup.py": _CALL} | _TESTS,
    ),
    "setup.cfg-search": (
        _TOP,
        {
            "setup.cfg": f"{_SETUP_CFG}packages = find:\n\n[options.packages.find]\nexclude = *.deep\n",
            "setup.py": _CALL,
        }
        | _TESTS,
    ),
    "setup.cfg-search-namespaces": (
        _TOP,
        {
            "setup.cfg": f"{_SETUP_CFG}packages = find_namespace:\n\n"
            "[options.packages.find]\ninclude = tests\n",
            "setup.py": _CALL,
        }
        | _TESTS,
    ),
    "setup.cfg-with-project": (_TOP, _setuptools() | {"setup.cfg": "[options]\npy_modules = demo_pkg\n"}),
    "setup.py": (_TOP, {"setup.py": _SETUP_PY.format(more="")}),
    "setup.py-src": (_SRC, {"setup.py": _SETUP_PY.format(more=', package_dir={"": "src"}')}),
    "setup.py-data": (
        _TOP,
        {"setup.py": _SETUP_PY.format(more=', include_package_data=True, package_data={"": ["*.txt"]}')},
    ),
    "setup.py-no-packages": (
        _TOP,
        {
            "setup.py": _SETUP_PY.replace("setup\n", "find_packages, setup\n", 1).format(
                more=', packages=find_packages(exclude=["tests*"])'
            )
        }
        | _TESTS,
    ),
    "setup.py-with-project": (
        _TOP,
        _setuptools() | {"setup.py": 'from setuptools import setup\nsetup(py_modules=["demo_pkg"])\n'},
    ),
    "setup.py-manifest": (
        _TOP,
        {"setup.py": _SETUP_PY.format(more=""), "MANIFEST.in": "global-exclude *.pyi\n"},
    ),
    "hatchling": (_TOP, _hatchling()),
    "hatchling-ignored": (_TOP, _hatchling() | {".gitignore": "*.pyi\n"}),
    "hatchling-include": (
        _TOP,
        _hatchling(
            f'{_WHEEL}include = ["demo_pkg.py"]\n\n'
            '[tool.hatch.build.targets.sdist]\ninclude = ["/demo_pkg.py"]\n'
        ),
    ),
    "hatchling-include-src": (
        _SRC,
        _hatchling(f'{_WHEEL}include = ["src/*.py"]\nsources = ["src"]\n'),
    ),
    "hatchling-only-include": (
        _SRC,
        _hatchling(f'{_WHEEL}only-include = ["src/demo_pkg.py"]\nsources = ["src"]\nexclude = ["*.pyi"]\n'),
    ),
    "hatchling-only-include-folder": (
        _SRC,
        _hatchling(f'{_WHEEL}only-include = ["src"]\nsources = ["src"]\n'),
    ),
    "hatchling-packages": (_SRC, _hatchling(f'{_WHEEL}packages = ["src/demo_pkg.py"]\n')),
    "hatchling-shared": (_TOP, _hatchling('[tool.hatch.build]\nonly-include = ["demo_pkg.py"]\n')),
    "hatchling-forced": (
        "lib/impl.py",
        _hatchling('[tool.hatch.build.targets.wheel.force-include]\n"lib/impl.py" = "demo_pkg.py"\n'),
    ),
    "poetry": (_TOP, _poetry()),
    "poetry-src": (_SRC, _poetry('[tool.poetry]\nexclude = ["**/*.pyi"]\n')),
    "poetry-packages": (_TOP, _poetry('[tool.poetry]\npackages = [{ include = "demo_pkg.py" }]\n')),
    "poetry-packages-src": (
        _SRC,
        _poetry('[tool.poetry]\npackages = [\n  { include = "*.py", from = "src" },  # all\n]\n'),
    ),
    "pdm": (_TOP, _pdm()),
    "pdm-src": (_SRC, _pdm()),
    "pdm-includes": (_TOP, _pdm('[tool.pdm.build]\nincludes = ["demo_pkg.py"]\nexcludes = ["**/*.pyi"]\n')),
    "pdm-folder": (
        "lib/demo_pkg.py",
        _pdm('[tool.pdm.build]\npackage-dir = "lib"\nincludes = ["lib/demo_pkg.py"]\n'),
    ),
    "scikit-build-core": (_TOP, _scikit('wheel.cmake = false\nwheel.packages = ["demo_pkg.py"]\n')),
    "scikit-build-core-table": (
        _SRC,
        _scikit(
            'wheel.cmake = false\n\n[tool.scikit-build.wheel.packages]\n"demo_pkg.py" = "src/demo_pkg.py"\n'
        )
        | {".gitignore": "*.pyi\n"},
    ),
}
"""Name -> the module's path, and the files that configure the project."""

OLD_SINGLE: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "old-discovered": (_TOP, {"pyproject.toml": _OLD + _PROJECT}),
    "old-discovered-src": (_SRC, {"pyproject.toml": _OLD + _PROJECT}),
    "old-modules": (
        _TOP,
        {"pyproject.toml": f'{_OLD}{_PROJECT}[tool.setuptools]\npy-modules = ["demo_pkg"]\n'},
    ),
    "old-modules-src-no-data": (
        _SRC,
        {
            "pyproject.toml": f"{_OLD}{_PROJECT}[tool.setuptools]\ninclude-package-data = false\n{_SRC_DIR}"
            'py-modules = ["demo_pkg"]\n'
        },
    ),
    "old-search": (
        _TOP,
        {
            "pyproject.toml": f'{_OLD}{_PROJECT}[tool.setuptools]\npy-modules = ["demo_pkg"]\n'
            '[tool.setuptools.packages.find]\ninclude = ["demo*"]\n'
        },
    ),
    "old-setup.cfg": (_TOP, {"pyproject.toml": _OLD, "setup.cfg": _SETUP_CFG}),
    "old-setup.cfg-search": (
        _TOP,
        {"pyproject.toml": _OLD, "setup.cfg": f"{_SETUP_CFG}packages = find:\n"} | _TESTS,
    ),
    "old-setup.py": (_TOP, {"pyproject.toml": _OLD, "setup.py": _SETUP_PY.format(more="")}),
    "old-setup.py-data": (
        _TOP,
        {"pyproject.toml": _OLD, "setup.py": _SETUP_PY.format(more=", include_package_data=True")},
    ),
}
"""The same for a setuptools that includes no typing files by itself."""


def write_module(folder: Path, module: str, files: Mapping[str, str]) -> Path:
    """Write the project's settings and the module in its place."""
    for name, text in ({module: CODE} | dict(files)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    return folder
