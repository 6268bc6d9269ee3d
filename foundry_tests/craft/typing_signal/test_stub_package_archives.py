"""A single module's stub package: in both archives with every backend, and found by type checkers.

Add here a backend, or a way in which it is told of a module (single_modules).
Not here: refusals and the shape of edits (test_stub_package), and stubs inside packages (test_new_stubs).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from foundry_assets.content import list_tree
from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.import_roots import find_import_roots, read_backend
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.typing_signal.stub_package import StubPackagePlan, plan_stub_package
from foundry_tests.craft.typing_signal.archives import Archives, build_archives
from foundry_tests.craft.typing_signal.single_modules import OLD_SINGLE, SINGLE, STUB, write_module

_FEW = ("setup.py", "hatchling", "poetry-src", "pdm", "scikit-build-core-table")
"""What every run builds; the others are slow only by their number."""
_BY_ITSELF = (
    "setuptools-discovered",
    "setuptools-discovered-src",
    "setuptools-discovered-named-otherwise",
    "hatchling-only-include-folder",
)
"""Where the folder is taken along unasked; what the first names is for those who read the tree later."""
_IN_WHEEL = "demo_pkg-stubs/__init__.pyi"
_CASES = [pytest.param(name, marks=[] if name in _FEW else pytest.mark.slow) for name in SINGLE]


@pytest.mark.parametrize("name", _CASES)
def test_both_archives_hold_the_stub_package(name: str, tmp_path: Path, backends: FreshEnvironment) -> None:
    """The sdist and the wheel built from it hold stub and module, and the finished tree tells of both."""
    tree = write_module(tmp_path / "tree", *SINGLE[name])
    plan = _carry_out(tree)
    built = build_archives(tree, tmp_path / "out", backends)
    assert _lacking(plan, built) == []
    assert {root.name for root in find_import_roots(tree, "demo-pkg")} >= {"demo_pkg", "demo_pkg-stubs"}


@pytest.mark.slow
@pytest.mark.parametrize("name", SINGLE)
def test_nothing_else_comes_or_goes(name: str, tmp_path: Path, backends: FreshEnvironment) -> None:
    """But for the stub and a settings file that is new, the archives hold what they held without it."""
    tree = write_module(tmp_path / "tree", *SINGLE[name])
    before = build_archives(tree, tmp_path / "before", backends)
    plan = _carry_out(write_module(tmp_path / "again", *SINGLE[name]))
    after = build_archives(tmp_path / "again", tmp_path / "after", backends)
    settings = {edit.path for edit in plan.edits}
    assert after.sdist - settings == (before.sdist - settings) | {plan.path}
    assert after.wheel == before.wheel | {_IN_WHEEL}


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in SINGLE if name not in _BY_ITSELF])
def test_without_the_edits_something_is_lost(name: str, tmp_path: Path, backends: FreshEnvironment) -> None:
    """The mere folder leaves an archive without the stub or even without the module: the edits are needed."""
    tree = write_module(tmp_path / "tree", *SINGLE[name])
    plan = _carry_out(tree, edits=False)
    assert _lacking(plan, build_archives(tree, tmp_path / "out", backends))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pyproject_hooks.BuildBackendWarning")  # of pyproject.toml as a novelty
@pytest.mark.parametrize("version", ["61.0.0", "67.0.0", "68.2.2"])
@pytest.mark.parametrize("name", OLD_SINGLE)
def test_an_old_setuptools_ships_it_too(
    name: str, version: str, tmp_path: Path, setuptools_of: Callable[[str], FreshEnvironment]
) -> None:
    """Pinned versions that include no typing files, or refuse the name in a list, are told in their way."""
    module, files = OLD_SINGLE[name]
    pinned = {
        path: text.replace("setuptools>=61,<69", f"setuptools=={version}") for path, text in files.items()
    }
    tree = write_module(tmp_path / "tree", module, pinned)
    plan = _carry_out(tree)
    assert _lacking(plan, build_archives(tree, tmp_path / "out", setuptools_of(version))) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["setup.py", "hatchling"])
def test_type_checkers_of_consumers_find_it(name: str, tmp_path: Path, backends: FreshEnvironment) -> None:
    """Consumers' mypy and basedpyright read the installed module's types from the stub package beside it."""
    tree = write_module(tmp_path / "tree", *SINGLE[name])
    _carry_out(tree)
    built = build_archives(tree, tmp_path / "out", backends)
    consumer = FreshEnvironment(tmp_path / "consumer", home=tmp_path / "home", readable=[tmp_path])
    consumer.install([str(built.wheel_file)])
    script = tmp_path / "use.py"
    script.write_text("import demo_pkg\n\nreveal_type(demo_pkg.add(1, 2))\n", "utf-8")
    mypy = [f"--python-executable={consumer.python_executable}", f"--cache-dir={tmp_path / 'cache'}"]
    assert 'Revealed type is "int"' in _check("mypy", *mypy, "--config-file=", str(script))
    pyright = ["--pythonpath", consumer.python_executable, "--outputjson", str(script)]
    assert 'Type of \\"demo_pkg.add(1, 2)\\" is \\"int\\"' in _check("basedpyright", *pyright)


def _carry_out(tree: Path, *, edits: bool = True) -> StubPackagePlan:
    (module,) = [root for root in find_import_roots(tree, "demo-pkg") if root.kind == "module"]
    before = list_tree(tree)
    plan = plan_stub_package(ProjectFiles(tree), read_backend(tree), module)
    assert plan.refusal == ""
    assert list_tree(tree) == before
    for edit in plan.edits if edits else ():
        edit.write(tree)
    (tree / plan.path).parent.mkdir()
    (tree / plan.path).write_text(STUB, "utf-8")
    return plan


def _lacking(plan: StubPackagePlan, built: Archives) -> list[str]:
    in_sdist = [] if plan.path in built.sdist else [plan.path]
    return in_sdist + sorted({_IN_WHEEL, "demo_pkg.py"} - built.wheel)


def _check(checker: str, *words: str) -> str:
    command = [sys.executable, "-m", checker, *words]
    return subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8").stdout
