"""Projects for sources that declare none: what is shipped, where it goes, and what proves it untouched.

Add here a shape of source.
Not here: the values of the metadata (test_pyproject), and what is refused (test_refusing).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.content import list_tree
from foundry_tests.craft.staging.drafting.given import flat, given, pyproject, source, staged
from foundry_tests.craft.staging.sources import appearance, commit, run_git, write

FLAT = {
    "x_cls_main.py": "from x_make_demo_x.other import X\n",
    "other.py": "X = 1\n",
    "deep/er/module.py": "",
    "data/a.json": "{}",
    "data/.keep": "",
    "README.md": "# Read\n",
    "LICENSE-MIT": "Free.\n",
    "CHANGELOG.md": "",
    "readme_of_data.txt": "data",
    "history.json": "[]",
    "security.py": "",
    "setup.py": "1/0\n",
    "setup.cfg": "[metadata]\n",
    "mypy.ini": "",
    "requirements-dev.txt": "",
    ".pre-commit-config.yaml": "",
    ".github/workflows/ci.yml": "",
    "tests/test_a.py": "",
    "tests/data.json": "",
    "deep/conftest.py": "",
    "deep/core_test.py": "",
    "__pycache__/other.pyc": "",
    "dist/x-1.tar.gz": "",
    "x.egg-info/PKG-INFO": "",
    ".env": "secret",
}


def test_a_flat_folder_is_the_package_whole(tmp_path: Path) -> None:
    """All modules and data go along, the project's files to the top; tests, caches and settings do not."""
    folder = write(tmp_path / "x_make_demo_x", FLAT)
    told = given("x_cls_main.py", folder_name="x_make_demo_x")
    result = staged(folder, told, tmp_path)
    inside = {"x_cls_main.py", "other.py", "deep/er/module.py", "data/a.json", "data/.keep", "__init__.py"}
    inside |= {"readme_of_data.txt", "history.json", "security.py"}
    shipped = {f"src/x_make_demo_x/{name}" for name in inside}
    assert result.listing.paths == shipped | {"README.md", "LICENSE-MIT", "CHANGELOG.md", "pyproject.toml"}
    assert result.generated == ("pyproject.toml", "src/x_make_demo_x/__init__.py")
    assert result.import_package == "x_make_demo_x"
    reasons = {left.path: left.reason for left in result.left_out}
    assert reasons["tests"] == reasons["deep/conftest.py"] == reasons["deep/core_test.py"] == "a test"
    assert {"setup.py", "mypy.ini", "requirements-dev.txt", ".github", "x.egg-info", "dist", ".env"} <= set(
        reasons
    )


def test_the_source_is_as_it_was_and_its_files_are_byte_for_byte_in_the_copy(tmp_path: Path) -> None:
    """Nothing is written into the source, each copied file is the author's, and so is the digest."""
    folder = write(tmp_path / "x_make_demo_x", FLAT)
    before = appearance(folder)
    result = staged(folder, given("x_cls_main.py", folder_name="x_make_demo_x"), tmp_path)
    assert appearance(folder) == before
    assert result.listing == list_tree(tmp_path / "target")
    taken = {member.path for member in result.listing.members} - set(result.generated)
    for name in taken:
        origin = folder / result.moved.get(name, name)
        assert (tmp_path / "target" / name).read_bytes() == origin.read_bytes()
    alone = write(tmp_path / "alone", {result.moved.get(n, n): FLAT[result.moved.get(n, n)] for n in taken})
    assert result.source_sha256 == list_tree(alone).sha256


def test_a_package_below_src_ships_its_folder_and_the_named_files_only(tmp_path: Path) -> None:
    """What lies beside the package stays behind unless it is named: to the top, or as the package's data."""
    more = {"README.md": "# R\n", "data/a.txt": "a", "helpers.py": "", "NOTICE": "n", "src/demo/x.toml": "t"}
    folder = source(tmp_path, more)
    told = given("src/demo/__init__.py", "/README.md", "\\data\\a.txt", "./NOTICE", "//src/demo/x.toml")
    result = staged(folder, told, tmp_path)
    inside = ("__init__.py", "core.py", "data/a.txt", "x.toml")
    assert result.listing.paths == {
        "pyproject.toml",
        "README.md",
        "NOTICE",
        *(f"src/demo/{name}" for name in inside),
    }
    assert result.moved == {"src/demo/data/a.txt": "data/a.txt"}
    assert pyproject(tmp_path)["project"]["license-files"] == ["NOTICE"]


def test_what_is_named_goes_along_although_it_would_stay_behind(tmp_path: Path) -> None:
    """A test's data or a hidden file that is needed is taken when it is named; a folder is all of it."""
    files = {"main.py": "", "tests/words.txt": "1", "tests/other.txt": "2", ".hidden": "3", "cfg/a": "4"}
    folder = flat(tmp_path, files)
    result = staged(folder, given("main.py", "tests/words.txt", ".hidden", "cfg"), tmp_path)
    assert {f"src/house/{name}" for name in ("tests/words.txt", ".hidden", "cfg/a")} <= result.listing.paths
    assert "src/house/tests/other.txt" not in result.listing.paths


def test_only_the_package_and_the_named_places_are_looked_at(tmp_path: Path) -> None:
    """A package below a huge folder is staged without walking that folder."""
    folder = source(tmp_path, {"README.md": "r", "elsewhere/a.txt": "1"})
    (folder / "elsewhere" / "out").symlink_to(tmp_path)  # a walk would refuse this
    result = staged(folder, given("src/demo/core.py", "README.md"), tmp_path)
    assert result.left_out == ()
    assert "README.md" in result.listing.paths


def test_a_commit_is_what_counts_in_a_checkout(tmp_path: Path) -> None:
    """The copy is at the commit, and what git ignores is not the package's."""
    folder = source(tmp_path, {".gitignore": "*.log\n", "docs/x.md": "x"})
    commit(folder)
    write(folder, {"src/demo/run.log": "left behind"})
    result = staged(folder, given(), tmp_path)
    assert (result.origin, result.commit) == ("git", run_git(folder, "rev-parse", "HEAD"))
    assert "src/demo/run.log" not in result.listing.paths
    assert {left.path for left in result.left_out} >= {"docs", ".gitignore"}
    assert (tmp_path / "target" / "pyproject.toml").stat().st_mtime == result.epoch


def test_the_copy_is_the_same_every_time(tmp_path: Path) -> None:
    """Generated files depend on the entry and the source alone, so that a repeat can be compared."""
    folder = source(tmp_path)
    first = staged(folder, given(), tmp_path)
    second = staged(folder, given(), tmp_path / "again")
    assert first.listing == second.listing
    assert first.epoch == second.epoch


@pytest.mark.parametrize(
    ("main_file", "folder_name", "module"),
    [
        ("src/demo/__init__.py", "source", "demo"),
        ("/src/demo/core.py", "source", "demo.core"),
        ("x_cls_a.py", "x_make_a_x", "x_make_a_x.x_cls_a"),
        ("__init__.py", "x_make_a_x", "x_make_a_x"),
        ("demo\\core.py", "source", "demo.core"),
    ],
)
def test_the_main_file_is_a_module_that_people_import(main_file: str, folder_name: str, module: str) -> None:
    """The name by which the main file is imported follows from its folder alone."""
    assert given(main_file, folder_name=folder_name).main_module == module
