"""Copying files and hashing them on the way, so that each is read once.

Add here how a copy's bytes, modes and times come about.
Not here: which files are copied (choosing).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from foundry_assets.content import Listing, Member, hash_file, read_through
from foundry_assets.craft.staging.records import SourceFile
from foundry_assets.errors import SourceMissing
from foundry_assets.side_by_side import side_by_side

EARLIEST_EPOCH = 315_619_200
"""1980-01-02 in UTC: a zip begins with 1980-01-01 in local time (APPNOTE 4.4.6)."""


@dataclass(frozen=True)
class Copied:
    """What was copied, and the newest file's time of change (seconds)."""

    listing: Listing
    newest: int


def copy_files(files: Sequence[SourceFile], *, into: Path, texts: Mapping[str, str] = {}) -> Copied:
    """Copy files into a folder that does not exist yet, and write `texts` (name -> text) beside them.

    The copies are writable by their owner; execute bits are kept where the system has them. Raises
    `SourceMissing` for a file that cannot be read.
    """
    into.mkdir(parents=True)
    for place in dict.fromkeys((into / name).parent for name in (*texts, *(file.name for file in files))):
        place.mkdir(parents=True, exist_ok=True)
    members = []
    for name, text in texts.items():
        (into / name).write_text(text, encoding="utf-8", newline="\n")
        members.append(Member(name, *hash_file(into / name)))
    copied = side_by_side(partial(_copy, into), files)
    members += [member for member, _ in copied]
    return Copied(Listing.of(members), max((changed for _, changed in copied), default=0))


def _copy(into: Path, file: SourceFile) -> tuple[Member, int]:
    destination = into / file.name
    try:
        source = file.path.open("rb", buffering=0)
    except OSError as error:
        raise SourceMissing(
            f"`{file.path}` cannot be read: {error.strerror}",
            remedy="make it readable for this user, and leave the source alone while it is copied",
        ) from None
    with source, destination.open("xb") as copy:
        status = os.fstat(source.fileno())
        sha256, size = read_through(source, copy.write, likely_size=status.st_size)
    if os.name != "nt":
        destination.chmod(0o755 if status.st_mode & stat.S_IXUSR else 0o644)
    return Member(file.name, sha256, size), int(status.st_mtime)


def set_times(folder: Path, seconds: int) -> None:
    """Give every file and folder of a copy the same time, so that builds of it are repeatable."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            os.utime(f"{parent}/{name}", (seconds, seconds))
        os.utime(parent, (seconds, seconds))
