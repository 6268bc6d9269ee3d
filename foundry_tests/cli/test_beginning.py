"""`foundry init` says what it found, writes once, and ends with the exit codes of the other commands.

Add here an option of `init`.
Not here: what counts as a package (beginning/test_surveying).
"""

from __future__ import annotations

from pathlib import Path

from foundry_tests.beginning.writing import project, write
from foundry_tests.cli.conftest import Call


def test_init_writes_a_catalog_that_the_other_commands_read(tmp_path: Path, call: Call) -> None:
    """What is found is told package by package, and the file is there afterwards."""
    tree = write(tmp_path / "tree", {"a/pyproject.toml": project("a"), "b/pyproject.toml": project("b")})
    told = call("init", tree)
    assert told.code == 0, told.err
    assert "found   a==1.0  in a" in told.err
    assert "next: foundry doctor" in told.err
    assert 'name = "b"' in (tree / "foundry.toml").read_text("utf-8")
    again = call("init", tree)
    assert (again.code, "names 2 packages" in again.err) == (0, True)


def test_an_existing_file_is_added_to_on_demand_only(tmp_path: Path, call: Call) -> None:
    """Without --add it is told what is missing, with exit code 1, and the file stays as it is."""
    tree = write(tmp_path / "tree", {"a/pyproject.toml": project("a")})
    assert call("init", tree).code == 0
    before = (tree / "foundry.toml").read_bytes()
    write(tree, {"b/pyproject.toml": project("b")})
    told = call("init", tree)
    assert (told.code, (tree / "foundry.toml").read_bytes()) == (1, before)
    assert "foundry init --add" in told.err
    assert call("init", tree, "--add").code == 0
    assert 'name = "b"' in (tree / "foundry.toml").read_text("utf-8")


def test_a_dry_run_prints_the_file_and_writes_nothing(tmp_path: Path, call: Call) -> None:
    """--dry-run puts the text on stdout, and nothing on the disk."""
    tree = write(tmp_path / "tree", {"a/pyproject.toml": project("a")})
    told = call("init", tree, "--dry-run")
    assert told.code == 0
    assert '[[package]]\nname = "a"' in told.out
    assert [path.name for path in tree.iterdir()] == ["a"]


def test_what_is_left_for_a_person_makes_exit_code_1(tmp_path: Path, call: Call) -> None:
    """A broken source, a name with two sources and a missing version are told, each with its remedy."""
    files = {
        "a/pyproject.toml": project("a"),
        "b/pyproject.toml": project("a"),
        "c/pyproject.toml": "[project",
        "x_make_d_x/x_cls_make_d_x.py": "",
    }
    told = call("init", write(tmp_path / "tree", files))
    assert told.code == 1
    assert "twice   a has several sources: a and b" in told.err
    assert "-> give its `version`" in told.err
    assert "c: `pyproject.toml` cannot be parsed" in told.err


def test_nothing_found_is_a_wrong_call(tmp_path: Path, call: Call) -> None:
    """Exit code 2 where there is no such folder, no package in it, or a catalog in place that is broken."""
    tree = write(tmp_path / "tree", {"words.txt": ""})
    assert call("init", tree / "nowhere").code == 2
    told = call("init", tree)
    assert (told.code, "no package was found" in told.err) == (2, True)
    write(tree, {"foundry.toml": "[foundry", "a/pyproject.toml": project("a")})
    assert call("init", tree, "--add").code == 2
