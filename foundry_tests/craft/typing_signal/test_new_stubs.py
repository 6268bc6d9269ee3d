"""New stubs inside packages: one beside every module, planned before they are there, in both archives.

Add here a setting that could lose a file which is not in the tree yet.
Not here: the author's own typing files (test_archives), and single modules (test_stub_package_archives).
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from foundry_assets.craft.building.repository import own_repository
from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.import_roots import find_import_roots, read_backend
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.typing_signal.inclusion import carrier_of, plan_inclusion
from foundry_tests.craft.typing_signal.archives import build_archives
from foundry_tests.craft.typing_signal.losing_projects import LOSING, OLD, write_project

_NEW = ("__init__.pyi", "core.pyi", "deep/__init__.pyi", "py.typed")
_EVERY = (*_NEW, "deep/part.pyi")
_PROJECT = '[project]\nname = "demo-pkg"\nversion = "1.0"\ndescription = "Demo."\n'
_IGNORED = {".gitignore": "*.pyi\npy.typed\n"}
_NO_CMAKE = "\n[tool.scikit-build]\nwheel.cmake = false\n"
_HOOKS = {
    "setuptools": "setuptools.build_meta",
    "hatchling": "hatchling.build",
    "flit_core": "flit_core.buildapi",
    "poetry-core": "poetry.core.masonry.api",
    "pdm-backend": "pdm.backend",
    "uv_build": "uv_build",
    "scikit-build-core": "scikit_build_core.build",
}


def _pyproject(backend: str, rest: str = "") -> dict[str, str]:
    head = f'[build-system]\nrequires = ["{backend}"]\nbuild-backend = "{_HOOKS[backend]}"\n\n'
    more = _NO_CMAKE if backend == "scikit-build-core" else ""
    return {"pyproject.toml": f"{head}{_PROJECT}{more}{rest}"}


def _setup_py(arguments: str = "", manifest: str = "", requirement: str = "setuptools") -> dict[str, str]:
    packages = '["demo_pkg", "demo_pkg.deep"]'
    call = f'setup(name="demo-pkg", version="1.0", packages={packages}{arguments})'
    head = f'[build-system]\nrequires = ["{requirement}"]\nbuild-backend = "setuptools.build_meta"\n'
    files = {"setup.py": f"from setuptools import setup\n\n{call}\n", "pyproject.toml": head}
    return files | ({"MANIFEST.in": manifest} if manifest else {})


_DATA = ', package_data={"": ["*.txt"]}'
_TOP, _SRC = "demo_pkg", "src/demo_pkg"
_KILLING = "graft demo_pkg\nglobal-exclude *.pyi *.typed\n"

MORE: Mapping[str, tuple[str, Mapping[str, str]]] = {
    **{f"{backend}-ignored": (_SRC, _pyproject(backend) | _IGNORED) for backend in _HOOKS},
    "hatchling-both": (
        _SRC,
        _pyproject(
            "hatchling",
            '\n[tool.hatch.build.targets.sdist]\nexclude = ["*.pyi"]\n\n'
            '[tool.hatch.build.targets.wheel]\npackages = ["src/demo_pkg"]\nexclude = ["**/*.pyi"]\n',
        ),
    ),
    "pdm-modules": (
        _SRC,
        _pyproject("pdm-backend", '\n[tool.pdm.build]\nincludes = ["src/demo_pkg/**/*.py"]\n'),
    ),
    "scikit-build-core-both": (
        _TOP,
        _pyproject("scikit-build-core", 'sdist.exclude = ["*.pyi"]\nwheel.exclude = ["**/*.pyi"]\n'),
    ),
    "uv_build-flat": (
        _TOP,
        _pyproject(
            "uv_build",
            '\n[tool.uv.build-backend]\nmodule-root = ""\nsource-exclude = ["demo_pkg/deep/*.pyi"]\n'
            'wheel-exclude = ["*.pyi"]\n',
        ),
    ),
    "poetry-git-ignored": (_TOP, _pyproject("poetry-core") | _IGNORED),
    "poetry-git-ignored-src": (_SRC, _pyproject("poetry-core") | _IGNORED),
    "setup.py": (_TOP, _setup_py()),
    "setup.py-no-data": (_TOP, _setup_py(", include_package_data=False", _KILLING)),
    "setup.py-data": (_TOP, _setup_py(", include_package_data=True", _KILLING)),
    "setup.py-both-data": (
        _TOP,
        _setup_py(
            f", include_package_data=True{_DATA}",
            "prune demo_pkg/deep\nrecursive-include demo_pkg/deep *.py\n",
        ),
    ),
}

_PINNED = "setuptools>=61,<69"
_FIND = "[tool.setuptools.packages.find]\n"
OLD_MORE: Mapping[str, tuple[str, Mapping[str, str]]] = {
    **OLD,
    "old-search": (
        _TOP,
        {
            "pyproject.toml": f'[build-system]\nrequires = ["{_PINNED}"]\n{_PROJECT}'
            f'{_FIND}include = ["demo*"]\n'
        },
    ),
    "old-search-src": (
        _SRC,
        {"pyproject.toml": f'[build-system]\nrequires = ["{_PINNED}"]\n{_PROJECT}{_FIND}where = ["src"]\n'},
    ),
    "old-setup.py-no-data": (_TOP, _setup_py(", include_package_data=False", _KILLING, _PINNED)),
    "old-setup.py-data": (_TOP, _setup_py(", include_package_data=True", _KILLING, _PINNED)),
    "old-setup.py-both-data": (_TOP, _setup_py(f", include_package_data=True{_DATA}", "", _PINNED)),
}
_ALL = {**LOSING, **MORE}
_CASES = [pytest.param(name, marks=[] if name == "setup.py-no-data" else pytest.mark.slow) for name in _ALL]


@pytest.mark.parametrize("name", _CASES)
def test_stubs_of_all_modules_reach_both_archives(
    name: str, tmp_path: Path, backends: FreshEnvironment
) -> None:
    """Every backend, with settings that lose typing files, ships stubs that are written after the plan."""
    tree = write_project(tmp_path / "tree", *_ALL[name])
    if "git-ignored" in name:
        subprocess.run([shutil.which("git") or "git", "init", "--quiet", str(tree)], check=True)
    _build_and_look(tree, _ALL[name][0], tmp_path / "out", backends)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pyproject_hooks.BuildBackendWarning")  # of pyproject.toml as a novelty
@pytest.mark.parametrize("version", ["61.0.0", "68.2.2", "84.2.1"])
@pytest.mark.parametrize("name", OLD_MORE)
def test_a_pinned_setuptools_ships_them(
    name: str, version: str, tmp_path: Path, setuptools_of: Callable[[str], FreshEnvironment]
) -> None:
    """A build requirement of just one version gets what that version needs."""
    package, files = OLD_MORE[name]
    pinned = {path: text.replace(_PINNED, f"setuptools=={version}") for path, text in files.items()}
    tree = write_project(tmp_path / "tree", package, pinned)
    _build_and_look(tree, package, tmp_path / "out", setuptools_of(version))


@pytest.mark.parametrize(
    ("script", "carried"),
    [
        ("install_subdir('demo_pkg', install_dir: py.get_install_dir())\n", _EVERY),
        (
            "py.install_sources('demo_pkg/__init__.py', 'demo_pkg/core.py', 'demo_pkg/py.typed')\n",
            ("py.typed",),
        ),
    ],
)
def test_meson_ships_what_its_own_script_names(script: str, carried: tuple[str, ...], tmp_path: Path) -> None:
    """A folder that is installed whole takes new stubs along; a list of files does not, and is not edited."""
    files = {"pyproject.toml": '[build-system]\nbuild-backend = "mesonpy"\n', "meson.build": script}
    tree = write_project(tmp_path, _TOP, files)
    project = ProjectFiles(tree)
    carrier = carrier_of(project, "meson-python", find_import_roots(tree, "demo-pkg"))
    plan = plan_inclusion(project, carrier, [f"{_TOP}/{name}" for name in _EVERY])
    assert (set(plan.carried), plan.edits) == ({f"{_TOP}/{name}" for name in carried}, ())


@pytest.mark.slow
def test_meson_really_does(tmp_path: Path) -> None:
    """Built from a repository that has the new stubs committed, both archives hold the whole folder."""
    script = (
        "project('demo-pkg', version: '1.0')\npy = import('python').find_installation(pure: true)\n"
        "install_subdir('demo_pkg', install_dir: py.get_install_dir())\n"
    )
    head = f'[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n{_PROJECT}'
    tree = write_project(tmp_path / "tree", _TOP, {"pyproject.toml": head, "meson.build": script})
    environment = FreshEnvironment(tmp_path / "environment", home=tmp_path / "home")
    environment.install(["meson-python", "ninja"])
    _build_and_look(tree, _TOP, tmp_path / "out", environment)


@pytest.mark.parametrize(
    ("exclude", "carried", "edits"),
    [
        ('["*.pyi", "*.txt"]', _EVERY, 1),
        ('["demo_pkg/deep/*.pyi"]', _EVERY, 1),
        ('[{ path = "**/*.pyi", format = "wheel" }]', ("py.typed",), 0),
    ],
)
def test_maturin_spares_them(exclude: str, carried: tuple[str, ...], edits: int, tmp_path: Path) -> None:
    """Patterns are narrowed; a table holds for one archive only, so what it excludes is not promised."""
    pyproject = f'[build-system]\nbuild-backend = "maturin"\n[tool.maturin]\nexclude = {exclude}\n'
    tree = write_project(tmp_path, "python/demo_pkg", {"pyproject.toml": _PROJECT + pyproject})
    project = ProjectFiles(tree)
    carrier = carrier_of(project, "maturin", find_import_roots(tree, "demo-pkg"))
    plan = plan_inclusion(project, carrier, [f"python/demo_pkg/{name}" for name in _EVERY])
    assert set(plan.carried) == {f"python/demo_pkg/{name}" for name in carried}
    assert len(plan.edits) == edits
    assert not any("pyi" in edit.text for edit in plan.edits)


def _build_and_look(tree: Path, package: str, out: Path, environment: FreshEnvironment) -> None:
    project, backend = ProjectFiles(tree), read_backend(tree)
    carrier = carrier_of(project, backend, find_import_roots(tree, "demo-pkg"))
    plan = plan_inclusion(project, carrier, [f"{package}/{name}" for name in _EVERY])
    assert set(plan.carried) == {f"{package}/{name}" for name in _EVERY}
    for edit in plan.edits:
        edit.write(tree)
    for name in _NEW:
        (tree / package / name).touch(exist_ok=False)
    is_meson = backend == "meson-python"
    repository = (
        own_repository(tree, home=out / "git", epoch=1_000_000_000) if is_meson else contextlib.nullcontext()
    )
    with repository:
        built = build_archives(tree, out, environment)
    assert sorted(set(plan.carried) - built.sdist) == []
    assert sorted({f"demo_pkg/{name}" for name in _EVERY} - built.wheel) == []
    assert not any(member.startswith("src/") for member in built.wheel)
