"""A program that a package brings along can be run where it is installed.

Add here another thing of a file beside its contents that people rely on.
Not here: keeping bytes (test_store), and archives (craft/building).
"""

from __future__ import annotations

import os
import tarfile
import uuid
import zipfile
from pathlib import Path

import pytest

from foundry_assets import left_trees
from foundry_assets.content import list_tree
from foundry_assets.errors import ChecksumChanged
from foundry_assets.progress import Event, listening
from foundry_assets.release import Release
from foundry_assets.store import ArtefactStore, Shelf
from foundry_tests.craft.building.projects import SETUPTOOLS, demo, write
from foundry_tests.story_fixtures import open_house

_DATA = '[tool.setuptools.package-data]\ndemo = ["bin/*"]\n'


@pytest.fixture(params=["folder", "memory"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """A release's place in a folder, and in an object store that lives in memory."""
    is_here = request.param == "folder"
    store = ArtefactStore(root=str(tmp_path / "store") if is_here else f"memory://{uuid.uuid4().hex}")
    return store.shelf(Release.of("demo-pkg", "1.0"))


@pytest.mark.skipif(os.name == "nt", reason="Windows does not know who can be run")
@pytest.mark.parametrize("is_left", [True, False])
def test_a_program_arrives_as_one(tmp_path: Path, is_left: bool) -> None:
    """In sdist and wheel, whether a step takes over the last one's tree or fetches it; others do not."""
    source = demo(tmp_path / "source", backend=SETUPTOOLS, settings=_DATA)
    write(source, {"src/demo/bin/tool": "#!/bin/sh\necho hello\n", "src/demo/bin/table": "1\n"})
    (source / "src/demo/bin/tool").chmod(0o755)

    def forget(event: Event) -> None:
        if event.kind == "ended" and not is_left:
            left_trees.drop_left_trees()

    with open_house(tmp_path) as house, listening(forget):
        outcome = house.release(source)
        assert outcome.status == "published", outcome.message
        shelf = house.shelf("demo==1.0")
        files = {
            kind: tmp_path / kind / shelf.fetch(kind, tmp_path / kind).file.path
            for kind in ("sdist", "wheel")
        }
    with tarfile.open(files["sdist"]) as sdist:
        modes = {Path(entry.name).name: entry.mode for entry in sdist if "/bin/" in entry.name}
    assert modes == {"tool": 0o755, "table": 0o644}
    with zipfile.ZipFile(files["wheel"]) as wheel:
        modes = {Path(entry.filename).name: entry.external_attr >> 16 & 0o777 for entry in wheel.infolist()}
    assert (modes["tool"], modes["table"]) == (0o755, 0o644)


@pytest.mark.skipif(os.name == "nt", reason="Windows does not know who can be run")
def test_what_can_be_run_can_be_run_again(shelf: Shelf, tmp_path: Path) -> None:
    """Of modes that alone is kept; it is no part of the tree's digest."""
    tree = write(tmp_path / "tree", {"a.py": "x", "deep/b.py": "x"})
    (tree / "a.py").chmod(0o700)
    stored = shelf.put_tree("sdist", tree, facts={"told": 1})
    assert stored.sha256 == list_tree(tree).sha256
    assert (stored.executable, stored.facts["told"]) == (("a.py",), 1)
    fetched = tmp_path / "fetched"
    shelf.fetch("sdist", fetched)
    modes = {path.name: path.stat().st_mode & 0o111 for path in fetched.rglob("*") if path.is_file()}
    assert modes == {"a.py": 0o111, "b.py": 0}


def test_a_manifest_makes_nothing_else_executable(shelf: Shelf, tmp_path: Path) -> None:
    """A record that names a file outside of its tree is damaged, whoever wrote it."""
    tree = write(tmp_path / "tree", {"a.py": "x"})
    shelf.put_tree("sdist", tree, facts={"executable": ["../elsewhere"]})
    with pytest.raises(ChecksumChanged, match="damaged"):
        shelf.manifest("sdist")
