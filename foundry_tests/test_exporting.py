"""One folder holds a release and all that is known of it, and `sha256sum -c` accepts it.

Add here something else that must be in a folder that is handed on.
Not here: verifying what is in the store (verifying).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from foundry_assets.checksums import checksums
from foundry_assets.craft.summary import read_entries
from foundry_assets.errors import ArtefactMissing, CallIsWrong, ChecksumChanged
from foundry_assets.exporting import export
from foundry_assets.ledger import genesis
from foundry_tests.verifying.scene import RELEASE, SDIST, WHEEL, Scene

_PROGRAM = shutil.which("sha256sum") or ""


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A release."""
    return Scene(tmp_path / "home").make()


def exported(scene: Scene, folder: Path) -> Path:
    """Export it."""
    entry = read_entries(scene.home.summary)[str(RELEASE)]
    return export(scene.shelf, entry, folder, verified=scene.verified())


def test_the_folder_holds_files_and_evidence(scene: Scene, tmp_path: Path) -> None:
    """Files under their own names, page, ledger, every record at its place, and what verifying said."""
    folder = exported(scene, tmp_path / "out")
    assert {path.name for path in folder.iterdir()} == {
        WHEEL,
        SDIST,
        "SHA256SUMS",
        "CHANGE_CONTROL.md",
        "ledger.jsonl",
        "records",
        "summary_entry.json",
        "verified.json",
    }
    assert (folder / WHEEL).read_bytes() == scene.blob("wheel").read_bytes()
    records = {
        path.relative_to(folder / "records").as_posix()
        for path in (folder / "records").rglob("*")
        if path.is_file()
    }
    assert records == {place for place in scene.shelf.places() if not place.startswith("ledger/")}
    assert json.loads((folder / "verified.json").read_text("utf-8"))["status"] == "fits"
    assert json.loads((folder / "summary_entry.json").read_text("utf-8"))["ledger"]["lines"] == scene.lines


def test_the_ledger_is_one_file_of_json_lines_that_anybody_can_replay(scene: Scene, tmp_path: Path) -> None:
    """Each line's `previous` is the sha256 of the line before as it stands in the file."""
    lines = (exported(scene, tmp_path / "out") / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    assert len(lines) == scene.lines
    previous = genesis(str(RELEASE))
    for line in lines:
        assert json.loads(line)["previous"] == previous
        previous = hashlib.sha256(line).hexdigest()
    assert previous == scene.shelf.ledger.head().head


def test_artefacts_that_are_files_come_along(scene: Scene, tmp_path: Path) -> None:
    """A probe or a receipt that was made as a file lies in the folder under its own name."""
    scene.shelf.put_text("pypi_probe/company", "probe.json", "{}", facts={})
    folder = exported(scene, tmp_path / "out")
    assert (folder / "artefacts" / "pypi_probe" / "company" / "probe.json").read_text("utf-8") == "{}"


def sums(folder: Path) -> dict[str, str]:
    """Read a SHA256SUMS file as `sha256sum` does."""
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    return {path: sha256 for sha256, _, path in (line.partition("  ") for line in lines)}


def test_every_file_of_the_folder_is_in_its_checksums(scene: Scene, tmp_path: Path) -> None:
    """The distribution files come first; nothing but the list itself is left out; each sha256 is right."""
    folder = exported(scene, tmp_path / "out")
    told = sums(folder)
    assert list(told)[:2] == sorted([WHEEL, SDIST])
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(told) == files - {"SHA256SUMS"}
    for path, sha256 in told.items():
        assert hashlib.sha256((folder / path).read_bytes()).hexdigest() == sha256


@pytest.mark.skipif(not _PROGRAM, reason="this machine has no sha256sum")
def test_the_real_program_accepts_it_and_sees_a_change(scene: Scene, tmp_path: Path) -> None:
    """`sha256sum -c` says OK to each file, and names the one that was changed."""
    folder = exported(scene, tmp_path / "out")
    command = [_PROGRAM, "--strict", "-c", "SHA256SUMS"]
    good = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stderr
    assert f"{WHEEL}: OK" in good.stdout
    (folder / WHEEL).write_bytes(b"other")
    bad = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert f"{WHEEL}: FAILED" in bad.stdout


@pytest.mark.skipif(not _PROGRAM or os.name == "nt", reason="no sha256sum, or no such names")
@pytest.mark.parametrize("name", ["plain", "a b", " lead", "ü", "*star", "back\\slash", "line\nend", "a\rb"])
def test_any_name_is_written_as_the_real_program_reads_it(tmp_path: Path, name: str) -> None:
    """Names that need an escape get the one that `sha256sum` itself writes."""
    (tmp_path / name).write_bytes(b"x")
    text = checksums([(name, hashlib.sha256(b"x").hexdigest())])
    (tmp_path / "SUMS").write_bytes(text.encode())
    done = subprocess.run(
        [_PROGRAM, "--strict", "-c", "SUMS"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_store_keeps_the_checksums_too(scene: Scene) -> None:
    """`SHA256SUMS` lies beside the records of wheel and sdist, with a line of the ledger, written once."""
    text = (scene.folder / "SHA256SUMS").read_text("utf-8")
    wanted = {
        f"{scene.shelf.manifest(kind).sha256}  {name}" for kind, name in (("wheel", WHEEL), ("sdist", SDIST))
    }
    assert set(text.splitlines()) == wanted
    scene.make("run-2")
    lines = [scene.line(number).read_text("utf-8") for number in range(1, scene.lines + 1)]
    assert sum('"checksums"' in line for line in lines) == 1


def test_a_folder_with_something_in_it_is_refused(scene: Scene, tmp_path: Path) -> None:
    """Nothing is mixed with what somebody has there; an empty folder may be filled."""
    (tmp_path / "out").mkdir()
    exported(scene, tmp_path / "out")
    before = sums(tmp_path / "out")
    with pytest.raises(CallIsWrong, match="is there already"):
        exported(scene, tmp_path / "out")
    assert sums(tmp_path / "out") == before


def test_damaged_bytes_are_not_handed_on(scene: Scene, tmp_path: Path) -> None:
    """A file that is no longer the recorded one ends the export, and no folder is left."""
    scene.blob("wheel").write_bytes(b"other")
    with pytest.raises(ChecksumChanged):
        exported(scene, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_file_that_was_sent_and_is_another_now_is_told(scene: Scene, tmp_path: Path) -> None:
    """Where the store points at another wheel than the summary tells, nothing is handed on as that wheel."""
    scene.shelf.put_text("wheel", WHEEL, "another", facts={})
    with pytest.raises(ArtefactMissing, match=WHEEL):
        exported(scene, tmp_path / "out")
