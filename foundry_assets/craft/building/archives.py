"""Reading sdists and wheels: what is in them, and unpacking one without letting it out of its folder.

Add here what is read from an archive in pieces, never a whole large member in memory.
Not here: writing archives (normalising), and judging what is in them (contents).
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import lzma
import os
import posixpath
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from foundry_assets.content import Listing, Member
from foundry_assets.craft.read_once import read_once
from foundry_assets.errors import BuildFailed
from foundry_assets.side_by_side import side_by_side

_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


def is_zip(archive: Path) -> bool:
    """Tell by its name whether an archive is a zip (wheels and old sdists are); all others are tars."""
    return archive.suffix in {".whl", ".zip"}


@contextlib.contextmanager
def readable(archive: Path) -> Iterator[None]:
    """Turn every way in which an archive can be broken into `BuildFailed`."""
    try:
        yield
    except (*_BROKEN, OSError) as error:
        raise BuildFailed(
            f"`{archive.name}` cannot be read as the archive that its name promises: {error}",
            remedy="build it again; if it stays so, the build backend writes broken files",
        ) from error


def members(archive: Path) -> Listing:
    """Hash every file of an sdist or wheel.

    Paths are those of the wheel, or those below the sdist's one top folder, so that they compare with
    the tree it came from. A link counts as what it leads to. Raises `BuildFailed` where the
    archive cannot be read. The same bytes are unpacked once, however many want to know.
    """
    with readable(archive):
        return _members(archive)


def paths_in_wheel(wheel: Path) -> frozenset[str]:
    """Give the paths of a wheel's files as `members` does, none of which is read.

    Raises `BuildFailed` where the wheel cannot be read.
    """
    with readable(wheel), zipfile.ZipFile(wheel) as opened:
        return frozenset(str(PurePosixPath(name)) for name in opened.namelist() if not name.endswith("/"))


@read_once(newest=4)
def _members(archive: Path) -> Listing:
    found = list(_zip_members(archive) if is_zip(archive) else _tar_members(archive))
    if archive.suffix != ".whl":
        top = top_folder(archive, [member.path for member in found])
        found = [Member(m.path.removeprefix(f"{top}/"), m.sha256, m.bytes) for m in found]
    return Listing.of({member.path: member for member in found}.values())


def _zip_members(archive: Path) -> Iterator[Member]:
    with zipfile.ZipFile(archive) as opened:
        for name in dict.fromkeys(opened.namelist()):
            if not name.endswith("/"):
                with opened.open(name) as stream:
                    yield _member(name, stream)


def _tar_members(archive: Path) -> Iterator[Member]:
    with tarfile.open(archive, "r:*") as opened:
        links = []
        for entry in opened:
            if entry.isreg():
                stream = opened.extractfile(entry)
                assert stream is not None
                with stream:
                    yield _member(entry.name, stream)
            elif entry.islnk() or entry.issym():
                links.append(entry)
        for entry in links:
            with contextlib.suppress(KeyError):  # a link to nothing in here carries no content
                target = opened.extractfile(entry)
                if target is not None:
                    with target:
                        yield _member(entry.name, target)


def _member(name: str, stream: IO[bytes]) -> Member:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
        size += len(chunk)
    return Member(str(PurePosixPath(name)), digest.hexdigest(), size)


def top_folder(archive: Path, names: Iterable[str]) -> str:
    """Give the one folder that everything in an sdist lies in.

    Raises `BuildFailed` where there is none, or more than one (source distribution format, PEP 517).
    """
    parts = [PurePosixPath(name).parts for name in names]
    tops = {part[0] for part in parts if part}
    if len(tops) != 1 or not any(len(part) > 1 for part in parts):
        told = ", ".join(sorted(tops)[:5]) or "nothing"
        raise BuildFailed(
            f"`{archive.name}` must hold one folder and everything in it; it holds {told}",
            remedy="build it with a backend that follows the source distribution format",
        )
    return tops.pop()


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack an sdist below `folder` and give the one folder that it holds.

    Nothing is written outside `folder`: absolute paths, `..`, links out and devices raise `BuildFailed`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with readable(archive):
        names = _unpack_zip(archive, folder) if is_zip(archive) else _unpack_tar(archive, folder)
    return folder / top_folder(archive, names)


def _unpack_zip(archive: Path, folder: Path) -> Collection[str]:
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        for name in names:
            _refuse_outside(archive, name)
        for entry in opened.infolist():
            written = Path(opened.extract(entry, folder))
            if entry.external_attr >> 16 & 0o100 and not entry.is_dir():
                written.chmod(0o755)
    return names


def _unpack_tar(archive: Path, folder: Path) -> Collection[str]:
    with plain_tar(archive) as opened:
        entries = opened.getmembers()
        for entry in entries:
            _refuse_unsafe(archive, entry)
        if all((entry.isreg() and not entry.issparse()) or entry.isdir() for entry in entries):
            _write_plain(Path(str(opened.name)), entries, folder)
        elif hasattr(tarfile, "data_filter"):
            opened.extractall(folder, filter="data")
        else:  # Python before 3.11.4: the entries were looked at just above
            opened.extractall(folder)  # noqa: S202
    return [entry.name for entry in entries]


@contextlib.contextmanager
def plain_tar(archive: Path) -> Iterator[tarfile.TarFile]:
    """Open a `.tar.gz` for reading its entries in any order, decompressed once and not for each pass."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        plain = Path(scratch, "plain.tar")
        with gzip.open(archive) as packed, plain.open("wb") as copy:
            copy_in_pieces(packed, copy)
        with tarfile.open(plain, "r:") as opened:
            yield opened


def _write_plain(plain: Path, entries: Sequence[tarfile.TarInfo], folder: Path) -> None:
    """Write the files and folders of an uncompressed tar without links, where a safe name is a safe place.

    Modes and times are as by tarfile's `data` filter, which looks up every place on the disk, twice.
    """
    last = {entry.name: entry for entry in entries}  # a repeated name means its last entry
    for name, entry in last.items():
        (folder / (name if entry.isdir() else posixpath.dirname(name))).mkdir(parents=True, exist_ok=True)
    side_by_side(partial(_write, plain, folder), [entry for entry in last.values() if entry.isreg()])
    for entry in reversed(last.values()):
        if entry.isdir():
            os.utime(folder / entry.name, (entry.mtime, entry.mtime))


def _write(plain: Path, folder: Path, entry: tarfile.TarInfo) -> None:
    target = folder / entry.name
    with plain.open("rb") as stream, target.open("wb") as copy:
        stream.seek(entry.offset_data)
        left = entry.size
        while chunk := stream.read(min(left, 1 << 20)):
            copy.write(chunk)
            left -= len(chunk)
    if left:
        raise tarfile.ReadError(f"`{entry.name}` is cut short")
    os.utime(target, (entry.mtime, entry.mtime))
    target.chmod((entry.mode & 0o755 if entry.mode & 0o100 else entry.mode & 0o644) | 0o600)


def _refuse_unsafe(archive: Path, entry: tarfile.TarInfo) -> None:
    _refuse_outside(archive, entry.name)
    if entry.islnk():
        _refuse_outside(archive, entry.linkname)
    elif entry.issym():
        target = os.path.normpath(PurePosixPath(entry.name).parent / entry.linkname)
        _refuse_outside(archive, target.replace(os.sep, "/"))
    elif not (entry.isreg() or entry.isdir()):
        _refuse(archive, entry.name, "is neither a file, a folder nor a link")


def _refuse_outside(archive: Path, name: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or any(part.endswith(":") for part in path.parts[:1]):
        _refuse(archive, name, "leads out of the archive's folder")


def _refuse(archive: Path, name: str, why: str) -> None:
    raise BuildFailed(
        f"`{archive.name}` is not safe to unpack: `{name}` {why}", remedy="take it out of the sdist"
    )


def copy_in_pieces(source: IO[bytes] | gzip.GzipFile, target: IO[bytes]) -> None:
    """Copy a stream of any size, holding one megabyte at a time."""
    shutil.copyfileobj(source, target, 1 << 20)
