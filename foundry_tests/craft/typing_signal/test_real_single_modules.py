"""Single modules that other people released: their stub package reaches both archives, or is refused.

Add here a released sdist that names its module in a way which the miniature projects do not have.
Not here: what stubs say, and packages.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from pypi_simple import PyPISimple

from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.import_roots import ImportRoot, find_import_roots, read_backend
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.typing_signal.stub_package import plan_stub_package
from foundry_tests.craft.typing_signal.archives import build_archives

pytestmark = [
    pytest.mark.slow,
    pytest.mark.enable_socket,
    pytest.mark.filterwarnings("ignore::pyproject_hooks.BuildBackendWarning"),  # old releases, new setuptools
]

_SHIPPED = [
    "autopep8==2.3.2",
    "bottle==0.13.4",
    "cfgv==3.5.0",
    "deprecation==2.1.0",
    "docopt==0.6.2",
    "markdown2==2.5.5",
    "mccabe==0.7.0",
    "nest_asyncio==1.6.0",
    "parse==1.20.2",
    "pycodestyle==2.15.0",
    "retrying==1.4.2",
    "schema==0.7.5",
    "sh==2.0.6",
    "simpleeval==1.0.8",
    "tokenize_rt==6.2.0",
]
_REFUSED = [
    ("jsonpointer==3.12", "`jsonpointer-stubs` is there already"),
    ("six==1.17.0", "`types-six` covers it"),
    ("threadpoolctl==3.8.0", "flit ships one module"),
]


@pytest.mark.parametrize("release", _SHIPPED)
def test_its_stub_package_is_shipped(release: str, tmp_path: Path, backends: FreshEnvironment) -> None:
    """The archives hold the stub package, and all else that they held without it."""
    base, _ = _unpacked(release, tmp_path / "base")
    tree, module = _unpacked(release, tmp_path / "tree")
    plan = plan_stub_package(ProjectFiles(tree), read_backend(tree), module)
    assert plan.refusal == ""
    for edit in plan.edits:
        edit.write(tree)
    (tree / plan.path).parent.mkdir()
    (tree / plan.path).touch()
    before = build_archives(base, tmp_path / "before", backends)
    after = build_archives(tree, tmp_path / "after", backends)
    settings = {edit.path for edit in plan.edits}
    assert after.sdist - settings == (before.sdist - settings) | {plan.path}
    assert after.wheel == before.wheel | {f"{plan.root.name}/__init__.pyi"}
    assert {root.name for root in find_import_roots(tree, module.name)} >= {module.name, plan.root.name}


@pytest.mark.parametrize(("release", "reason"), _REFUSED)
def test_it_is_refused(release: str, reason: str, tmp_path: Path) -> None:
    """Whoever ships stubs already, or builds with what cannot, is left alone with the reason."""
    tree, module = _unpacked(release, tmp_path)
    plan = plan_stub_package(ProjectFiles(tree), read_backend(tree), module)
    assert (reason in plan.refusal, plan.edits) == (True, ())


def _unpacked(release: str, folder: Path) -> tuple[Path, ImportRoot]:
    """Give the tree of a released sdist, as before it was built, and its module."""
    name, _, version = release.partition("==")
    folder.mkdir(parents=True, exist_ok=True)
    with PyPISimple() as client:
        packages = client.get_project_page(name).packages
        (sdist,) = [one for one in packages if one.package_type == "sdist" and one.version == version]
        client.download_package(sdist, folder / sdist.filename)
    with tarfile.open(folder / sdist.filename) as archive:
        archive.extractall(folder, filter="data")
    (tree,) = [path for path in folder.iterdir() if path.is_dir()]
    (module,) = [root for root in find_import_roots(tree, name) if root.kind == "module"]
    return tree, module
