"""Every stored record and file, hashed again, beside what the ledger and the manifests say of it.

Add here another kind of stored thing that evidence vouches for.
Not here: the ledger's own lines (chain), and whether a record says the right thing (evidence).
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from foundry_assets.content import Member
from foundry_assets.ledger import Claims, Line, number_of
from foundry_assets.ledger.line import FOLDER, FOUND, sha256_of
from foundry_assets.manifest import Manifest
from foundry_assets.store import Shelf
from foundry_assets.verifying.findings import Counted, Finding

_MANIFEST = "manifest.json"
_RESTORE = "restore it from a backup of the store"


def unlike(shelf: Shelf, claims: Claims, *, has_ledger: bool, counted: Counted) -> Iterator[Finding]:
    """Find what is not as it was written: records in the order of their lines, then what has no line.

    The files of a manifest come right after it. Without a ledger only the files can be looked at.
    """
    places = [place for place in shelf.places() if not _is_line(place)]
    seen: set[str] = set()
    if not has_ledger:
        yield from _without_ledger(places)
    for place in [line.place for line in claims.newest] if has_ledger else places:
        data = shelf.bytes_of(place)
        if has_ledger and (finding := _unlike_its_line(claims, place, data)):
            yield finding
        if data is not None:
            counted.records += 1
            if place.rpartition("/")[2] == _MANIFEST:
                yield from _files(shelf, place, data, seen, counted)
    if has_ledger:
        yield from (_foreign(place) for place in places if place not in claims.by_place)
        yield from _older(claims)


def _is_line(place: str) -> bool:
    folder, _, name = place.rpartition("/")
    return folder == FOLDER and number_of(name) is not None


def _unlike_its_line(claims: Claims, place: str, data: bytes | None) -> Finding | None:
    line = claims.by_place[place][-1]
    found = None if data is None else sha256_of(data)
    if found == line.sha256:
        return None
    earlier = {claim.sha256 for claim in claims.by_place[place][:-1]}
    is_as_before = found is None or found in earlier
    if is_as_before and claims.may_be_cut_short(line):
        return _cut_short(line, found)
    what = "is gone" if data is None else "is not as it was written"
    what += ", but as it was before" if found in earlier else ""
    return Finding(
        where=f"record {place}",
        what=f"{what} (ledger line {line.seq}, {line.kind}, {line.at})",
        expected=f"sha256 {line.sha256}",
        found="nothing there" if data is None else f"sha256 {found}, {len(data)} bytes",
        remedy=f"{_RESTORE}; nothing may be done on the strength of it",
    )


def _cut_short(line: Line, found: str | None) -> Finding:
    """Tell of a run's last word: killed right there, at work in this moment, or removed by somebody."""
    return Finding(
        where=f"record {line.place}",
        what=f"was announced by line {line.seq} ({line.kind}, {line.at}), the last word of its run, and is "
        f"{'not there' if found is None else 'still the one before'}: the run was stopped right then, or is "
        "at work, or somebody has taken it away",
        expected=f"sha256 {line.sha256}",
        found="nothing there" if found is None else f"sha256 {found}",
        remedy="start the release again: it does what is left, and its end takes the line back",
        weight="unknown",
    )


def _files(shelf: Shelf, place: str, data: bytes, seen: set[str], counted: Counted) -> Iterator[Finding]:
    asset = place.removesuffix(f"/{_MANIFEST}")
    try:
        manifest = Manifest.model_validate_json(data)
    except ValidationError:
        manifest = None
    if manifest is None or manifest.asset != asset or not manifest.is_sound:
        what = "contradicts itself or its place, so the files of this artefact cannot be looked at"
        yield Finding(f"record {place}", what, remedy=_RESTORE)
        return
    for member in manifest.members:
        if member.sha256 not in seen:
            seen.add(member.sha256)
            if finding := _unlike_its_name(shelf, asset, member):
                yield finding
            counted.files += 1
            counted.bytes += member.bytes


def _unlike_its_name(shelf: Shelf, asset: str, member: Member) -> Finding | None:
    found = shelf.blob_found(member.sha256)
    if found == (member.sha256, member.bytes):
        return None
    return Finding(
        where=f"file {member.path} of `{asset}`",
        what="is gone from the store" if found is None else "is no longer the file that was stored",
        expected=f"sha256 {member.sha256}, {member.bytes} bytes",
        found="nothing there" if found is None else f"sha256 {found[0]}, {found[1]} bytes",
        remedy=f"{_RESTORE}: {shelf.blob_address(member.sha256)}",
    )


def _foreign(place: str) -> Finding:
    return Finding(
        where=f"record {place}",
        what="is in the store, and no line of the ledger tells of it",
        expected="nothing there",
        found=place,
        remedy="find out who put it there, or who took its line away: the foundry writes the line first",
    )


def _older(claims: Claims) -> list[Finding]:
    found = [line.place for line in claims.newest if line.kind == FOUND]
    told = f"{len(found)} records were there before their lines: {', '.join(found[:5])}"
    return [Finding("ledger", told, weight="note")] if found else []


def _without_ledger(places: list[str]) -> Iterator[Finding]:
    if places:
        yield Finding(
            where="ledger",
            what="there is none: this release was made before there were ledgers, or somebody removed it; "
            "files can be compared with their manifests, and nothing vouches for the records",
            remedy="believe a backup of the store, or release a new version",
            weight="unknown",
        )
    else:
        yield Finding("store", "nothing of this release is there", remedy=_RESTORE)
