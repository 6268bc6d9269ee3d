"""Putting entries into a file that others write too, at any time, with or without our lock.

Add here what keeps other people's keys and concurrent entries whole on the disk.
Not here: merging the texts (merging), and what an entry holds (form).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from foundry_assets.craft.summary.form import ReleaseAssembly, ReleaseEntry, schema_text
from foundry_assets.craft.summary.merging import assembly_of, entry_in, find, merged, parse, render
from foundry_assets.errors import ChecksumChanged
from foundry_assets.records import utc_now

_LOCK_LIMIT_SECONDS = 120
_PATIENCE_SECONDS = 20.0
"""How long one entry is tried for while somebody else changes the file again and again."""
_PAUSE_SECONDS = 0.02
_PART = ".part"
_REST_SECONDS = 0.5
"""How long a text that cannot be read must stay as it is before it counts as damaged, not as half written."""


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
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path):
        kept = _kept(path)
        if only_newer:
            known = find(parse(_bytes_of(path)) or {}).entries | kept
            entries = {key: told for key, told in entries.items() if not _is_newer(known.get(key), told)}
        ours = kept | dict(entries)
        _replace(_kept_path(path), _bytes_of(_kept_path(path)), _rendered(ours))
        return _put(path, ours, wanted=entries)


def read_entries(path: Path) -> dict[str, ReleaseEntry]:
    """Give every release of the summary by its key; none where there is no summary.

    Raises `ChecksumChanged` where the file or our part of it is not of its form.
    """
    document = parse(_at_rest(path))
    again = "set right what is wrong, or let it be written anew: foundry summary --rebuild"
    if document is None:
        raise ChecksumChanged(f"{path} is no JSON object with `artifacts` and `stages`", remedy=again)
    try:
        return dict(assembly_of(document).releases)
    except ValidationError as error:
        raise ChecksumChanged(
            f"{path}: artifacts.release_assembly is not of its schema ({_schema_path(path).name})",
            remedy=again,
            details=str(error),
        ) from None


def read_entry(path: Path, key: str) -> ReleaseEntry | None:
    """Give one release of the summary; None where it has none of that key, or none of our form."""
    document = parse(_at_rest(path))
    return entry_in(document, key) if document is not None else None


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


def _put(path: Path, ours: dict[str, ReleaseEntry], *, wanted: Mapping[str, ReleaseEntry]) -> Written:
    aside: Path | None = None
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        before = _at_rest(path)
        document = parse(before)
        if document is None:
            aside = _set_aside(path, before) or aside
            continue
        found = find(document)
        if not found.is_whole and aside is None:
            aside = _copy_aside(path, before)
        fresh = render(merged(document, found.entries | ours))
        if _replace(path, before, fresh) and _holds(path, wanted, fresh):
            _write_schema(path)
            return Written(path, hashlib.sha256(fresh).hexdigest(), len(fresh), aside)
        time.sleep(_PAUSE_SECONDS * (1 + secrets.randbelow(5)))  # not in step with the other writer
    raise ChecksumChanged(
        f"{path} is being rewritten, or held open, by another program all the time",
        remedy="stop the other writer; then: foundry summary --rebuild",
    )


def _is_newer(known: ReleaseEntry | None, told: ReleaseEntry) -> bool:
    return known is not None and known.updated_at > told.updated_at


def _bytes_of(path: Path) -> bytes:
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes()
    return b""


def _at_rest(path: Path) -> bytes:
    """Read the file; where its text is none, or broken, wait for whoever may be writing it in this moment."""
    text, since = _bytes_of(path), time.monotonic()
    while path.exists() and not (text.strip() and parse(text) is not None):
        if time.monotonic() - since > _REST_SECONDS:
            break
        time.sleep(_PAUSE_SECONDS)
        if (now := _bytes_of(path)) != text:
            text, since = now, time.monotonic()
    return text


def _set_aside(path: Path, text: bytes) -> Path | None:
    """Move a file that is no summary out of the way, unless it has become another one meanwhile."""
    if _bytes_of(path) != text:
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
        if _bytes_of(path) != before:
            return False
        with contextlib.suppress(PermissionError):  # Windows, while somebody has the file open
            beside.replace(path)
            return True
        return False
    finally:
        beside.unlink(missing_ok=True)


def _holds(path: Path, wanted: Mapping[str, ReleaseEntry], fresh: bytes) -> bool:
    """Read back: a writer without our lock may have replaced the file in the same moment."""
    now = _bytes_of(path)
    if now == fresh:
        return True
    document = parse(now)
    return document is not None and all(entry_in(document, key) == entry for key, entry in wanted.items())


def _kept_path(path: Path) -> Path:
    return path.with_suffix(".kept.json")


def _kept(path: Path) -> dict[str, ReleaseEntry]:
    """Give our part as it was last written; what is damaged can be had again from the store."""
    with contextlib.suppress(ValidationError):
        text = _bytes_of(_kept_path(path))
        return dict(ReleaseAssembly.model_validate_json(text).releases) if text else {}
    return {}


def _rendered(ours: Mapping[str, ReleaseEntry]) -> bytes:
    return ReleaseAssembly(releases=dict(ours)).model_dump_json().encode()


def _schema_path(path: Path) -> Path:
    return path.with_suffix(".schema.json")


def _write_schema(path: Path) -> None:
    text, place = schema_text().encode(), _schema_path(path)
    if _bytes_of(place) != text:
        _replace(place, _bytes_of(place), text)
