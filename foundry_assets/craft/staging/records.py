"""What staging tells: the copy's files, where they came from, what was left out, what is declared.

Add here what a later step needs to know about the staged copy.
Not here: how any of it is found out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from packaging.utils import NormalizedName

from foundry_assets.content import Listing


@dataclass(frozen=True, order=True)
class LeftOut:
    """Something of the source that is not in the copy, and why.

    `path` is relative to the package's folder; `**/name` stands for all that are called so in any folder.
    """

    path: str
    reason: str


@dataclass(frozen=True)
class Declared:
    """The name and version that the source gives itself.

    `how` tells whether they were read from a file or answered by the build backend; `scm` is the tool that
    takes the version from version control, empty where none does.
    """

    name: NormalizedName
    version: str
    how: Literal["static", "backend"]
    scm: str = ""


@dataclass(frozen=True)
class SourceFile:
    """One file to copy: its name in the copy (`/` between parts) and where its bytes are."""

    name: str
    path: Path


@dataclass(frozen=True)
class Chosen:
    """The files of a source, what was left out, and its uncommitted changes (relative to the folder)."""

    files: tuple[SourceFile, ...]
    left_out: tuple[LeftOut, ...]
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Staged:
    """A finished copy.

    `origin` is `git` where git chose the files, else `folder`; then `commit` and `described` (`git describe
    --tags --long --always`) are empty. `epoch` is SOURCE_DATE_EPOCH in seconds: the commit's time, else the
    newest file's, and never before 1980-01-02, because a zip cannot say it. `build_environment` makes a
    version from version control come out as the release's. `needs_repository` is the tag that a fresh git
    repository around the copy must carry where a build needs one; empty where none is needed.
    """

    origin: Literal["folder", "git"]
    commit: str
    described: str
    dirty: tuple[str, ...]
    epoch: int
    listing: Listing
    left_out: tuple[LeftOut, ...]
    declared: Declared
    build_environment: dict[str, str] = field(default_factory=dict)
    needs_repository: str = ""
    source_sha256: str = ""
    import_package: str = ""
    moved: dict[str, str] = field(default_factory=dict)
    generated: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
