"""A git checkout: the package's folder in it, its commit, its tracked files and uncommitted changes.

Add here what is asked of a checkout without changing it.
Not here: which of the files are copied (choosing), and copies of repositories (cloning).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.craft.staging.git import git, refusal, unquoted
from foundry_assets.subprocesses import ProgramFailed


@dataclass(frozen=True)
class Change:
    """One line of `git status`: the two state letters and the file, relative to the repository's top."""

    state: str
    name: str

    @property
    def is_untracked(self) -> bool:
        """Whether git does not know the file yet (and does not ignore it)."""
        return self.state == "??"

    @property
    def is_staged(self) -> bool:
        """Whether the index differs from the commit."""
        return self.state[0] not in " ?"


@dataclass(frozen=True)
class Checkout:
    """The package's `folder` inside a working tree whose top folder is `top`.

    `commit` is empty in a repository without commits; `committed` is its time in seconds.
    """

    folder: Path
    top: Path
    commit: str
    committed: int
    described: str

    @property
    def prefix(self) -> str:
        """The package's folder relative to the top: empty, or ending with `/`."""
        relative = self.folder.relative_to(self.top).as_posix()
        return "" if relative == "." else f"{relative}/"

    def tracked(self, *, everywhere: bool = False) -> list[str]:
        """Give the tracked files, submodules included: of the package's folder, or of the whole repository.

        Names are relative to the top.
        """
        where = self.top if everywhere else self.folder
        prefix = "" if everywhere else self.prefix
        names = _ask(["ls-files", "--recurse-submodules"], cwd=where).splitlines()
        return sorted({prefix + unquoted(name) for name in names})

    def changes(self, *, everywhere: bool = False) -> list[Change]:
        """Give what differs from the commit, untracked files that are not ignored included."""
        words = [
            "status",
            "--porcelain=v1",
            "--untracked-files=all",
            "--no-renames",
            "--ignore-submodules=none",
        ]
        where = self.top if everywhere else self.folder
        lines = _ask([*words, "--", "."], cwd=where).splitlines()
        return [Change(line[:2], unquoted(line[3:])) for line in lines]

    def history_key(self) -> str:
        """Give a digest of all that a version tool reads of a clean checkout: commit, tags, branch, place."""
        tags = _ask(["for-each-ref", "--format=%(objectname) %(refname)", "refs/tags"], cwd=self.top)
        branch = _try(["symbolic-ref", "--quiet", "HEAD"], cwd=self.top)
        told = "\n".join([self.commit, self.prefix, branch, self.described, tags])
        return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()


def find_checkout(folder: Path) -> Checkout | None:
    """Give the checkout that `folder` belongs to, or None where git is not in charge of it.

    A folder below a repository's top in which git tracks nothing (ignored or new, such as an unpacked
    sdist) is nobody's checkout. Raises `SourceMissing` or `UnsafeSource` when git is missing or refuses.
    """
    folder = folder.resolve()
    if not any((place / ".git").exists() for place in (folder, *folder.parents)):
        return None
    try:
        told = git(["rev-parse", "--is-inside-work-tree", "--show-cdup"], cwd=folder).splitlines()
    except ProgramFailed as failure:
        if "not a git repository" in failure.stderr:
            return None
        raise refusal(failure, subject=str(folder)) from None
    if told[0] != "true":
        return None
    top = (folder / (told[1] if len(told) > 1 else "")).resolve()
    checkout = _at_head(folder, top)
    return checkout if top == folder or checkout.tracked() else None


def _at_head(folder: Path, top: Path) -> Checkout:
    head = _try(["rev-list", "--max-count=1", "--timestamp", "HEAD"], cwd=top).split()
    if not head:
        return Checkout(folder, top, "", 0, "")
    described = _ask(["describe", "--tags", "--long", "--always"], cwd=top).strip()
    return Checkout(folder, top, head[1], int(head[0]), described)


def _ask(words: list[str], *, cwd: Path) -> str:
    try:
        return git(words, cwd=cwd)
    except ProgramFailed as failure:
        raise refusal(failure, subject=str(cwd)) from None


def _try(words: list[str], *, cwd: Path) -> str:
    try:
        return git(words, cwd=cwd).strip()
    except ProgramFailed:
        return ""
