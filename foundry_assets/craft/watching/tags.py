"""The versions that a repository's tags name, at its head and in all; git is asked only after a change.

Add here what tells that a repository has changed, without starting a program.
Not here: what a checkout holds (staging/checkout), and which version counts (looking).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from foundry_assets.craft.staging.git import git, refusal
from foundry_assets.craft.watching.memory import Memory
from foundry_assets.subprocesses import ProgramFailed

_MEMO_NAME = "tags.json"
_VERSION = re.compile(r"^(?P<prefix>.*?)[vV]?(?P<version>(?:\d+!)?\d+(?:\.\d+)*.*)$")
_WORDS = frozenset({"", "v", "ver", "version", "release", "rel", "r"})


@dataclass(frozen=True)
class Tags:
    """The tags at a repository's head, and all of its tags."""

    at_head: tuple[str, ...]
    every: tuple[str, ...]


class TagMemo:
    """What was seen of each repository, kept in a folder so that a restart asks git nothing anew."""

    def __init__(self, folder: Path) -> None:
        self._memory = Memory(folder / _MEMO_NAME)
        self._fresh: dict[str, Tags] = {}

    def of(self, folder: Path) -> Tags | None:
        """Give the tags of the repository that a folder lies in; None where it lies in none.

        Raises `SourceMissing` or `UnsafeSource` where git refuses.
        """
        top = next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)
        if top is None:
            return None
        key = str(top)
        if key not in self._fresh:
            state = _state(top)
            kept = self._memory.recall(key)
            if kept is None or kept[0] != state:
                found = read_tags(top)
                kept = [state, found.at_head, found.every]
                self._memory.remember(key, *kept)
            self._fresh[key] = Tags(tuple(kept[1]), tuple(kept[2]))
        return self._fresh[key]

    def keep(self) -> None:
        """Write down what was seen, whole or not at all."""
        self._memory.keep()


def versions_of(tags: Sequence[str], name: str) -> list[str]:
    """Give the versions that tags name for a package, newest first.

    Tags that begin with the package's own name (`demo-pkg-1.2`, `demo-pkg/v1.2`) win over plain ones
    (`1.2`, `v1.2`, `release-1.2`); those of other names are another package's.
    """
    own: set[Version] = set()
    plain: set[Version] = set()
    for tag in tags:
        found = _VERSION.match(tag.rpartition("/")[2] if "/" not in tag else tag)
        if found is None:
            continue
        try:
            version = Version(found["version"])
        except InvalidVersion:
            continue
        prefix = found["prefix"].strip("-_/@. ")
        if prefix.lower() in _WORDS:
            plain.add(version)
        elif canonicalize_name(re.sub(r"[/@]", "-", prefix)) == canonicalize_name(name):
            own.add(version)
    return [str(version) for version in sorted(own or plain, reverse=True)]


def _state(top: Path) -> str:
    """Give a digest of all that says where a repository's head and tags are; nothing is started."""
    told = "\n".join(_marks(top))
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _marks(top: Path) -> Iterator[str]:
    own, shared = _git_folders(top)
    head = _text(own / "HEAD")
    yield head
    if head.startswith("ref: "):
        yield _text(shared / head.removeprefix("ref: ").strip())
    yield _stamp(shared / "packed-refs")
    for parent, folders, names in os.walk(shared / "refs" / "tags"):
        folders.sort()
        yield from (f"{parent}/{name} {_text(Path(parent, name))}" for name in sorted(names))


def _git_folders(top: Path) -> tuple[Path, Path]:
    """Give the repository's own folder and the one that it shares with its other working trees."""
    own = top / ".git"
    if own.is_file():
        own = (top / _text(own).removeprefix("gitdir: ").strip()).resolve()
    common = _text(own / "commondir").strip()
    return own, (own / common).resolve() if common else own


def read_tags(top: Path) -> Tags:
    """Ask git for the tags of the repository in a folder; raises `SourceMissing` or `UnsafeSource`."""
    try:
        every = git(["for-each-ref", "--format=%(refname:strip=2)", "refs/tags"], cwd=top).splitlines()
        words = ["for-each-ref", "--points-at", "HEAD", "--format=%(refname:strip=2)", "refs/tags"]
        return Tags(tuple(git(words, cwd=top).splitlines() if every else ()), tuple(every))
    except ProgramFailed as failure:
        raise refusal(failure, subject=str(top)) from None


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_mtime_ns} {status.st_size}"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
