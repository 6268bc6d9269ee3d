"""`foundry init --deploy` tells what it wrote, what the catalog still keeps on one machine, and what is next.

Add here another thing that it must tell.
Not here: the files themselves (beginning/test_deploying).
"""

from __future__ import annotations

from pathlib import Path

from foundry_tests.beginning.writing import write
from foundry_tests.cli.conftest import Call

SHARED = (
    '[foundry]\nindex = "company"\nstore = "s3://bucket/releases"\n\n[indexes.company]\n'
    'upload_url = "https://packages.example/"\nsimple_url = "https://packages.example/simple/"\n'
)


def test_a_shared_catalog_leaves_nothing_to_be_said(tmp_path: Path, call: Call) -> None:
    """Three files are written, next steps are told for both shells, exit code 0; again, nothing changes."""
    tree = write(tmp_path / "tree", {"foundry.toml": SHARED})
    told = call("init", tree, "--deploy")
    assert told.code == 0, told.err
    names = {"dagster.yaml", "workspace.yaml", "environment.example"}
    assert {file.name for file in (tree / "deploy").iterdir()} == names
    assert told.err.count(": written") == 3
    assert all(words in told.err for words in ("bash ", "PowerShell ", "foundry doctor", "foundry ui"))
    again = call("init", tree, "--deploy")
    assert (again.code, again.err.count(": as it was")) == (0, 3)


def test_what_the_catalog_keeps_on_one_machine_is_told(tmp_path: Path, call: Call) -> None:
    """Without a catalog, a shared store or a shared index the exit code is 1, each with its remedy."""
    tree = write(tmp_path / "tree", {"notes.txt": ""})
    told = call("init", tree, "--deploy")
    assert (told.code, "write it first: foundry init" in told.err) == (1, True)
    write(tree, {"foundry.toml": '[foundry]\nstore = "store"\n'})
    told = call("init", tree, "--deploy")
    assert told.code == 1
    assert 'store = "s3://bucket/releases"' in told.err
    assert "name an index that all machines reach" in told.err


def test_a_file_of_ones_own_is_left_and_told(tmp_path: Path, call: Call) -> None:
    """Another dagster.yaml stays as it is; the words to compare it with are told, and exit code 1."""
    files = {"foundry.toml": SHARED, "deploy/dagster.yaml": "mine: true\n"}
    tree = write(tmp_path / "tree", files)
    told = call("init", tree, "--deploy")
    assert told.code == 1
    assert "dagster.yaml: another one, left as it is" in told.err
    assert "foundry init --deploy --dry-run" in told.err
    assert (tree / "deploy" / "dagster.yaml").read_text("utf-8") == "mine: true\n"


def test_a_dry_run_prints_and_writes_nothing(tmp_path: Path, call: Call) -> None:
    """--dry-run puts the files on stdout, each under its name."""
    tree = write(tmp_path / "tree", {"foundry.toml": SHARED})
    told = call("init", tree, "--deploy", "--dry-run")
    assert told.code == 0
    assert "# ===== deploy/workspace.yaml" in told.out
    assert [path.name for path in tree.iterdir()] == ["foundry.toml"]


def test_a_folder_that_is_not_there_is_a_wrong_call(tmp_path: Path, call: Call) -> None:
    """Exit code 2, and the words that are right."""
    told = call("init", tmp_path / "nowhere", "--deploy")
    assert (told.code, "foundry init DIR --deploy" in told.err) == (2, True)
