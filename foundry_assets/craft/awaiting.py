"""Waiting until an index serves our bytes: its project page and each file's own address, within a limit.

Add here what concerns asking again and again.
Not here: one look before an upload (probing), and reading the index (index).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from foundry_assets.content import Member
from foundry_assets.errors import IndexUnreachable
from foundry_assets.index import IndexFile, IndexReader
from foundry_assets.release import Release

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 15.0
_PAUSE_GROWTH = 1.6
_OTHER_BYTES = "the index serves other bytes under this name"


@dataclass(frozen=True)
class ServedFile:
    """Whether the index serves our bytes, on its page and at the file's own address.

    `sha256_there` is that of the bytes that its own address gave, "" where it gave none; `serial` is the
    index's count of its changes, where it tells one.
    """

    filename: str
    served: bool
    sha256_there: str = ""
    url: str = ""
    uploaded_at: str = ""
    serial: str = ""
    waited_seconds: float = 0.0
    why: str = ""


def await_served(
    reader: IndexReader,
    release: Release,
    files: Sequence[Member],
    *,
    limit_seconds: float,
    on_wait: Callable[[float, str], None] | None = None,
) -> tuple[ServedFile, ...]:
    """Ask until the index serves every file with our sha256, at most `limit_seconds` long.

    A file counts when the project's page lists it and its own address gives our bytes. An unreachable
    answer counts as "not yet" and is told at the end. Other bytes, seen at the file's own address, end
    the waiting for that file. `on_wait` is told the seconds waited so far and what is missing.
    """
    began = time.monotonic()
    found: dict[str, ServedFile] = {}
    for pause in _pauses():
        pending = [file for file in files if file.path not in found or not _is_final(found[file.path])]
        seen = _look(reader, release, pending)
        waited = time.monotonic() - began
        found |= {file.filename: _waited(file, waited) for file in seen}
        missing = [file for file in files if not _is_final(found[file.path])]
        left = limit_seconds - waited
        if not missing or left <= 0:
            break
        if on_wait is not None:
            on_wait(waited, "; ".join(f"{file.path}: {found[file.path].why}" for file in missing))
        time.sleep(min(pause, left))
    return tuple(found[file.path] for file in files)


def _look(reader: IndexReader, release: Release, files: Sequence[Member]) -> list[ServedFile]:
    try:
        project = reader.project(release.name)
    except IndexUnreachable as error:
        return [ServedFile(file.path, served=False, why=error.happened) for file in files]
    listed = {file.filename: file for file in project.files}
    seen = [_look_at(reader, member, listed.get(member.path)) for member in files]
    return [replace(file, serial=project.serial) for file in seen]


def _look_at(reader: IndexReader, member: Member, there: IndexFile | None) -> ServedFile:
    if there is None:
        return ServedFile(member.path, served=False, why="not yet on the project's page")
    try:
        sha256, _ = reader.sha256_of(there.url)
    except IndexUnreachable as error:
        return ServedFile(member.path, False, "", there.url, there.uploaded_at, why=error.happened)
    if there.sha256 and there.sha256 != sha256:
        why = f"the page says {there.sha256[:12]}, the file itself is {sha256[:12]}"
    else:
        why = "" if sha256 == member.sha256 else _OTHER_BYTES
    return ServedFile(member.path, not why, sha256, there.url, there.uploaded_at, why=why)


def _is_final(seen: ServedFile) -> bool:
    """Tell whether asking again could not change the answer: our bytes, or others beyond doubt."""
    return seen.served or seen.why == _OTHER_BYTES


def _waited(file: ServedFile, seconds: float) -> ServedFile:
    return replace(file, waited_seconds=round(seconds, 3))


def _pauses() -> Iterator[float]:
    pause = _FIRST_PAUSE_SECONDS
    while True:
        yield pause
        pause = min(pause * _PAUSE_GROWTH, _LONGEST_PAUSE_SECONDS)
