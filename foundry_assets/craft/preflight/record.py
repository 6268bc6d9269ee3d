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
from collections.abc import Iterator, Mapping

from foundry_assets.craft.preflight.members import some_of
from foundry_assets.craft.preflight.rules import Finding, finding

_UNLISTED = ("RECORD.jws", "RECORD.p7s")
_STRONG = frozenset({"sha256", "sha384", "sha512"})
"""Hashes that RECORD may use: sha256 or better, never md5 or sha1 (binary distribution format)."""
_REMEDY = "let the build backend write RECORD last; whatever changes a wheel afterwards must write it anew"
_PIECE = 1 << 20


def record_findings(
    file: str, archive: zipfile.ZipFile, info: str, hashes: Mapping[str, str]
) -> Iterator[Finding]:
    """Hold RECORD against the members, whose sha256 are known; for another hash one is read in pieces."""
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
    there = [row for row in rows if row[0] in present and row[0] != f"{info}/RECORD"]
    if wrong := {path: why for path, *told in there if (why := _why_wrong(archive, hashes, path, *told))}:
        shown = some_of([f"{path} ({why})" for path, why in wrong.items()])
        yield finding("record-hashes", where, shown, _REMEDY)


def _rows(content: bytes) -> list[tuple[str, str, str]]:
    rows = []
    for row in csv.reader(content.decode("utf-8").splitlines()):
        if len(row) != 3:
            raise ValueError(f"a line has {len(row)} values instead of path, hash and size")
        rows.append((row[0].replace("\\", "/"), row[1], row[2]))
    return rows


def _why_wrong(archive: zipfile.ZipFile, hashes: Mapping[str, str], path: str, digest: str, size: str) -> str:
    method, _, expected = digest.partition("=")
    if method not in _STRONG:
        return f"has a hash by {method}" if method else "has no hash"
    known = hashes.get(path, "") if method == "sha256" else ""
    found = bytes.fromhex(known) if known else _digest(archive, path, method)
    if base64.urlsafe_b64encode(found).rstrip(b"=").decode() != expected.rstrip("="):
        return f"is not the file with that {method}"
    # The size may be left out; where it stands, it must be true.
    return "is of another size" if size and size != str(archive.getinfo(path).file_size) else ""


def _digest(archive: zipfile.ZipFile, path: str, method: str) -> bytes:
    found = hashlib.new(method)
    with archive.open(path) as stream:
        while piece := stream.read(_PIECE):
            found.update(piece)
    return found.digest()
