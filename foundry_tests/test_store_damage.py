"""What was cut short or damaged is never handed out as whole, and never blocks what comes after it.

Add here another way in which writing and reading can be cut short.
Not here: storage that does what it should (test_store).
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem
from pydantic import BaseModel

from foundry_assets.content import list_tree
from foundry_assets.errors import ArtefactMissing, ChecksumChanged
from foundry_assets.release import Release
from foundry_assets.store import ArtefactStore, Shelf

RELEASE = Release.of("demo-pkg", "1.0")


class Note(BaseModel):
    """A record of these tests."""

    text: str


class CutShort:
    """Storage that takes `left` more writes and then breaks, as a full disk or an ended process does."""

    left: ClassVar[int] = 1_000_000
    keeps_halves: ClassVar[bool]

    def put_file(self, lpath: str, rpath: str, **_: Any) -> None:
        """Copy a file, unless its turn has come."""
        self._write(rpath, Path(lpath).read_bytes())

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **_: Any) -> None:
        """Write bytes, unless their turn has come."""
        self._write(path, value, mode)

    def _write(self, path: str, value: bytes, mode: str = "overwrite") -> None:
        CutShort.left -= 1
        if CutShort.left >= 0 or self.keeps_halves:
            kept = value if CutShort.left >= 0 else value[: len(value) // 2]
            super().pipe_file(path, kept, mode=mode)  # type: ignore[misc]
        if CutShort.left < 0:
            raise OSError(errno.ENOSPC, "no space left on device")


class CutShortObjects(CutShort, MemoryFileSystem):  # type: ignore[misc]
    """An object store: what is cut short was never there."""

    protocol = "cutshortobjects"
    keeps_halves = False
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]


class CutShortFolder(CutShort, LocalFileSystem):  # type: ignore[misc]
    """A folder: half of the file stays."""

    protocol = "cutshortfolder"
    keeps_halves = True

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(super()._strip_protocol(path.removeprefix("cutshortfolder://")))


fsspec.register_implementation("cutshortobjects", CutShortObjects, clobber=True)
fsspec.register_implementation("cutshortfolder", CutShortFolder, clobber=True)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree of two files with equal bytes, one with others, and odd names."""
    folder = tmp_path / "tree"
    for name, data in {"a.py": b"x", "deep/er/b.py": b"x", "deep/é [*] '#%.bin": b"\0\r\n" * 99}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def blobs_of(shelf: Shelf, asset: str) -> list[Path]:
    """Give the files in which a local store keeps an artefact's bytes."""
    told = [shelf.blob_address(member.sha256) for member in shelf.manifest(asset).members]
    return [Path(address.removeprefix("file://")) for address in told]


@pytest.fixture
def breaking(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    """The release's place in a store whose writes can be cut short."""
    CutShortObjects.store.clear()
    folder = f"cutshortfolder://{tmp_path / 'store'}"
    yield ArtefactStore(root=folder if request.param == "folder" else "cutshortobjects://store").shelf(
        RELEASE
    )
    CutShort.left = 1_000_000


MANY = 1_000_000
CUTS = [("folder", n) for n in range(3)] + [("objects", n) for n in range(4)]
"""Where a put of the test's tree is cut: at its two blobs (two files are alike) or its manifest.

On an object store the ledger's line before the manifest is a write of the same kind.
"""


@pytest.mark.parametrize(("breaking", "survivors"), CUTS, indirect=["breaking"])
def test_a_put_that_is_cut_short_leaves_nothing_that_counts(
    breaking: Shelf, tree: Path, tmp_path: Path, survivors: int
) -> None:
    """Cut at any write, a new artefact is absent; a later put completes it."""
    CutShort.left = survivors
    with pytest.raises(OSError, match="no space left"):
        breaking.put_tree("wheel", tree, facts={})
    CutShort.left = MANY
    assert not breaking.has("wheel")
    with pytest.raises(ArtefactMissing):
        breaking.manifest("wheel")
    breaking.put_tree("wheel", tree, facts={})
    breaking.fetch("wheel", tmp_path / "whole")
    assert list_tree(tmp_path / "whole") == list_tree(tree)


@pytest.mark.parametrize(("breaking", "survivors"), CUTS, indirect=["breaking"])
def test_a_put_that_is_cut_short_leaves_the_old_artefact(
    breaking: Shelf, tree: Path, tmp_path: Path, survivors: int
) -> None:
    """Cut at any write, an artefact that was there is still there, whole."""
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "old.py").write_bytes(b"old")
    old = breaking.put_tree("wheel", tmp_path / "old", facts={})
    CutShort.left = survivors
    with pytest.raises(OSError, match="no space left"):
        breaking.put_tree("wheel", tree, facts={})
    assert breaking.fetch("wheel", tmp_path / "again") == old
    assert list_tree(tmp_path / "again") == list_tree(tmp_path / "old")


def test_damaged_bytes_are_not_handed_out(shelf: Shelf, store: ArtefactStore, tmp_path: Path) -> None:
    """Bytes that are not the recorded ones are refused, and no file of them is left."""
    local = store.shelf(RELEASE)
    (tmp_path / "demo.whl").write_bytes(b"wheel")
    local.put_file("wheel", tmp_path / "demo.whl", facts={})
    (blob,) = blobs_of(local, "wheel")
    blob.write_bytes(b"whee1")
    with pytest.raises(ChecksumChanged, match=r"demo\.whl in `wheel`") as changed:
        local.fetch("wheel", tmp_path / "back")
    assert blob.name in changed.value.remedy
    assert not list((tmp_path / "back").iterdir())


@pytest.mark.parametrize("left", [b"", b"whe"])
def test_half_written_bytes_are_written_again(store: ArtefactStore, tmp_path: Path, left: bytes) -> None:
    """What a killed run left of a file does not pass for the file."""
    shelf = store.shelf(RELEASE)
    (tmp_path / "demo.whl").write_bytes(b"wheel")
    shelf.put_file("wheel", tmp_path / "demo.whl", facts={})
    (blob,) = blobs_of(shelf, "wheel")
    blob.write_bytes(left)
    shelf.put_file("wheel", tmp_path / "demo.whl", facts={})
    shelf.fetch("wheel", tmp_path / "back")
    assert (tmp_path / "back" / "demo.whl").read_bytes() == b"wheel"


def test_missing_bytes_are_told(store: ArtefactStore, tmp_path: Path) -> None:
    """A record is a claim about the store: where the bytes are gone, the file and the remedy are named."""
    shelf = store.shelf(RELEASE)
    shelf.put_text("wheel", "demo.whl", "x", facts={})
    blobs_of(shelf, "wheel")[0].unlink()
    with pytest.raises(ArtefactMissing, match=r"demo\.whl in `wheel` are gone") as missing:
        shelf.fetch("wheel", tmp_path / "back")
    assert "materialise `wheel` again" in missing.value.remedy
    assert not list((tmp_path / "back").iterdir())


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[: len(text) // 2],
        lambda _: b"",
        lambda _: b"\xff\xfe",
        lambda text: text.replace(b'"sha256": "', b'"sha256": "0', 1),
        lambda text: text.replace(b"demo.whl", b"../demo.whl"),
        lambda text: text.replace(b"demo-pkg==1.0", b"demo-pkg==1.1"),
        lambda text: text.replace(b'"asset": "wheel"', b'"asset": "sdist"'),
    ],
    ids=["truncated", "empty", "garbage", "another digest", "outside", "another release", "another artefact"],
)
def test_a_damaged_manifest_is_refused(
    store: ArtefactStore, home_store: Path, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    """A manifest that cannot be read, contradicts itself, or belongs elsewhere is nobody's evidence."""
    shelf = store.shelf(RELEASE)
    shelf.put_text("wheel", "demo.whl", "x", facts={})
    file = home_store / "demo-pkg" / "1.0" / "wheel" / "manifest.json"
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(ChecksumChanged, match=r"wheel/manifest\.json is damaged"):
        shelf.fetch("wheel", tmp_path / "back")
    assert not (tmp_path / "back").exists()


@pytest.fixture
def home_store(store: ArtefactStore) -> Path:
    """The folder of the local store."""
    return Path(store.root)


def test_a_damaged_record_is_refused(store: ArtefactStore, home_store: Path) -> None:
    """A record that is not of its form is an error, never read as absent."""
    shelf = store.shelf(RELEASE)
    shelf.write("notes/1.json", Note(text="x"))
    (home_store / "demo-pkg" / "1.0" / "notes" / "1.json").write_text('{"text": 1}', encoding="utf-8")
    with pytest.raises(ChecksumChanged, match=r"notes/1\.json is damaged"):
        shelf.read("notes/1.json", Note)
    with pytest.raises(ChecksumChanged):
        list(shelf.records("notes", Note))


def test_a_creation_that_is_cut_short_leaves_nothing(
    store: ArtefactStore, home_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk leaves no empty record behind, which would block a release for ever."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    shelf = store.shelf(RELEASE)
    with monkeypatch.context() as patch, pytest.raises(OSError, match="no space left"):
        patch.setattr("foundry_assets.medium.os.fsync", full)
        shelf.create("intents/0001.json", Note(text="x"))
    assert not [path for path in home_store.rglob("*") if path.is_file()]
    assert shelf.create("intents/0001.json", Note(text="x"))


def test_half_written_files_are_invisible(store: ArtefactStore, home_store: Path) -> None:
    """What a killed process left half written is no name of the store."""
    shelf = store.shelf(RELEASE)
    shelf.write("intents/0001.json", Note(text="x"))
    (home_store / "demo-pkg" / "1.0" / "intents" / "0002.json.abc.part").write_bytes(b"{")
    assert shelf.names("intents") == ["0001.json"]
