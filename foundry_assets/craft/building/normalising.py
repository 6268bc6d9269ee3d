"""Repeatable containers: the same members always make the same archive, byte for byte.

Add here what an archive says about its members besides their contents: times, owners, modes, order.
Not here: changing any member's contents; where those differ between builds, people are told (comparing).
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
import struct
import tarfile
import time
import zipfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from foundry_assets.craft.building.archives import (
    copy_in_pieces,
    is_zip,
    plain_tar,
    readable,
    top_folder,
)
from foundry_assets.craft.building.block_gzip import block_gzip
from foundry_assets.errors import BuildFailed

EARLIEST_EPOCH = 315532800
"""1980-01-01, seconds since 1970: a zip knows no earlier day."""
_PIECE = 1 << 20
_LOCAL_HEADER = struct.Struct("<26xHH")
_Look = Callable[[Collection[str]], object]


def normalise(archive: Path, target: Path, *, epoch: int, look: _Look = lambda _: None) -> tuple[str, ...]:
    """Write `archive` again as `target` with fixed container metadata, and say what had to be changed.

    Times become `epoch` (seconds since 1970), owners 0, modes 644 or 755, the order fixed: by name, in wheels
    `.dist-info` after the rest and `RECORD` last (binary distribution format). Contents, symbolic links and
    executable bits stay. `look` is shown the names of all files before one is written, and may raise. Raises
    `BuildFailed` where the archive cannot be read.
    """
    epoch = max(epoch, EARLIEST_EPOCH)
    write = _write_zip if is_zip(archive) else _write_tar
    with readable(archive):
        changed = set(write(archive, target, epoch, look))
    return tuple(sorted(changed))


def kept_of(wheel: Path) -> str:
    """Give a digest by which two wheels as made are known to become the same bytes in `normalise`.

    It holds what is kept of them, contents as they lie there compressed, so that nothing is unpacked: the
    same contents packed in another way count as others. Empty for a wheel with odd names, of which nothing is
    promised. Raises `BuildFailed` where the wheel cannot be read.
    """
    with readable(wheel), zipfile.ZipFile(wheel) as opened, wheel.open("rb") as stream:
        entries = [opened.getinfo(name) for name in sorted(set(opened.namelist()))]
        if any(str(PurePosixPath(entry.filename)) != entry.filename.rstrip("/") for entry in entries):
            return ""
        lines = [_kept_line(entry, stream) for entry in entries]
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _kept_line(entry: zipfile.ZipInfo, stream: IO[bytes]) -> str:
    mode = _fixed_zip_entry(entry, EARLIEST_EPOCH).external_attr
    packed = f"{entry.flag_bits} {entry.compress_type} {entry.CRC} {entry.file_size}"
    return f"{entry.filename}\0{mode}\0{packed}\0{_packed_sha256(entry, stream)}\n"


def _packed_sha256(entry: zipfile.ZipInfo, stream: IO[bytes]) -> str:
    """Hash a member as it lies in the file, with the name before it (APPNOTE.TXT, 4.3.7)."""
    stream.seek(entry.header_offset)
    head = stream.read(_LOCAL_HEADER.size)
    if len(head) < _LOCAL_HEADER.size:
        raise zipfile.BadZipFile(f"`{entry.filename}` has no header")
    name_bytes, extra_bytes = _LOCAL_HEADER.unpack(head)
    digest = hashlib.sha256(stream.read(name_bytes))
    stream.seek(extra_bytes, os.SEEK_CUR)
    left = entry.compress_size
    while chunk := stream.read(min(left, _PIECE)):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()


def _write_tar(archive: Path, target: Path, epoch: int, look: _Look) -> Iterator[str]:
    # A compressed tar can only be read forwards; the fixed order needs its members in any order.
    with (
        plain_tar(archive) as source,
        block_gzip(target, mtime=epoch) as zipped,
        tarfile.open(fileobj=zipped, mode="w|", format=tarfile.PAX_FORMAT) as result,
    ):
        look([entry.name for entry in source.getmembers() if not entry.isdir()])
        yield from _gzip_differences(archive, epoch)
        yield from _copy_tar(archive, source, result, epoch)


def _copy_tar(archive: Path, source: tarfile.TarFile, result: tarfile.TarFile, epoch: int) -> Iterator[str]:
    entries = source.getmembers()
    last = {entry.name: entry for entry in entries}  # as on unpacking, a repeated name means its last entry
    top_folder(archive, last)
    if list(last) != sorted(last) or len(last) != len(entries):
        yield "order"
    for name in sorted(last):
        entry = last[name]
        fixed = _fixed_tar_entry(archive, entry, source, epoch)
        yield from _tar_differences(entry, fixed)
        stream = source.extractfile(entry) if fixed.isreg() else None
        result.addfile(fixed, stream)


def _fixed_tar_entry(
    archive: Path, entry: tarfile.TarInfo, source: tarfile.TarFile, epoch: int
) -> tarfile.TarInfo:
    fixed = tarfile.TarInfo(entry.name)
    fixed.mtime = epoch
    if entry.isdir():
        fixed.type, fixed.mode = tarfile.DIRTYPE, 0o755
    elif entry.issym():
        fixed.type, fixed.mode, fixed.linkname = tarfile.SYMTYPE, 0o777, entry.linkname
    elif entry.isreg() or entry.islnk():
        # Hard links only tell how the tree lay on one disk, so they become plain files.
        content = _link_target(entry, source)
        fixed.mode = 0o755 if content.mode & stat.S_IXUSR else 0o644
        fixed.size = content.size
    else:
        raise BuildFailed(
            f"`{archive.name}` holds `{entry.name}`, which is neither a file, a folder nor a link",
            remedy="take it out of the sdist",
        )
    return fixed


def _link_target(entry: tarfile.TarInfo, source: tarfile.TarFile) -> tarfile.TarInfo:
    try:
        return _link_target(source.getmember(entry.linkname), source) if entry.islnk() else entry
    except KeyError as error:
        raise tarfile.ReadError(
            f"`{entry.name}` is a link to `{entry.linkname}`, which is missing"
        ) from error


def _tar_differences(was: tarfile.TarInfo, fixed: tarfile.TarInfo) -> Iterator[str]:
    if was.mtime != fixed.mtime:
        yield "times"
    if (was.uid, was.gid, was.uname, was.gname) != (0, 0, "", ""):
        yield "owners"
    if was.mode != fixed.mode:
        yield "modes"
    if was.islnk():
        yield "hard links"


def _gzip_differences(archive: Path, epoch: int) -> Iterator[str]:
    with archive.open("rb") as stream:
        header = stream.read(10)
    if header[3:8] + header[9:] != b"\0" + struct.pack("<I", epoch) + b"\xff":
        yield "gzip header"


def _write_zip(archive: Path, target: Path, epoch: int, look: _Look) -> Iterator[str]:
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(target, "w") as result:
        names = list(dict.fromkeys(source.namelist()))
        look([name for name in names if not name.endswith("/")])
        ordered = sorted(names, key=_wheel_order if archive.suffix == ".whl" else str)
        if ordered != source.namelist():
            yield "order"
        if source.comment:
            yield "comment"
        for name in ordered:
            entry = source.getinfo(name)
            fixed = _fixed_zip_entry(entry, epoch)
            yield from _zip_differences(entry, fixed)
            with source.open(entry) as stream, result.open(fixed, "w") as sink:
                copy_in_pieces(stream, sink)


def _wheel_order(name: str) -> tuple[int, str]:
    top, _, rest = name.partition("/")
    if not top.endswith(".dist-info"):
        return 0, name
    return (2 if posixpath.basename(rest).startswith("RECORD") else 1), name


def _fixed_zip_entry(entry: zipfile.ZipInfo, epoch: int) -> zipfile.ZipInfo:
    year, month, day, hour, minute, second = time.gmtime(epoch)[:6]
    fixed = zipfile.ZipInfo(entry.filename, (year, month, day, hour, minute, second // 2 * 2))
    fixed.create_system = 3  # Unix, the one system whose modes survive in a zip
    mode = entry.external_attr >> 16
    if entry.is_dir():
        fixed.external_attr = (stat.S_IFDIR | 0o755) << 16 | 0x10
        return fixed
    if stat.S_ISLNK(mode):
        fixed.external_attr = (stat.S_IFLNK | 0o777) << 16
    else:
        fixed.external_attr = (stat.S_IFREG | (0o755 if mode & stat.S_IXUSR else 0o644)) << 16
    fixed.compress_type = zipfile.ZIP_DEFLATED
    fixed.file_size = entry.file_size
    return fixed


def _zip_differences(was: zipfile.ZipInfo, fixed: zipfile.ZipInfo) -> Iterator[str]:
    if was.date_time != fixed.date_time:
        yield "times"
    if was.external_attr != fixed.external_attr or was.create_system != fixed.create_system:
        yield "modes"
    if was.compress_type != fixed.compress_type:
        yield "compression"
    if was.extra or was.comment:
        yield "extra fields"
