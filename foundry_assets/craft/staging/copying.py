"""Copying files and hashing them on the way, so that each is read once.

Add here how a copy's bytes, modes and times come about.
Not here: which files are copied (choosing).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.content import Listing, Member, hash_file, read_through
from foundry_assets.craft.staging.records import SourceFile
from foundry_assets.errors import SourceMissing

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
    made = {into}
    members, newest = [], 0
    for name, text in texts.items():
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (into / name).write_text(text, encoding="utf-8", newline="\n")
        members.append(Member(name, *hash_file(into / name)))
    for file in files:
        destination = into / file.name
        if destination.parent not in made:
            destination.parent.mkdir(parents=True, exist_ok=True)
            made.add(destination.parent)
        member, changed = _copy(file, destination)
        members.append(member)
        newest = max(newest, changed)
    return Copied(Listing.of(members), newest)


def _copy(file: SourceFile, destination: Path) -> tuple[Member, int]:
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
