"""Planning a single module's stub package: where none may be, and edits that keep the author's files.

Add here a reason for refusing, with the smallest tree that has it.
Not here: the archives themselves (test_stub_package_archives).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from foundry_assets.craft.import_roots import ImportRoot, find_import_roots, read_backend
from foundry_assets.craft.import_roots.project_files import FindCall, ProjectFiles
from foundry_assets.craft.typing_signal.inclusion import carrier_of, plan_inclusion
from foundry_assets.craft.typing_signal.setup_py_packages import found_packages
from foundry_assets.craft.typing_signal.stub_package import (
    StubPackagePlan,
    plan_stub_package,
    with_stub_packages,
)
from foundry_tests.craft.typing_signal.single_modules import OLD_SINGLE, SINGLE, write_module

_BOTH = {**SINGLE, **OLD_SINGLE}
_MODULE = "demo_pkg.py"


def _setup(arguments: str, before: str = "") -> dict[str, str]:
    return {
        "setup.py": f"import setuptools\n{before}\nsetuptools.setup(py_modules=['demo_pkg'], {arguments})\n"
    }


def _backend(module: str, rest: str = "") -> dict[str, str]:
    head = f'[build-system]\nrequires = []\nbuild-backend = "{module}"\n[project]\nname = "demo-pkg"\n'
    return {"pyproject.toml": head + rest}


def _setuptools(rest: str, requirement: str = "setuptools") -> dict[str, str]:
    head = f'[build-system]\nrequires = ["{requirement}"]\n[project]\nname = "demo-pkg"\n[tool.setuptools]\n'
    return {"pyproject.toml": head + rest}


_REFUSED: list[tuple[Mapping[str, str], str]] = [
    ({"demo_pkg.pyi": ""}, "`demo_pkg.pyi` is there already"),
    ({"demo_pkg-stubs/__init__.pyi": ""}, "`demo_pkg-stubs` is there already"),
    ({"typings/demo_pkg-stubs/deep/more.pyi": ""}, "`typings/demo_pkg-stubs` is there already"),
    (_backend("flit_core.buildapi"), "flit ships one module or package and nothing beside it"),
    (_backend("uv_build"), "uv_build ships packages, and no single modules"),
    (_backend("maturin"), "maturin ships packages, and no single modules"),
    (_backend("mesonpy"), "no meson.build names it"),
    (_backend("whey"), "how `whey` chooses files is not known here"),
    (_backend("scikit_build_core.build"), "no setting that is known here names `demo_pkg.py`"),
    (
        _backend("poetry.core.masonry.api", '[tool.poetry]\npackages = [{ include = "other" }]\n'),
        "no setting that is known here names `demo_pkg.py`",
    ),
    (
        _backend("hatchling.build") | {"hatch.toml": "[build.targets.wheel]\n"},
        "hatch.toml says what is built",
    ),
    (_setup("packages=['demo_pkg', 'other']"), "setup.py names its packages itself (`demo_pkg`)"),
    (
        _setup("packages=setuptools.find_packages()") | {"tests/__init__.py": ""},
        "setup.py names its packages itself (`tests`)",
    ),
    (_setup("packages=sorted(x for x in 'ab')"), "setup.py computes its packages"),
    (_setup("**keywords()", "from other import keywords"), "setup.py computes its packages"),
    (_setup("**more", "more = {}\nmore['packages'] = [x for x in 'ab']"), "setup.py computes its packages"),
    (_setup("pbr=True"), "pbr chooses the packages"),
    ({"setup.py": "import other\nother.main()\n"}, "setup.py has no call of `setup` that can be read"),
    (_setup("exclude_package_data={'': ['*.pyi']}"), "setup.py excludes it from the package data"),
    (
        _setup("package_data={'': ['*.txt']}")
        | {"pyproject.toml": '[build-system]\nrequires = ["setuptools<69"]\n'},
        "setup.py names its package data itself",
    ),
    (_setuptools('packages = ["other"]\n'), "no setting that is known here names `demo_pkg.py`"),
    (
        _setuptools('packages = []\npy-modules = ["demo_pkg"]\n', "setuptools<68"),
        "a setuptools before 68 accepts no stub package",
    ),
    (
        _setuptools('py-modules = ["demo_pkg"]\npackages.find.where = ["lib"]\n'),
        "the search for packages does not look beside `demo_pkg.py`",
    ),
    (
        _setuptools('py-modules = ["demo_pkg"]\npackages.find.exclude = ["demo*"]\n'),
        "the search for packages excludes `demo_pkg-stubs`",
    ),
    (
        _setuptools('py-modules = ["demo_pkg"]\npackage-dir = {"" = "lib"}\n'),
        "`package_dir` puts packages elsewhere than `demo_pkg.py`",
    ),
]


@pytest.mark.parametrize(("files", "reason"), _REFUSED)
def test_it_is_refused_with_its_reason(files: Mapping[str, str], reason: str, tmp_path: Path) -> None:
    """Where files would clash or no setting reaches, nothing is edited and the reason is told."""
    tree = write_module(tmp_path, _MODULE, files)
    plan = plan_stub_package(
        ProjectFiles(tree), read_backend(tree), ImportRoot("demo_pkg", _MODULE, "module", certain=True)
    )
    assert (reason in plan.refusal, plan.edits) == (True, ())


@pytest.mark.parametrize(
    ("root", "reason"),
    [
        (ImportRoot("six", "six.py", "module", certain=True), "`types-six` covers it, and its files"),
        (ImportRoot("corp.demo", "corp/demo.py", "module", certain=True), "it lies in a namespace"),
        (ImportRoot("demo", "demo.so", "module", certain=True), "`demo.so` is no single module of Python"),
        (ImportRoot("demo", "demo", "package", certain=True), "`demo` is no single module of Python source"),
    ],
)
def test_not_every_root_may_have_one(root: ImportRoot, reason: str, tmp_path: Path) -> None:
    """What others cover, shared namespaces, compiled modules and packages get no stub package."""
    assert reason in plan_stub_package(ProjectFiles(tmp_path), "setuptools", root).refusal


@pytest.mark.parametrize("name", _BOTH)
def test_a_finished_tree_needs_nothing_more(name: str, tmp_path: Path) -> None:
    """With the edits written, the typing files of the tree are carried without further ones."""
    tree = write_module(tmp_path, *_BOTH[name])
    plan = _plan(tree)
    for edit in plan.edits:
        edit.write(tree)
    (tree / plan.path).parent.mkdir()
    (tree / plan.path).touch()
    project, backend = ProjectFiles(tree), read_backend(tree)
    again = plan_inclusion(
        project, carrier_of(project, backend, find_import_roots(tree, "demo-pkg")), [plan.path]
    )
    assert (again.carried, again.edits) == ((plan.path,), ())
    assert "is there already" in _plan(tree).refusal


@pytest.mark.parametrize("name", _BOTH)
def test_only_the_lines_that_are_new_differ(name: str, tmp_path: Path) -> None:
    """An edited file keeps the author's lines in their order, but for a list that grows in its line."""
    tree = write_module(tmp_path, *_BOTH[name])
    for edit in _plan(tree).edits:
        path = tree / edit.path
        before = path.read_text("utf-8").split("\n") if path.is_file() else []
        before, after = ([line for line in lines if line] for lines in (before, edit.text.split("\n")))
        changed = [line for line in before if line not in after]
        assert all("=" in line for line in changed)
        assert [line for line in after if line in before] == [line for line in before if line in after]


def test_two_modules_share_a_file_of_settings(tmp_path: Path) -> None:
    """Stub packages planned upon each other, and other typing files upon them, make one edit a file."""
    script = "from setuptools import setup\nsetup(py_modules=['demo_pkg', 'other'])\n"
    tree = write_module(tmp_path, _MODULE, {"setup.py": script, "other.py": "", "MANIFEST.in": "exclude x\n"})
    project: ProjectFiles = ProjectFiles(tree)
    modules = find_import_roots(tree, "demo-pkg")
    plans = [plan_stub_package(project, "setuptools", module) for module in modules]
    project = with_stub_packages(project, "setuptools", modules)
    (edit,) = plan_inclusion(project, carrier_of(project, "setuptools", []), []).edits
    assert edit.change.split("; ") == [
        "[options] py_modules gains demo_pkg, other",
        "[options] packages gains demo_pkg-stubs",
        "[options] packages gains other-stubs",
    ]
    assert project.option("options", "packages").split() == ["demo_pkg-stubs", "other-stubs"]
    assert [plan.root.path for plan in plans] == ["demo_pkg-stubs", "other-stubs"]


@pytest.mark.parametrize(
    ("find", "names"),
    [
        (FindCall(), ["one", "one.two", "tests"]),
        (FindCall(exclude=("tests",)), ["one", "one.two"]),
        (FindCall(exclude=("one",)), ["one.two", "tests"]),
        (FindCall(include=("one*",)), ["one", "one.two"]),
        (FindCall(where="one"), ["two"]),
        (FindCall(where="plain", namespaces=True), ["deep"]),
        (FindCall(where="nowhere"), []),
    ],
)
def test_packages_are_found_as_setuptools_finds_them(
    find: FindCall, names: list[str], tmp_path: Path
) -> None:
    """Nothing below a folder without `__init__.py`, and what lies below an excluded package."""
    for path in (
        "one/__init__.py",
        "one/two/__init__.py",
        "plain/deep/x.py",
        "tests/__init__.py",
        "a.b/__init__.py",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    assert sorted(found_packages(tmp_path, find)) == names


def _plan(tree: Path) -> StubPackagePlan:
    (module,) = [root for root in find_import_roots(tree, "demo-pkg") if root.kind == "module"]
    return plan_stub_package(ProjectFiles(tree), read_backend(tree), module)
