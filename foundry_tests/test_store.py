"""The store gives back the very bytes that it was given, on a folder as on an object store.

Add here another kind of storage, or another thing that is kept.
Not here: storage that is cut short or damaged (test_store_damage), and what records mean (test_evidence).
"""

from __future__ import annotations

import errno
import hashlib
import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from foundry_assets.content import Listing, Member, hash_file, list_tree
from foundry_assets.errors import ArtefactMissing, UnsafeSource
from foundry_assets.release import Release
from foundry_assets.store import ArtefactStore, Shelf

RELEASE = Release.of("demo-pkg", "1.0")


class Note(BaseModel):
    """A record of these tests."""

    text: str


@pytest.fixture(params=["folder", "memory"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for a store: a folder, and an object store that lives in memory."""
    return str(tmp_path / "store") if request.param == "folder" else f"memory://{uuid.uuid4().hex}"


@pytest.fixture
def shelf(root: str) -> Shelf:
    """The release's place in it."""
    return ArtefactStore(root=root).shelf(RELEASE)


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


def test_a_tree_comes_back(shelf: Shelf, tree: Path, tmp_path: Path) -> None:
    """A tree is fetched as it was stored, with its facts, and known by its digest."""
    stored = shelf.put_tree("staged_workspace", tree, facts={"commit": None, "paths": (Path("a"), 1)})
    assert shelf.fetch("staged_workspace", tmp_path / "back") == stored == shelf.manifest("staged_workspace")
    assert list_tree(tmp_path / "back") == list_tree(tree) == stored.listing
    assert (stored.sha256, stored.bytes) == (list_tree(tree).sha256, list_tree(tree).bytes)
    assert stored.facts == {"commit": None, "paths": ["a", 1]}


def test_a_file_comes_back(shelf: Shelf, tmp_path: Path) -> None:
    """A file is fetched under its own name, and its digest is the artefact's."""
    (tmp_path / "demo.whl").write_bytes(b"wheel")
    stored = shelf.put_file("wheel", tmp_path / "demo.whl", facts={})
    assert stored.file == Member("demo.whl", *hash_file(tmp_path / "demo.whl"))
    assert stored.sha256 == stored.file.sha256
    shelf.fetch("wheel", tmp_path / "back")
    assert (tmp_path / "back" / "demo.whl").read_bytes() == b"wheel"


def test_a_text_comes_back(shelf: Shelf, tmp_path: Path) -> None:
    """A text is stored in UTF-8 with plain line ends, whatever the machine prefers."""
    shelf.put_text("receipt", "receipt.json", "ü\n", facts={})
    shelf.fetch("receipt", tmp_path)
    assert (tmp_path / "receipt.json").read_bytes() == "ü\n".encode()


names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='/\\:*?"<>|'), min_size=1, max_size=9
).filter(lambda name: name.strip(" .") == name and name.casefold() not in ("con", "nul", "aux", "prn"))


def _is_tree(files: dict[tuple[str, ...], bytes]) -> bool:
    return not any(a != b and b[: len(a)] == a for a in files for b in files)


trees = st.dictionaries(
    st.lists(names, min_size=1, max_size=3).map(tuple), st.binary(max_size=30), max_size=5
).filter(_is_tree)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(files=trees)
def test_any_tree_comes_back_identical(
    root: str, tmp_path_factory: pytest.TempPathFactory, files: dict[tuple[str, ...], bytes]
) -> None:
    """Whatever names and bytes a tree has, the fetched one has the same."""
    tree, back = (tmp_path_factory.mktemp(name) for name in ("tree", "back"))
    for parts, data in files.items():
        tree.joinpath(*parts).parent.mkdir(parents=True, exist_ok=True)
        tree.joinpath(*parts).write_bytes(data)
    shelf = ArtefactStore(root=root).shelf(RELEASE)
    stored = shelf.put_tree("stubbed_tree", tree, facts={})
    shelf.fetch("stubbed_tree", back)
    assert list_tree(back) == list_tree(tree) == Listing(stored.members)


def test_a_known_listing_spares_hashing(shelf: Shelf, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree whose listing is at hand is stored by it, without being read once more."""
    known = list_tree(tree)
    monkeypatch.setattr("foundry_assets.store.list_tree", lambda _: pytest.fail("hashed again"))
    assert shelf.put_tree("stubbed_tree", tree, listing=known, facts={}).listing == known


def test_equal_bytes_are_kept_once(store: ArtefactStore, tree: Path) -> None:
    """Bytes are stored by their sha256, across files, artefacts and releases, and never written twice."""
    shelf = store.shelf(RELEASE)
    shelf.put_tree("staged_workspace", tree, facts={})
    first = {path: path.stat().st_mtime_ns for path in blobs_of(shelf, "staged_workspace")}
    other = store.shelf(Release.of("demo-pkg", "2.0"))
    other.put_tree("stubbed_tree", tree, facts={})
    assert {path: path.stat().st_mtime_ns for path in blobs_of(other, "stubbed_tree")} == first
    assert len(first) == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_that_no_record_can_hold_are_refused(shelf: Shelf, tmp_path: Path) -> None:
    """A file name that is not UTF-8 is told before anything counts as stored."""
    (tmp_path / "tree").mkdir()
    try:
        Path(os.fsdecode(os.fsencode(tmp_path / "tree") + b"/\xff.py")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes no such names")
    with pytest.raises(UnsafeSource, match=r"udcff\.py"):
        shelf.put_tree("staged_workspace", tmp_path / "tree", facts={})
    assert not shelf.has("staged_workspace")


def test_an_artefact_that_never_was_is_told(shelf: Shelf, tmp_path: Path) -> None:
    """Asking for what was never made names the step that makes it."""
    assert not shelf.has("pypi_probe/local")
    with pytest.raises(ArtefactMissing, match=r"demo-pkg==1\.0: `pypi_probe/local`") as missing:
        shelf.fetch("pypi_probe/local", tmp_path)
    assert "`pypi_probe`" in missing.value.remedy


def test_records_are_replaced_whole(shelf: Shelf, root: str) -> None:
    """A record that is written again takes the old one's place, and nothing lies beside it."""
    assert shelf.read("notes/1.json", Note) is None
    for text in ("one", "two"):
        shelf.write("notes/1.json", Note(text=text))
    assert shelf.read("notes/1.json", Note) == Note(text="two")
    assert shelf.names("notes") == ["1.json"]
    if "://" not in root:
        assert not list(Path(root).rglob("*.part"))


def test_records_come_in_the_order_of_their_names(shelf: Shelf) -> None:
    """Records below a path are given by name; other things there, and other depths, are passed over."""
    for name in ("0002.json", "0001.json", "0010.json", "deeper/0003.json"):
        shelf.write(f"notes/{name}", Note(text=name))
    assert [note.text for note in shelf.records("notes", Note)] == ["0001.json", "0002.json", "0010.json"]
    assert list(shelf.records("nothing", Note)) == []


def test_creating_happens_once(shelf: Shelf) -> None:
    """A record that is there is not written over, whatever it says."""
    assert shelf.create("intents/0001.json", Note(text="first"))
    assert not shelf.create("intents/0001.json", Note(text="second"))
    assert shelf.read("intents/0001.json", Note) == Note(text="first")
    assert shelf.names("intents") == ["0001.json"]


def race(shelf: Shelf, path: str) -> list[bool]:
    """Let eight threads create one record at the same moment."""
    start = Barrier(8)

    def create(number: int) -> bool:
        start.wait()
        return shelf.create(path, Note(text=str(number)))

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(create, range(8)))


def test_of_many_creators_one_wins(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many create a record at once, exactly one is told so, and the record is that one's."""
    looks = MemoryFileSystem.exists

    def looks_slowly(*arguments: Any, **options: Any) -> bool:
        found = bool(looks(*arguments, **options))
        time.sleep(0.002)
        return found

    # Between looking and writing there is time enough for everybody else.
    monkeypatch.setattr(MemoryFileSystem, "exists", looks_slowly)
    for number in range(10):
        told = race(shelf, f"intents/{number}.json")
        assert told.count(True) == 1
        assert shelf.read(f"intents/{number}.json", Note) == Note(text=str(told.index(True)))


def test_of_many_creators_one_wins_without_links(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that knows no links gives the same promise."""

    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "operation not permitted")

    monkeypatch.setattr("foundry_assets.medium.os.link", no_links)
    assert race(shelf, "intents/0001.json").count(True) == 1


def test_rehearsals_lie_apart(root: str, tmp_path: Path) -> None:
    """A rehearsal neither sees nor touches what a release of the same name has, save equal bytes."""
    store = ArtefactStore(root=root)
    real, rehearsal = store.shelf(RELEASE), store.shelf(RELEASE, rehearsal=True)
    real.put_text("wheel", "demo.whl", "real", facts={})
    assert not rehearsal.has("wheel")
    rehearsal.put_text("wheel", "demo.whl", "rehearsed", facts={})
    rehearsal.write("upload_receipt/local/receipt.json", Note(text="x"))
    real.fetch("wheel", tmp_path)
    assert (tmp_path / "demo.whl").read_text(encoding="utf-8") == "real"
    assert real.names("upload_receipt") == []


def test_releases_lie_apart(root: str) -> None:
    """Versions that differ in nothing but an epoch or a local part share no place."""
    store = ArtefactStore(root=root)
    versions = ("1.0", "1!1.0", "1.0+local", "1.0.post1")
    for version in versions:
        store.shelf(Release.of("demo-pkg", version)).write("notes/1.json", Note(text=version))
    read = [store.shelf(Release.of("demo-pkg", v)).read("notes/1.json", Note) for v in versions]
    assert read == [Note(text=version) for version in versions]


def test_everything_below_a_place_is_listed(shelf: Shelf) -> None:
    """Records at any depth are given by their places, without locks; none where there are none."""
    assert shelf.places() == []
    shelf.write("b/deeper/1.json", Note(text="x"))
    shelf.write_text("a.txt", "x", kind="text")
    shelf._medium.replace("demo-pkg/1.0/b/some.lock", b"")
    shelf._medium.replace("demo-pkg/1.0.1/other.json", b"")
    with shelf.alone("sending"):
        told = [place for place in shelf.places() if not place.startswith("ledger/")]
    assert told == ["a.txt", "b/deeper/1.json"]
    assert shelf.bytes_of("a.txt") == b"x"
    assert shelf.bytes_of("b.txt") is None


def test_stored_bytes_are_hashed_where_they_lie(shelf: Shelf) -> None:
    """The sha256 and size that the store really has are given, None where the bytes are gone."""
    stored = shelf.put_text("wheel", "demo.whl", "wheel", facts={})
    assert shelf.blob_found(stored.sha256) == (stored.sha256, 5)
    shelf._medium.replace(f"blobs/sha256/{stored.sha256[:2]}/{stored.sha256}", b"other!")
    assert shelf.blob_found(stored.sha256) == (hashlib.sha256(b"other!").hexdigest(), 6)
    assert shelf.blob_found("0" * 64) is None


def test_addresses_lead_to_the_bytes(shelf: Shelf) -> None:
    """What people are told as an address opens, by fsspec as by hand."""
    stored = shelf.put_text("wheel", "demo.whl", "x", facts={})
    with fsspec.open(shelf.blob_address(stored.sha256), "rb") as stream:
        assert stream.read() == b"x"
    with fsspec.open(f"{shelf.address('wheel')}/manifest.json", "rb") as stream:
        assert stored.sha256.encode() in stream.read()
