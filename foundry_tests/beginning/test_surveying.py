"""Each kind of package is found by its own words, and nothing that is a copy or an output is.

Add here another form of a package, or another folder that holds none.
Not here: the catalog that is written (test_drafting).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from foundry_assets.beginning import survey
from foundry_assets.errors import CallIsWrong
from foundry_tests.beginning.writing import DYNAMIC, project, write

SETUP = "from setuptools import setup\n"
POETRY = (
    "[build-system]\nbuild-backend = 'poetry.core.masonry.api'\n[tool.poetry]\nname = 'po'\nversion = '2'\n"
)
KINDS = {
    "project": ({"pyproject.toml": project("Demo.Pkg", "1.0.0")}, "demo-pkg==1.0.0", ""),
    "dynamic": ({"pyproject.toml": DYNAMIC.format(name="scm-pkg")}, "scm-pkg", ""),
    "poetry": ({"pyproject.toml": POETRY}, "po==2", ""),
    "setup.cfg": (
        {"setup.cfg": "[metadata]\nname = cfg\nversion = 3\n", "setup.py": SETUP + "setup()\n"},
        "cfg==3",
        "",
    ),
    "setup.py": ({"setup.py": SETUP + "NAME = 'Old_One'\nsetup(name=NAME, version='2')\n"}, "old-one", ""),
    "x_make_one_x": (
        {"x_cls_make_one_x.py": "__version__ = '0.2'\n"},
        "x-make-one-x==0.2",
        "x_cls_make_one_x.py",
    ),
    "x_make_two_x": (
        {"x_cls_other.py": "", "pyproject.toml": "[tool.black]\n"},
        "x-make-two-x",
        "x_cls_other.py",
    ),
    "x_cls_flat": (
        {"x_cls_flat.py": "__version__: str = '1'\n", "x_cls_b.py": ""},
        "x-cls-flat==1",
        "x_cls_flat.py",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_package_is_found_by_its_own_words(tmp_path: Path, kind: str) -> None:
    """Name, version and main file come from the files alone, for each way of packaging."""
    files, release, main = KINDS[kind]
    write(tmp_path / "all" / kind, files)
    (found,) = survey(tmp_path).packages
    assert (found.release, found.main_file, found.folder) == (release, main, tmp_path / "all" / kind)


UNREADABLE = {
    "broken": ({"pyproject.toml": "[project\n"}, "cannot be parsed", "mend"),
    "nameless": ({"setup.py": SETUP + "setup(name=read())\n"}, "no name that could be read", "by hand"),
    "wrong name": ({"pyproject.toml": project("no name!")}, "not a package name", "PEP 508"),
    "odd": ({"pyproject.toml": '[project]\nname = "a"\ndynamic = 3\n'}, "cannot be read", "by hand"),
    "cfg alone": (
        {"setup.cfg": "[metadata]\nname = a\nversion = 1\n"},
        "no build tool starts",
        "pyproject.toml",
    ),
    "x_make_many_x": (
        {"x_cls_a.py": "", "x_cls_b.py": ""},
        "which file is its main one is open",
        "main_file",
    ),
    "x_make_none_x": ({"tool.py": ""}, "no x_cls_*.py", "main_file"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_is_told_and_the_others_go_on(tmp_path: Path, kind: str) -> None:
    """A source that cannot be read is a fault with its folder, its reason and a remedy."""
    files, what, remedy = UNREADABLE[kind]
    write(tmp_path, {"good/pyproject.toml": project("good")})
    write(tmp_path / kind, files)
    found = survey(tmp_path)
    assert [package.name for package in found.packages] == ["good"]
    (fault,) = found.faults
    assert fault.where == str(tmp_path / kind)
    assert what in fault.what
    assert remedy in fault.remedy


NOWHERE = (
    *(
        ".git/a",
        ".tox/a",
        "node_modules/a",
        "build/lib/a",
        "dist/a-1.0",
        "vendor/a",
        "_vendor/a",
        "a.egg-info",
    ),
    *(
        "venv/lib/a",
        "env/lib/a",
        "out",
        "cache/a",
        "pkg/tests/packages/a",
        "pkg/docs/a",
        "pkg/src/pkg/demo/a",
    ),
    "pkg/a_tests/a",
)


@pytest.mark.parametrize("place", NOWHERE)
def test_nothing_is_found_where_no_sources_lie(tmp_path: Path, place: str) -> None:
    """Outputs, environments, hidden and vendored folders, and a package's own tests and data hold none."""
    marks = {
        "env/pyvenv.cfg": "",
        "cache/CACHEDIR.TAG": "",
        "dist/a-1.0/PKG-INFO": "",
        "pkg/src/pkg/__init__.py": "",
        "out/PKG-INFO": "",
    }
    write(tmp_path, {"pkg/pyproject.toml": project("pkg"), **marks})
    write(tmp_path / place, {"pyproject.toml": project("a")})
    assert [package.name for package in survey(tmp_path).packages] == ["pkg"]


def test_a_package_may_be_called_build(tmp_path: Path) -> None:
    """A folder with an output's name is looked at where it is a project itself."""
    write(tmp_path, {"packages/build/pyproject.toml": project("build")})
    assert [package.name for package in survey(tmp_path).packages] == ["build"]


def test_an_unpacked_sdist_is_told_as_a_copy(tmp_path: Path) -> None:
    """What an sdist was unpacked to is left out, and named."""
    write(tmp_path, {"a/pyproject.toml": project("a")})
    write(tmp_path / "old" / "a-1.0", {"pyproject.toml": project("a"), "PKG-INFO": "Name: a\n"})
    found = survey(tmp_path)
    assert [package.folder for package in found.packages] == [tmp_path / "a"]
    assert found.left_out == (tmp_path / "old" / "a-1.0",)


def test_members_of_a_workspace_are_found_below_its_root(tmp_path: Path) -> None:
    """A root that is a package, or says that it is none, hides no package below it."""
    write(tmp_path, {"pyproject.toml": project("root"), "packages/one/pyproject.toml": project("one")})
    assert [package.name for package in survey(tmp_path).packages] == ["root", "one"]
    write(tmp_path, {"pyproject.toml": project("root") + "[tool.uv]\npackage = false\n"})
    assert [package.name for package in survey(tmp_path).packages] == ["one"]


def test_nothing_is_executed_and_no_link_is_followed(tmp_path: Path) -> None:
    """A setup.py that would leave a file behind leaves none, and a link out of the tree leads nowhere."""
    outside = write(tmp_path / "outside", {"pyproject.toml": project("outside")})
    tree = write(tmp_path / "tree", {"setup.py": f"open({str(tmp_path / 'ran')!r}, 'w')\nsetup(name='a')\n"})
    try:
        (tree / "link").symlink_to(outside, target_is_directory=True)
        (tree / "circle").symlink_to(tree, target_is_directory=True)
    except OSError:
        pytest.skip("this system lets nobody make links")
    assert [package.name for package in survey(tree).packages] == ["a"]
    assert not (tmp_path / "ran").exists()


def test_a_closed_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be looked into is a fault; the others go on."""
    write(tmp_path, {"a/pyproject.toml": project("a"), "closed/x": ""})
    scandir = os.scandir

    def refuse(folder: Path) -> object:
        if folder.name == "closed":
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr("foundry_assets.beginning.surveying.os.scandir", refuse)
    found = survey(tmp_path)
    assert [package.name for package in found.packages] == ["a"]
    assert "could not be looked into: Permission denied" in found.faults[0].what


def test_a_folder_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    """A folder is needed to begin with."""
    with pytest.raises(CallIsWrong, match="no folder"):
        survey(tmp_path / "nowhere")
