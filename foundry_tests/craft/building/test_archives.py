"""Reading and unpacking archives: what is in them comes out, and nothing gets out of the folder."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from foundry_assets.craft.building import differing_members, members, unpack
from foundry_assets.errors import BuildFailed


def tar_of(path: Path, *entries: tuple[str, bytes, str]) -> Path:
    """Write an sdist of (name, content or link target, type) entries."""
    with tarfile.open(path, "w:gz") as result:
        for name, content, kind in entries:
            entry = tarfile.TarInfo(name)
            entry.type = kind.encode()
            entry.linkname = content.decode() if kind in "12" else ""
            entry.size = len(content) if kind == "0" else 0
            result.addfile(entry, io.BytesIO(content))
    return path


def zip_of(path: Path, **files: str) -> Path:
    """Write a zip of text files; `__` in a name stands for `/`."""
    with zipfile.ZipFile(path, "w") as result:
        for name, text in files.items():
            result.writestr(name.replace("__", "/"), text)
    return path


def test_an_sdist_lists_as_its_tree_does(tmp_path: Path) -> None:
    """Members are named below the top folder, and a link counts as what it leads to."""
    sdist = tar_of(
        tmp_path / "demo-1.0.tar.gz", ("demo-1.0/a.py", b"x", "0"), ("demo-1.0/b.py", b"a.py", "2")
    )
    sha256 = hashlib.sha256(b"x").hexdigest()
    assert [(m.path, m.sha256, m.bytes) for m in members(sdist).members] == [
        ("a.py", sha256, 1),
        ("b.py", sha256, 1),
    ]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("/etc/demo", b"x", "0"),
        ("demo/../../out", b"x", "0"),
        ("demo/link", b"../../out", "2"),
        ("demo/link", b"/etc/passwd", "2"),
        ("demo/hard", b"../out", "1"),
        ("C:/demo/x", b"x", "0"),
        ("demo/fifo", b"", "6"),
    ],
)
def test_nothing_leaves_the_folder(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    """An entry that leads out, or that is no file, stops the unpacking before anything is written."""
    sdist = tar_of(tmp_path / "demo-1.0.tar.gz", ("demo/a.py", b"x", "0"), (name, content, kind))
    with pytest.raises(BuildFailed, match="not safe to unpack"):
        unpack(sdist, tmp_path / "room")
    assert list((tmp_path / "room").iterdir()) == []


def test_a_zip_that_leads_out_is_refused(tmp_path: Path) -> None:
    """A zip is looked at as a tar is."""
    with pytest.raises(BuildFailed, match="not safe to unpack"):
        unpack(zip_of(tmp_path / "demo-1.0.zip", **{"demo__a": "", "..__out": ""}), tmp_path / "room")


def test_unpacking_gives_the_top_folder(tmp_path: Path) -> None:
    """Links inside survive, and a zip unpacks like a tar."""
    sdist = tar_of(tmp_path / "demo-1.0.tar.gz", ("demo-1.0/s/a", b"x", "0"), ("demo-1.0/b", b"s/a", "2"))
    top = unpack(sdist, tmp_path / "one")
    assert top == tmp_path / "one" / "demo-1.0"
    assert (top / "b").read_text() == "x"
    assert (unpack(zip_of(tmp_path / "d.zip", d__a="x"), tmp_path / "two") / "a").read_text() == "x"


@pytest.mark.parametrize("names", [("a/x", "b/x"), ("PKG-INFO",), ("a/x", "stray")])
def test_one_top_folder_is_demanded(tmp_path: Path, names: tuple[str, ...]) -> None:
    """An sdist holds one folder and everything in it."""
    sdist = tar_of(tmp_path / "demo-1.0.tar.gz", *((name, b"", "0") for name in names))
    with pytest.raises(BuildFailed, match="must hold one folder"):
        unpack(sdist, tmp_path / "room")


@pytest.mark.parametrize("name", ["demo-1.0.tar.gz", "demo-1.0-py3-none-any.whl"])
@pytest.mark.parametrize("damage", ["text", "cut", "missing"])
def test_broken_archives_are_told(tmp_path: Path, name: str, damage: str) -> None:
    """Whatever is wrong with an archive ends in `BuildFailed` with its name."""
    path = tmp_path / name
    if damage == "text":
        path.write_text("not an archive")
    elif damage == "cut":
        whole = (
            tar_of(path, ("d/a", bytes(range(256)) * 99, "0"))
            if path.suffix == ".gz"
            else zip_of(path, a="x" * 999)
        )
        whole.write_bytes(whole.read_bytes()[:-40])
    with pytest.raises(BuildFailed, match=name):
        members(path)


def test_differing_members_are_named(tmp_path: Path) -> None:
    """Two archives differ by contents and by names, never by anything else."""
    first = zip_of(tmp_path / "one.whl", a="1", b="2", c="3")
    second = zip_of(tmp_path / "two.whl", c="3", b="other", d="4")
    assert differing_members(first, second) == ("a", "b", "d")
    assert differing_members(first, first) == ()


def test_an_sdist_without_links_unpacks_as_tarfile_would(tmp_path: Path) -> None:
    """Contents, modes without what others may change, and times are those of the `data` filter."""
    sdist = tmp_path / "demo-1.0.tar.gz"
    with tarfile.open(sdist, "w:gz") as result:
        for name, mode, kind in (
            ("a", 0o777, "5"),
            ("a/run", 0o777, "0"),
            ("a/own", 0o600, "0"),
            ("b", 0o466, "0"),
        ):
            entry = tarfile.TarInfo(f"demo-1.0/{name}")
            entry.type, entry.mode, entry.mtime = kind.encode(), mode, 1_000_000_000
            entry.size = len(name) if kind == "0" else 0
            result.addfile(entry, io.BytesIO(name.encode()))
    ours, theirs = unpack(sdist, tmp_path / "ours"), tmp_path / "theirs" / "demo-1.0"
    with tarfile.open(sdist) as opened:
        opened.extractall(tmp_path / "theirs", filter="data")
    for name in ("a", "a/run", "a/own", "b"):
        here, there = (ours / name).stat(), (theirs / name).stat()
        assert (here.st_mode, here.st_mtime) == (there.st_mode, there.st_mtime), name
        assert here.st_mtime == 1_000_000_000 or name != "a"
    assert (ours / "a" / "run").read_bytes() == b"a/run"


def test_the_same_bytes_are_unpacked_once(tmp_path: Path) -> None:
    """A listing is known again by the bytes, wherever they lie, and a changed file is read anew."""
    first = zip_of(tmp_path / "demo-1.0-py3-none-any.whl", a="1")
    other = tmp_path / "elsewhere" / first.name
    other.parent.mkdir()
    other.write_bytes(first.read_bytes())
    known = members(first)
    assert members(other) is known
    zip_of(other, a="2")
    assert members(other) != known
    assert members(first) == known
