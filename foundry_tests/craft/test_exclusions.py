"""What configurations leave out on purpose, for each build backend."""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft.exclusions import find_exclusions
from foundry_tests.craft.building.projects import FLIT, HATCHLING, PROJECT, SETUPTOOLS, write

LEFT_OUT = "src/demo/left/out.py"


def of(backend: str) -> str:
    """Give a `build-system` table for a backend that is only named."""
    return f'[build-system]\nrequires = []\nbuild-backend = "{backend}"\n'


SETUP_PY = 'from setuptools import *\nsetup(packages=find_packages("src", exclude=["*.left"]))\n'
POETRY = of("poetry.core.masonry.api")


@pytest.mark.parametrize(
    ("pyproject", "more", "where"),
    [
        pytest.param(f'{HATCHLING}[tool.hatch.build]\nexclude = ["left"]\n', {}, "sw", id="hatchling"),
        pytest.param(
            f'{HATCHLING}[tool.hatch.build.targets.wheel]\nexclude = ["/src/demo/left"]\n',
            {},
            "w",
            id="hatchling wheel",
        ),
        pytest.param(HATCHLING, {".gitignore": "left/\n"}, "sw", id="hatchling gitignore"),
        pytest.param(f'{FLIT}[tool.flit.sdist]\nexclude = ["src/demo/left/"]\n', {}, "sw", id="flit"),
        pytest.param(
            f'{POETRY}[tool.poetry]\nexclude = ["src/demo/left/*"]\n',
            {},
            "sw",
            id="poetry",
        ),
        pytest.param(
            f'{POETRY}[tool.poetry]\nexclude = [{{path = "src/demo/left", format = "wheel"}}]\n',
            {},
            "w",
            id="poetry format",
        ),
        pytest.param(
            f'{of("pdm.backend")}[tool.pdm.build]\nexcludes = ["src/demo/left"]\n', {}, "sw", id="pdm"
        ),
        pytest.param(
            f'{of("uv_build")}[tool.uv.build-backend]\nwheel-exclude = ["left/**"]\n', {}, "w", id="uv_build"
        ),
        pytest.param(
            f'{of("scikit_build_core.build")}[tool.scikit-build]\nsdist.exclude = ["left"]\n',
            {},
            "sw",
            id="scikit",
        ),
        pytest.param(
            f'{of("maturin")}[tool.maturin]\nexclude = ["src/demo/left/*"]\n', {}, "sw", id="maturin"
        ),
        pytest.param(
            f'{SETUPTOOLS}[tool.setuptools.packages.find]\nwhere = ["src"]\nexclude = ["demo.left*"]\n',
            {},
            "w",
            id="setuptools find",
        ),
        pytest.param(SETUPTOOLS, {"MANIFEST.in": "graft src\nprune src/demo/left\n"}, "sw", id="prune"),
        pytest.param(SETUPTOOLS, {"MANIFEST.in": "global-exclude o*.py\n"}, "sw", id="global-exclude"),
        pytest.param(
            SETUPTOOLS, {"MANIFEST.in": "recursive-exclude src *.py\n"}, "sw", id="recursive-exclude"
        ),
        pytest.param(
            SETUPTOOLS,
            {"MANIFEST.in": "prune src/demo/left\nrecursive-include src \\\n  *.py\n"},
            "",
            id="taken in again",
        ),
        pytest.param(
            of("setuptools.build_meta"),
            {"setup.cfg": "[options]\npackages = find:\n[options.packages.find]\nexclude =\n  demo.left\n"},
            "w",
            id="setup.cfg",
        ),
        pytest.param(
            of("setuptools.build_meta"),
            {"setup.py": SETUP_PY},
            "w",
            id="setup.py",
        ),
        pytest.param(HATCHLING, {}, "", id="nothing said"),
    ],
)
def test_what_is_left_out(tmp_path: Path, pyproject: str, more: dict[str, str], where: str) -> None:
    """Each backend's way of leaving a file out is understood, for the sdist and the wheel apart."""
    exclusions = find_exclusions(write(tmp_path, {"pyproject.toml": pyproject, **more}))
    target = LEFT_OUT.removeprefix("src/")
    found = "".join(kind[0] for kind in ("sdist", "wheel") if exclusions.leave_out(LEFT_OUT, target, kind))
    assert found == where
    assert not exclusions.leave_out("src/demo/kept.cfg", "demo/kept.cfg", "wheel")


@pytest.mark.parametrize(
    ("pyproject", "more", "promised"),
    [
        pytest.param(
            f'{SETUPTOOLS}[tool.setuptools.package-data]\ndemo = ["*.json"]\n', {}, True, id="package-data"
        ),
        pytest.param(
            f'{SETUPTOOLS}[tool.setuptools.package-data]\n"*" = ["*.json"]\n', {}, True, id="any package"
        ),
        pytest.param(
            SETUPTOOLS + PROJECT, {"MANIFEST.in": "recursive-include src *.json\n"}, True, id="manifest"
        ),
        pytest.param(
            f"{SETUPTOOLS}{PROJECT}[tool.setuptools]\ninclude-package-data = false\n",
            {"MANIFEST.in": "recursive-include src *.json\n"},
            False,
            id="manifest for the sdist only",
        ),
        pytest.param(
            of("setuptools.build_meta"),
            {"setup.cfg": "[options.package_data]\ndemo = *.txt, *.json\n"},
            True,
            id="setup.cfg",
        ),
        pytest.param(
            of("setuptools.build_meta"),
            {"setup.py": 'from setuptools import setup\nsetup(package_data={"demo": ["d*.json"]})\n'},
            True,
            id="setup.py",
        ),
        pytest.param(SETUPTOOLS, {}, False, id="nothing"),
    ],
)
def test_what_is_promised(tmp_path: Path, pyproject: str, more: dict[str, str], promised: bool) -> None:
    """Data that setuptools is told to carry counts as promised."""
    exclusions = find_exclusions(write(tmp_path, {"pyproject.toml": pyproject, **more}))
    assert exclusions.promise("src/demo/data.json", "demo/data.json") is promised


def test_meson_handles_what_it_names(tmp_path: Path) -> None:
    """A script that meson.build runs is known to the author, though it is not installed."""
    text = "run_command(py, 'tools/generate.py')\npy.install_sources(['demo/__init__.py'])\n"
    tree = write(tmp_path, {"pyproject.toml": of("mesonpy"), "meson.build": text})
    assert find_exclusions(tree).handle("src/demo/generate.py")
    assert not find_exclusions(tree).handle("src/demo/forgotten.py")
