"""What bytes are: a file's sha256 and size, and the one digest of a whole tree.

Add here what is computed from bytes and relative paths alone.
Not here: where bytes are kept (store), and which files belong to a release (staging).
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 20


@dataclass(frozen=True, order=True)
class Member:
    """One file of a tree or a release: its path (relative, `/` between parts), sha256 and size in bytes."""

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Listing:
    """The files of one tree, sorted by path."""

    members: tuple[Member, ...]

    @classmethod
    def of(cls, members: Iterable[Member]) -> Listing:
        """Make a listing from members in any order."""
        return cls(tuple(sorted(members)))

    @property
    def sha256(self) -> str:
        """The tree's digest: paths and contents only, never times, modes, owners or `.git`."""
        lines = "".join(f"{member.path}\0{member.sha256}\n" for member in self.members)
        return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def bytes(self) -> int:
        """The sum of all sizes."""
        return sum(member.bytes for member in self.members)

    @property
    def paths(self) -> frozenset[str]:
        """Every path of the tree."""
        return frozenset(member.path for member in self.members)


def hash_file(path: Path) -> tuple[str, int]:
    """Give a file's sha256 (hexadecimal) and its size in bytes, reading it once in pieces."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
        return digest.hexdigest(), stream.tell()


def blake2b_256(path: Path) -> str:
    """Give a file's BLAKE2b-256 digest, the second one that PyPI knows a file by."""
    digest = hashlib.blake2b(digest_size=32)
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """Give every regular file below a folder, in a fixed order, following no link."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            # Opening a pipe would wait for ever, and a link may lead anywhere.
            if stat.S_ISREG(path.lstat().st_mode):
                yield path


def list_tree(folder: Path) -> Listing:
    """Hash every file below a folder."""
    members = []
    for path in files_below(folder):
        sha256, size = hash_file(path)
        members.append(Member(path.relative_to(folder).as_posix(), sha256, size))
    return Listing.of(members)
