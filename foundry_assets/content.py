"""What bytes are: a file's sha256 and size, and the one digest of a whole tree.

Add here what is computed from bytes and relative paths alone.
Not here: where bytes are kept (store), and which files belong to a release (staging).
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CHUNK = 1 << 20


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


def hash_file(path: Path | str) -> tuple[str, int]:
    """Give a file's sha256 (hexadecimal) and its size in bytes, reading it once in pieces."""
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 - thousands of them
        return read_through(stream, _nowhere, likely_size=os.fstat(stream.fileno()).st_size)


def read_through(source: IO[bytes], take: Callable[[bytes], object], *, likely_size: int) -> tuple[str, int]:
    """Read a stream to its end, hand each piece to `take`, and give the sha256 and size of it all."""
    digest, size = hashlib.sha256(), 0
    step = min(likely_size + 1, CHUNK)  # small files take one call: a whole chunk would be allocated
    while chunk := source.read(step):
        digest.update(chunk)
        take(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _nowhere(_: bytes) -> None:
    """Take a piece that is only hashed."""


def executables(folder: Path, listing: Listing) -> list[str]:
    """Give the files of a tree that its owner may run; none on Windows, which does not know."""
    if os.name == "nt":
        return []
    return [one.path for one in listing.members if os.stat(f"{folder}/{one.path}").st_mode & stat.S_IXUSR]  # noqa: PTH116


def make_executable(folder: Path, paths: Iterable[str]) -> None:
    """Let everybody run these files, as they are in archives: of a mode only this survives there."""
    for path in paths if os.name != "nt" else ():
        (folder / path).chmod(0o755)


def blake2b_256(path: Path) -> str:
    """Give a file's BLAKE2b-256 digest, the second one that PyPI knows a file by."""
    digest = hashlib.blake2b(digest_size=32)
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """Give every regular file below a folder, in a fixed order, following no link."""
    yield from (Path(place) for place, _ in _places_below(str(folder), ""))


def _places_below(folder: str, below: str) -> Iterator[tuple[str, str]]:
    """Give every regular file's place, and its path below the first folder with `/` between the parts."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    # Opening a pipe would wait for ever, and a link may lead anywhere.
    yield from ((one.path, below + one.name) for one in entries if one.is_file(follow_symlinks=False))
    for one in entries:
        if one.is_dir(follow_symlinks=False):
            yield from _places_below(one.path, f"{below}{one.name}/")


def list_tree(folder: Path) -> Listing:
    """Hash every file below a folder."""
    return Listing.of(Member(path, *hash_file(place)) for place, path in _places_below(str(folder), ""))
