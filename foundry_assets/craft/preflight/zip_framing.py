"""Whether a zip says the same to those who read its directory and to those who stream its members.

Add here a feature of zips that the public indexes refuse because tools read it differently.
Not here: the members' names and contents (members, record).
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from foundry_assets.craft.preflight.members import some_of
from foundry_assets.craft.preflight.rules import Finding, finding

RATIO_LOOKED_AT_FROM = 64 * 1024 * 1024
"""Unpacked bytes below which PyPI does not look at the ratio."""
HIGHEST_RATIO = 50
_ACCEPTED_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_LOCAL_HEADER = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL_ENTRY_BYTES, _END_BYTES, _ZIP64_END_BYTES = 46, 22, 76
_SIZE_IS_IN_EXTRA = 0xFFFFFFFF
_STREAMED = 0x08
_DELETE = 0x7F


def framing_findings(path: Path, archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Hold a zip's framing against what the public indexes take."""
    told = list(dict.fromkeys(_odd_features(path, archive)))
    if told:
        remedy = (
            "build again with a current backend; if it stays so, write the zip anew with Python's zipfile"
        )
        yield finding("zip-framing", f"{path.name}: zip", "; ".join(told), remedy)


def bomb_findings(path: Path, archive: zipfile.ZipFile) -> Iterator[Finding]:
    """Find an archive that unpacks to absurdly more than it is; it is not worth unpacking here either."""
    unpacked, packed = sum(entry.file_size for entry in archive.infolist()), path.stat().st_size
    if unpacked > RATIO_LOOKED_AT_FROM and unpacked / packed > HIGHEST_RATIO:
        what = f"{packed:,} bytes unpack to {unpacked:,}, more than {HIGHEST_RATIO} times as many"
        remedy = "leave out large repetitive data, or ship it compressed and unpack it when it is used"
        yield finding("compression", f"{path.name}: zip", what, remedy)


def _odd_features(path: Path, archive: zipfile.ZipFile) -> Iterator[str]:
    entries = archive.infolist()
    if streamed := [entry.filename for entry in entries if entry.flag_bits & _STREAMED]:
        yield f"data descriptors after {some_of(streamed)}"
    if methods := [entry.filename for entry in entries if entry.compress_type not in _ACCEPTED_METHODS]:
        yield f"a compression that is neither deflate nor none: {some_of(methods)}"
    if any(entry.comment for entry in entries):
        yield "comments on members"
    if any(ord(char) < ord(" ") or ord(char) == _DELETE for e in entries for char in e.orig_filename):
        yield "unprintable characters in names"
    if not streamed:  # what follows a streamed member would look like bytes that belong to none
        with path.open("rb") as stream:
            yield from _local_headers(stream, archive)
    surplus = path.stat().st_size - archive.start_dir - _directory_bytes(archive)
    if surplus not in (0, _ZIP64_END_BYTES):
        yield "bytes that belong to no member after the directory"


def _local_headers(stream: IO[bytes], archive: zipfile.ZipFile) -> Iterator[str]:
    """Walk the members as a streaming reader does, and tell where that is not what the directory says."""
    position = 0
    for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
        if entry.header_offset != position:
            yield f"bytes that belong to no member before {entry.filename}"
        stream.seek(entry.header_offset)
        head = stream.read(_LOCAL_HEADER.size)
        if len(head) < _LOCAL_HEADER.size:
            yield f"no header before {entry.filename}"
            return
        *_, packed, unpacked, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(head)
        sizes = {(packed, entry.compress_size), (unpacked, entry.file_size)}
        if any(a not in (b, _SIZE_IS_IN_EXTRA) for a, b in sizes):
            yield f"two sizes for {entry.filename}"
        position = entry.header_offset + len(head) + name_bytes + extra_bytes + entry.compress_size
    if position != archive.start_dir:
        yield "bytes that belong to no member before the directory"


def _directory_bytes(archive: zipfile.ZipFile) -> int:
    """Give how long the directory and its end are where nothing follows them."""
    entries = sum(
        _CENTRAL_ENTRY_BYTES + len(_stored_name(entry)) + len(entry.extra) + len(entry.comment)
        for entry in archive.infolist()
    )
    return entries + _END_BYTES + len(archive.comment)


def _stored_name(entry: zipfile.ZipInfo) -> bytes:
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437")
