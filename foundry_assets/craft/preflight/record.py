"""A wheel's RECORD against its members: every file listed once, each with its right sha256 and size.

Add here a rule about RECORD.
Not here: the other files of `.dist-info` (wheels).
"""

from __future__ import annotations

import base64
import csv
import hashlib
import zipfile
from collections import Counter
from collections.abc import Iterator

from foundry_assets.craft.preflight.members import some_of
from foundry_assets.craft.preflight.rules import Finding, finding

_UNLISTED = ("RECORD.jws", "RECORD.p7s")
_STRONG = frozenset({"sha256", "sha384", "sha512"})
"""Hashes that RECORD may use: sha256 or better, never md5 or sha1 (binary distribution format)."""
_REMEDY = "let the build backend write RECORD last; whatever changes a wheel afterwards must write it anew"
_PIECE = 1 << 20


def record_findings(file: str, archive: zipfile.ZipFile, info: str) -> Iterator[Finding]:
    """Hold RECORD against the members, reading each of them in pieces."""
    where = f"{file}: RECORD"
    try:
        rows = _rows(archive.read(f"{info}/RECORD"))
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        yield finding("record", where, f"it cannot be read: {error}", _REMEDY)
        return
    present = {name for name in archive.namelist() if not name.endswith("/")}
    listed = Counter(path for path, _, _ in rows)
    exempt = {f"{info}/{name}" for name in _UNLISTED}
    if unlisted := present - set(listed) - exempt:
        yield finding("record", where, f"it does not list {some_of(unlisted)}", _REMEDY)
    if surplus := set(listed) - present:
        yield finding("record", where, f"it lists what is not in the wheel: {some_of(surplus)}", _REMEDY)
    if twice := {path for path, count in listed.items() if count > 1}:
        yield finding("record", where, f"it lists more than once {some_of(twice)}", _REMEDY)
    yield from _wrong_hashes(where, archive, [row for row in rows if row[0] in present], f"{info}/RECORD")


def _rows(content: bytes) -> list[tuple[str, str, str]]:
    rows = []
    for row in csv.reader(content.decode("utf-8").splitlines()):
        if len(row) != 3:
            raise ValueError(f"a line has {len(row)} values instead of path, hash and size")
        rows.append((row[0].replace("\\", "/"), row[1], row[2]))
    return rows


def _wrong_hashes(
    where: str, archive: zipfile.ZipFile, rows: list[tuple[str, str, str]], itself: str
) -> Iterator[Finding]:
    wrong: dict[str, str] = {}
    for path, digest, size in rows:
        if path != itself and (why := _why_wrong(archive, path, digest, size)):
            wrong[path] = f"{path} ({why})"
    if wrong:
        yield finding("record-hashes", where, some_of(wrong.values()), _REMEDY)


def _why_wrong(archive: zipfile.ZipFile, path: str, digest: str, size: str) -> str:
    method, _, expected = digest.partition("=")
    if method not in _STRONG:
        return f"has a hash by {method}" if method else "has no hash"
    found = hashlib.new(method)
    with archive.open(path) as stream:
        while piece := stream.read(_PIECE):
            found.update(piece)
    if base64.urlsafe_b64encode(found.digest()).rstrip(b"=").decode() != expected.rstrip("="):
        return f"is not the file with that {method}"
    # The size may be left out; where it stands, it must be true.
    return "is of another size" if size and size != str(archive.getinfo(path).file_size) else ""
