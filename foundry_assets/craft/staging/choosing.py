"""Choosing a plain folder's files: everything that is source, links followed, nothing from outside.

Add here how a folder without version control is walked.
Not here: what is no source by its name (leaving_out), and folders in git (choosing_tracked).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path

from foundry_assets.craft.staging.leaving_out import LeavingOut, file_reason, folder_reason, secret_reason
from foundry_assets.craft.staging.records import Chosen, SourceFile
from foundry_assets.errors import SourceMissing, UnsafeSource

_MOST_FILES = 1_000_000


def choose_files(folder: Path, *, own: Collection[Path] = (), only: Collection[str] | None = None) -> Chosen:
    """Choose the files of a plain folder; `own` are the foundry's folders, which are never copied.

    `only` are the places below it that are looked at (files or folders, `/` between parts); None: all of it.
    Raises `UnsafeSource`, naming every link that leads out of the folder, and `SourceMissing` for a folder
    that cannot be read.
    """
    walk = _Walk(folder.resolve(), frozenset(place.resolve() for place in own))
    if only is None:
        walk.enter(walk.root, prefix="", chain=())
    for name in sorted(set(only or ())):
        walk.look_at(name)
    refuse_outside(folder, walk.outside)
    return Chosen(tuple(walk.files), walk.left.all())


def refuse_outside(folder: Path, links: list[str]) -> None:
    """Raise `UnsafeSource` where there are links out of the source."""
    if links:
        raise UnsafeSource(
            f"`{folder}` holds links that lead out of it: {', '.join(sorted(links))}",
            remedy="replace them by the files they mean, or remove them: a release holds its own files only",
        )


def real_target(link: Path) -> Path | None:
    """Give where a link leads in the end; None where it leads nowhere or in circles."""
    try:
        return Path(os.path.realpath(link, strict=True))
    except OSError:
        return None


class _Walk:
    """One walk over a folder, which also enters the folders that links lead to."""

    def __init__(self, root: Path, own: frozenset[Path]) -> None:
        self.root = root
        self.files: list[SourceFile] = []
        self.left = LeavingOut()
        self.outside: list[str] = []
        self._own = own

    def look_at(self, name: str) -> None:
        """Take one place below the root, unless it lies in one that was looked at before."""
        path = self.root / name
        is_known = any(file.name == name or file.name.startswith(f"{name}/") for file in self.files)
        if is_known or not path.exists():
            return
        if reason := secret_reason(path.name, place=name):
            self.left.tell(name, reason)
        elif path.resolve() != path:
            self._follow(path, name, (self.root,))
        elif path.is_dir():
            self.enter(path, prefix=f"{name}/", chain=(self.root,))
        else:
            self._take(path, name)

    def enter(self, where: Path, *, prefix: str, chain: tuple[Path, ...]) -> None:
        """Take what is in a folder; `chain` holds the real folders that led here, against circles."""
        entries = _entries(where)
        if chain and (reason := self._reason(where, prefix, [entry.name for entry in entries])):
            self.left.tell(prefix.rstrip("/"), reason)
            return
        for entry in entries:
            name, path = f"{prefix}{entry.name}", where / entry.name
            if reason := secret_reason(entry.name, place=name):
                self.left.tell(name, reason)
            elif _is_link(entry):
                self._follow(path, name, (*chain, where))
            elif entry.is_dir(follow_symlinks=False):
                self.enter(path, prefix=f"{name}/", chain=(*chain, where))
            elif entry.is_file(follow_symlinks=False):
                self._take(path, name)
            else:
                self.left.tell(name, "neither a file nor a folder")

    def _reason(self, where: Path, prefix: str, inside: list[str]) -> str:
        if where in self._own:
            return "the foundry's own work"
        name = prefix.rstrip("/").rpartition("/")[2]
        return folder_reason(name, inside, at_top=prefix.count("/") == 1)

    def _take(self, path: Path, name: str) -> None:
        if reason := file_reason(name.rpartition("/")[2]):
            self.left.tell(name, reason)
            return
        self.files.append(SourceFile(name, path))
        if len(self.files) > _MOST_FILES:
            raise UnsafeSource(
                f"`{self.root}` holds more than {_MOST_FILES:,} files",
                remedy="look for links between folders that multiply each other, and remove them",
            )

    def _follow(self, link: Path, name: str, chain: tuple[Path, ...]) -> None:
        target = real_target(link)
        if target is None:
            self.left.tell(name, "a broken link")
        elif not target.is_relative_to(self.root):
            self.outside.append(name)
        elif reason := secret_reason(target.name, place=name):
            self.left.tell(name, reason)
        elif target.is_file():
            self._take(target, name)
        elif target in chain:
            self.left.tell(name, "a link to a folder that holds it")
        elif target.is_dir():
            self.enter(target, prefix=f"{name}/", chain=chain)
        else:
            self.left.tell(name, "neither a file nor a folder")


def _entries(where: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(where) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise SourceMissing(
            f"`{where}` cannot be read: {error.strerror}", remedy="make it readable for this user"
        ) from None


def _is_link(entry: os.DirEntry[str]) -> bool:
    if entry.is_symlink():
        return True
    # A Windows junction is a folder that lies elsewhere; only its reparse tag tells.
    tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) if os.name == "nt" else 0
    return tag != 0 and tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
