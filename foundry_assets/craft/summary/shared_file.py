"""Putting entries into a file that others write too, at any time, with or without our lock.

Add here what keeps other people's keys and concurrent entries whole on the disk.
Not here: merging the texts (merging), reading alone (reading), and what an entry holds (form).
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from foundry_assets.craft.summary.form import ReleaseEntry, schema_text
from foundry_assets.craft.summary.kept import Kept
from foundry_assets.craft.summary.merging import entry_in, find, merged, parse, render
from foundry_assets.craft.summary.reading import PAUSE_SECONDS, at_rest, bytes_of, schema_path, sha256_of
from foundry_assets.craft.summary.splicing import spliced
from foundry_assets.errors import ChecksumChanged
from foundry_assets.records import utc_now

_LOCK_LIMIT_SECONDS = 120
_PATIENCE_SECONDS = 20.0
"""How long one entry is tried for while somebody else changes the file again and again."""
_PART = ".part"


@dataclass(frozen=True)
class Written:
    """The summary as it lies now: its path, sha256 and size in bytes, and what had to be set aside."""

    path: Path
    sha256: str
    bytes: int
    set_aside: Path | None

    @property
    def remark(self) -> str:
        """What a person should know of it; "" where all went as usual."""
        if self.set_aside is None:
            return ""
        return f"{self.path.name} was not of its form; what was there is kept as {self.set_aside.name}"


def write_entry(path: Path, key: str, entry: ReleaseEntry) -> Written:
    """Put one release's entry into the summary, as `write_entries` does."""
    return write_entries(path, {key: entry})


def write_entries(path: Path, entries: Mapping[str, ReleaseEntry], *, only_newer: bool = False) -> Written:
    """Put entries into the summary, losing nothing of what others wrote.

    The file is read, merged, written beside, hashed again and renamed, under a lock between processes; a
    writer that ignores the lock is noticed and its text merged again. What such a writer takes away later,
    by an older text, the next entry brings back: our part is kept in a file of our own beside it. With
    `only_newer`, an entry that the file has by now in a later form stays. A file that is no summary is moved
    aside, one whose entries are partly not ours is copied aside, and both are told. Raises `ChecksumChanged`
    where somebody keeps changing, or holding, the file.

    A text that is still the one we left is known to be whole: then only these entries are looked at.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path):
        kept = Kept(path)
        if only_newer:
            known = find(parse(bytes_of(path)) or {}).entries | kept.entries()
            entries = {key: told for key, told in entries.items() if not _is_newer(known.get(key), told)}
        known_sha256 = kept.summary_sha256()
        kept.add(entries)
        written = _put(path, entries, kept, known_sha256=known_sha256)
        if kept.is_mostly_past(written.bytes):
            _replace(kept.path, bytes_of(kept.path), kept.tidied())
        kept.note(written.sha256)
        _write_schema(path)
        return written


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    lock = FileLock(f"{path}.lock", timeout=_LOCK_LIMIT_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise ChecksumChanged(
            f"{path} is kept locked by another process for {_LOCK_LIMIT_SECONDS} s",
            remedy=f"end the process that holds {lock.lock_file}; then: foundry summary --rebuild",
        ) from None
    try:
        _sweep(path)
        yield
    finally:
        lock.release()


def _sweep(path: Path) -> None:
    """Remove what a process left that was killed while it wrote: only who has the lock writes such files."""
    for left in path.parent.glob(f"{path.stem}.*{_PART}"):
        left.unlink(missing_ok=True)


def _put(path: Path, entries: Mapping[str, ReleaseEntry], kept: Kept, *, known_sha256: str) -> Written:
    aside: Path | None = None
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        before, document = at_rest(path)
        if document is None:
            aside = _set_aside(path, before) or aside
            continue
        if known_sha256 and sha256_of(before) == known_sha256:
            fresh = spliced(merged(document, entries, is_known=True), list(entries), over=before)
        else:
            found = find(document)
            if not found.is_whole and aside is None:
                aside = _copy_aside(path, before)
            fresh = render(merged(document, found.entries | kept.entries() | dict(entries)))
        if _replace(path, before, fresh) and _holds(path, entries, fresh):
            return Written(path, sha256_of(fresh), len(fresh), aside)
        time.sleep(PAUSE_SECONDS * (1 + secrets.randbelow(5)))  # not in step with the other writer
    raise ChecksumChanged(
        f"{path} is being rewritten, or held open, by another program all the time",
        remedy="stop the other writer; then: foundry summary --rebuild",
    )


def _is_newer(known: ReleaseEntry | None, told: ReleaseEntry) -> bool:
    return known is not None and known.updated_at > told.updated_at


def _set_aside(path: Path, text: bytes) -> Path | None:
    """Move a file that is no summary out of the way, unless it has become another one meanwhile."""
    if bytes_of(path) != text:
        return None
    aside = _aside(path)
    path.replace(aside)
    return aside


def _copy_aside(path: Path, text: bytes) -> Path:
    aside = _aside(path)
    aside.write_bytes(text)
    return aside


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.set-aside-{utc_now().replace(':', '')}")


def _replace(path: Path, before: bytes, fresh: bytes) -> bool:
    """Put `fresh` in the file's place unless somebody changed it since `before` was read."""
    beside = path.with_name(f"{path.name}.{os.getpid()}{_PART}")
    try:
        with beside.open("wb") as stream:
            stream.write(fresh)
            stream.flush()
            os.fsync(stream.fileno())
        if bytes_of(path) != before:
            return False
        with contextlib.suppress(PermissionError):  # Windows, while somebody has the file open
            beside.replace(path)
            return True
        return False
    finally:
        beside.unlink(missing_ok=True)


def _holds(path: Path, wanted: Mapping[str, ReleaseEntry], fresh: bytes) -> bool:
    """Read back: a writer without our lock may have replaced the file in the same moment."""
    now = bytes_of(path)
    if now == fresh:
        return True
    document = parse(now)
    return document is not None and all(entry_in(document, key) == entry for key, entry in wanted.items())


def _write_schema(path: Path) -> None:
    text, place = schema_text().encode(), schema_path(path)
    if bytes_of(place) != text:
        _replace(place, bytes_of(place), text)
