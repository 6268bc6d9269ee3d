"""Exporting a release: one folder with its files under their own names and all that is known of them.

Add here what somebody to whom a release is handed must find in that folder.
Not here: verifying it (verifying), and the forms of what is put there.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from foundry_assets.checksums import CHECKSUMS, checksums
from foundry_assets.content import files_below, hash_file
from foundry_assets.craft.summary import ReleaseEntry
from foundry_assets.errors import ArtefactMissing, CallIsWrong
from foundry_assets.ledger.line import FOLDER
from foundry_assets.release_entry import KINDS, page_text
from foundry_assets.settling import LINE, lineage
from foundry_assets.store import Shelf
from foundry_assets.verifying import Verified

LEDGER, PAGE, ENTRY, VERIFIED = "ledger.jsonl", "CHANGE_CONTROL.md", "summary_entry.json", "verified.json"
_MANIFEST = "/manifest.json"


def export(shelf: Shelf, entry: ReleaseEntry, folder: Path, *, verified: Verified) -> Path:
    """Write a release's files, records, ledger, page and `SHA256SUMS` into a new folder, whole or not at all.

    `sha256sum -c SHA256SUMS` in it looks at every file; the distribution files come first. Raises
    `CallIsWrong` where the folder holds something already, `ChecksumChanged` and `ArtefactMissing` where the
    store no longer has the bytes that were recorded.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CallIsWrong(f"{folder} is there already", remedy="name a folder that is new or empty")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder.parent) as scratch:
        fresh = Path(scratch, "release")
        fresh.mkdir()
        first = _distributions(shelf, entry, fresh)
        _artefacts(shelf, fresh / "artefacts")
        _records(shelf, fresh)
        _texts(shelf, entry, fresh, verified)
        (fresh / CHECKSUMS).write_bytes(checksums(_hashed(fresh, first)).encode())
        if folder.exists():
            folder.rmdir()
        shutil.move(fresh, folder)
    return folder


def _distributions(shelf: Shelf, entry: ReleaseEntry, folder: Path) -> list[str]:
    """Copy the files that were sent, or would have been, each byte verified."""
    wanted = {file.sha256: file.filename for file in entry.files}
    for kind in KINDS if wanted else ():
        manifest = shelf.manifest(kind)
        if wanted.pop(manifest.file.sha256, None):
            shelf.fetch(kind, folder)
    if wanted:
        raise ArtefactMissing(
            f"{shelf.title}: the store no longer points at {', '.join(sorted(wanted.values()))}",
            remedy=f"see what became of it: foundry verify {shelf.release}",
        )
    return sorted(path.name for path in folder.iterdir())


def _artefacts(shelf: Shelf, folder: Path) -> None:
    """Copy what else was made as a file, such as probes and receipts; trees are told by their manifests."""
    for place in shelf.places():
        asset = place.removesuffix(_MANIFEST)
        if asset != place and asset not in LINE:
            shelf.fetch(asset, folder / PurePosixPath(asset))


def _records(shelf: Shelf, folder: Path) -> None:
    lines = [place for place in shelf.places() if place.startswith(f"{FOLDER}/")]
    (folder / LEDGER).write_bytes(b"".join(shelf.bytes_of(place) or b"" for place in lines))
    for place in shelf.places():
        if place not in lines:
            target = folder / "records" / PurePosixPath(place)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(shelf.bytes_of(place) or b"")


def _texts(shelf: Shelf, entry: ReleaseEntry, folder: Path, verified: Verified) -> None:
    page = Path(entry.change_control)
    text = page.read_bytes() if page.is_file() else page_text(shelf, entry, made=lineage(shelf)).encode()
    (folder / PAGE).write_bytes(text)
    (folder / ENTRY).write_bytes((entry.model_dump_json(indent=2) + "\n").encode())
    (folder / VERIFIED).write_bytes((json.dumps(verified.as_json(), indent=2) + "\n").encode())


def _hashed(folder: Path, first: Sequence[str]) -> Iterator[tuple[str, str]]:
    paths = [path.relative_to(folder).as_posix() for path in files_below(folder)]
    for path in [*first, *(path for path in paths if path not in first)]:
        yield path, hash_file(folder / path)[0]
