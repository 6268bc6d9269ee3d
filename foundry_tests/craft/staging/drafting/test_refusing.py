"""What an entry may not say of a source: every fault at once, each with its key and its remedy.

Add here another way of writing an entry wrongly.
Not here: keys of a wrong form (test_catalog).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.catalog import SourceMetadata
from foundry_assets.craft.staging import Given
from foundry_assets.errors import (
    CatalogInvalid,
    Fault,
    MetadataUnreadable,
    NotAProject,
    SourceMissing,
    UnsafeSource,
)
from foundry_tests.craft.staging.drafting.given import asked, given, source, staged
from foundry_tests.craft.staging.sources import commit, write


def faults(folder: Path, told: Given, tmp_path: Path) -> list[Fault]:
    """Give the faults of an entry, which are the same when it is asked about and when it is staged."""
    with pytest.raises(CatalogInvalid) as raised:
        asked(folder, told, tmp_path)
    with pytest.raises(CatalogInvalid) as again:
        staged(folder, told, tmp_path)
    assert again.value.faults == raised.value.faults
    assert not (tmp_path / "target").exists()
    assert all(fault.remedy for fault in raised.value.faults)
    return raised.value.faults


@pytest.mark.parametrize(
    ("main_file", "folder_name", "what"),
    [
        ("src/demo/gone.py", "house", "there is no `src/demo/gone.py`"),
        ("src/demo", "house", "there is no `src/demo`"),
        ("../elsewhere.py", "house", "leads out of"),
        ("C:\\x\\main.py", "house", "leads out of"),
        ("///", "house", "an empty path"),
        ("src/demo/data.json", "house", "no Python module"),
        ("main.py", "my-source", "`my-source`, which cannot be imported"),
        ("main.py", "class", "`class`, which cannot be imported"),
        ("main.py", "json", "Python itself has a module of that name"),
        ("src/alone.py", "house", "`src`, which is a place for packages"),
        ("src/demo/inner/part.py", "house", "a part of the package `src/demo`"),
    ],
)
def test_a_main_file_that_cannot_be_meant(
    tmp_path: Path, main_file: str, folder_name: str, what: str
) -> None:
    """A main file that is not there, or whose folder is no import package by itself, is told with its key."""
    more = dict.fromkeys(("main.py", "src/alone.py", "src/demo/inner/part.py", "src/demo/data.json"), "")
    (fault,) = faults(source(tmp_path, more), given(main_file, folder_name=folder_name), tmp_path)
    assert fault.where == "main_file"
    assert what in fault.what


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """Main file, further files, licence and requirements are looked at in one go."""
    metadata = SourceMetadata(
        email="nobody", requires_python="newest", dependencies=("ok", "not ok", "also:bad")
    )
    told = given("gone.py", "README.md", "../up", "", "empty", metadata=metadata, version="")
    folder = source(tmp_path)
    (folder / "empty").mkdir()
    found = faults(folder, told, tmp_path)
    assert [fault.where for fault in found] == [
        *("main_file", *["ancillary"] * 4, "version"),
        *("metadata.dependencies", "metadata.dependencies", "metadata.requires_python", "metadata.email"),
    ]
    assert [
        word in fault.what
        for fault, word in zip(found[1:5], ("README.md", "../up", "empty", "`empty`"), strict=True)
    ]


def test_a_file_that_is_named_and_not_there_says_what_would_happen_without(tmp_path: Path) -> None:
    """A missing pyproject.toml is a fault as any other file; its remedy is to take it off the list."""
    (fault,) = faults(source(tmp_path), given("src/demo/core.py", "pyproject.toml"), tmp_path)
    assert "there is no `pyproject.toml`" in fault.what
    assert "written from the metadata given here" in fault.remedy


def test_a_file_that_no_release_takes_is_refused_by_name(tmp_path: Path) -> None:
    """A secret, and what git ignores, cannot be had by naming it."""
    folder = source(
        tmp_path, {"conf/.env": "TOKEN=1", ".gitignore": "*.log\n", "a.log": "", "src/demo/x.log": ""}
    )
    (fault,) = faults(folder, given("src/demo/core.py", "conf/.env"), tmp_path)
    assert "a secret by its name" in fault.what
    commit(folder)
    (fault,) = faults(folder, given("src/demo/core.py", "a.log"), tmp_path)
    assert "`a.log` is never taken along: not tracked by git" in fault.what
    write(folder, {"ignored/main.py": "", ".gitignore": "ignored/\n"})
    (fault,) = faults(folder, given("ignored/main.py"), tmp_path)
    assert (fault.where, "never taken along" in fault.what) == ("main_file", True)


def test_two_files_cannot_have_one_place(tmp_path: Path) -> None:
    """A named file that would hide one of the package's own is refused, and both are named."""
    folder = source(tmp_path, {"data/a.txt": "1", "src/demo/data/a.txt": "2"})
    (fault,) = faults(folder, given("src/demo/core.py", "data/a.txt"), tmp_path)
    assert "`data/a.txt` and `src/demo/data/a.txt`" in fault.what


def test_a_source_is_refused_as_any_other(tmp_path: Path) -> None:
    """A missing folder, a file for a folder, an unparsable pyproject.toml and a link out end as elsewhere."""
    with pytest.raises(SourceMissing):
        asked(tmp_path / "gone", given(), tmp_path)
    write(tmp_path, {"file": ""})
    with pytest.raises(NotAProject):
        asked(tmp_path / "file", given(), tmp_path)
    with pytest.raises(MetadataUnreadable, match=r"pyproject\.toml"):
        asked(source(tmp_path / "broken", {"pyproject.toml": "[project"}), given(), tmp_path)
    folder = source(tmp_path / "linked")
    (folder / "src/demo/out.txt").symlink_to(tmp_path / "file")
    with pytest.raises(UnsafeSource, match=r"src/demo/out\.txt"):
        asked(folder, given(), tmp_path)
