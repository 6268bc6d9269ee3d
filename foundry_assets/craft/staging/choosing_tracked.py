"""Choosing a checkout's files: what git tracks in the package's folder, and what its links mean.

Add here how tracked files become files to copy.
Not here: asking git (checkout), and folders without version control (choosing).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path

from foundry_assets.craft.staging.checkout import Change, Checkout
from foundry_assets.craft.staging.choosing import real_target, refuse_outside
from foundry_assets.craft.staging.leaving_out import LeavingOut, secret_reason
from foundry_assets.craft.staging.records import Chosen, SourceFile
from foundry_assets.errors import SourceMissing

_HOME_NAME = ".foundry"
_ABSENT = 0


def choose_tracked(checkout: Checkout, *, own: Collection[Path] = ()) -> tuple[Chosen, tuple[Change, ...]]:
    """Choose the files of a checkout, untracked ones that git does not ignore included.

    A link inside the repository becomes what it leads to, also where that lies outside of the package's
    folder. The changes beside the choice (relative to the repository's top) are the package's own and those
    of the files that its links lead to. Raises `UnsafeSource`, naming every link out of the repository.
    """
    inside = {place.resolve() for place in own} - {checkout.folder, *checkout.folder.parents}
    tracking = _Tracking(checkout, frozenset(inside))
    prefix = checkout.prefix
    for name in tracking.own_names():
        tracking.take(name, as_name=name.removeprefix(prefix), chain=())
    refuse_outside(checkout.folder, tracking.outside)
    tracking.tell_the_rest()
    changes = tracking.changes_told()
    told = tuple(sorted(_relative(change.name, checkout) for change in changes))
    return Chosen(tuple(tracking.files), tracking.left.all(), told), changes


class _Tracking:
    """One pass over the files that git knows; names are relative to the repository's top."""

    def __init__(self, checkout: Checkout, own: frozenset[Path]) -> None:
        self.files: list[SourceFile] = []
        self.left = LeavingOut()
        self.outside: list[str] = []
        self._checkout = checkout
        self._own = own
        self._tracked = checkout.tracked()
        self._modes = {name: _mode(checkout.top, name) for name in self._tracked}
        has_links = any(map(stat.S_ISLNK, self._modes.values()))
        self._changes = [
            change for change in checkout.changes(everywhere=has_links) if not self._is_own(change.name)
        ]
        self._elsewhere = set(checkout.tracked(everywhere=True)) if has_links else set(self._tracked)
        self._elsewhere |= {change.name for change in self._changes if change.is_untracked}
        self._reached: set[str] = set()

    def own_names(self) -> list[str]:
        """Give the names in the package's folder, tracked or new."""
        new = {change.name for change in self._changes if change.is_untracked}
        prefix = self._checkout.prefix
        return sorted({*self._tracked, *(name for name in new if name.startswith(prefix))})

    def _is_own(self, name: str) -> bool:
        path = self._checkout.top / name
        return _HOME_NAME in Path(name).parts or any(path.is_relative_to(place) for place in self._own)

    def take(self, name: str, *, as_name: str, chain: tuple[str, ...]) -> None:
        """Take one name as a file of the copy; `chain` holds the folders that links led through."""
        path = self._checkout.top / name
        mode = self._modes[name] if name in self._modes else _mode(self._checkout.top, name)
        if mode == _ABSENT:
            self._tell_absent(name, as_name)
        elif reason := secret_reason(path.name, place=as_name):
            self.left.tell(as_name, reason)
        elif stat.S_ISLNK(mode):
            self._follow(path, as_name, chain)
        elif stat.S_ISREG(mode):
            self.files.append(SourceFile(as_name, path))
        elif stat.S_ISDIR(mode):
            self.left.tell(
                as_name.rstrip("/"), "another repository: `git submodule update --init` fetches it"
            )
        else:
            self.left.tell(as_name, "neither a file nor a folder")

    def _tell_absent(self, name: str, as_name: str) -> None:
        deleted = any(change.name == name for change in self._changes)
        self.left.tell(as_name, "deleted" if deleted else "not in this sparse checkout")

    def _follow(self, link: Path, as_name: str, chain: tuple[str, ...]) -> None:
        target, top = real_target(link), self._checkout.top
        if target is None:
            self.left.tell(as_name, "a broken link")
            return
        if not target.is_relative_to(top):
            self.outside.append(as_name)
            return
        name = target.relative_to(top).as_posix()
        self._reached.add(name)
        if reason := secret_reason(target.name, place=as_name):
            self.left.tell(as_name, reason)
        elif name in self._elsewhere and target.is_file():
            self.files.append(SourceFile(as_name, target))
        elif target.is_dir():
            self._enter(name, link, as_name, chain)
        else:
            self.left.tell(as_name, "a link to something that git does not track")

    def _enter(self, folder: str, link: Path, as_name: str, chain: tuple[str, ...]) -> None:
        inside = "" if folder == "." else f"{folder}/"
        place = link.parent.resolve().relative_to(self._checkout.top).as_posix()
        if folder in chain or f"{place}/".startswith(inside):
            self.left.tell(as_name, "a link to a folder that holds it")
            return
        names = sorted(name for name in self._elsewhere if name.startswith(inside))
        if not names:
            self.left.tell(as_name, "a link to something that git does not track")
        for name in names:
            self.take(name, as_name=f"{as_name}/{name.removeprefix(inside)}", chain=(*chain, folder))

    def tell_the_rest(self) -> None:
        """Tell what lies at the top of the package's folder and was not chosen."""
        known = {file.name.partition("/")[0] for file in self.files}
        known |= {left.path.partition("/")[0] for left in self.left.all()}
        with os.scandir(self._checkout.folder) as entries:
            for name in sorted(entry.name for entry in entries if entry.name not in known):
                self.left.tell(name, "version control" if name == ".git" else "not tracked by git")

    def changes_told(self) -> tuple[Change, ...]:
        """Give the changes of the package's own files, and of what its links lead to."""
        prefix = self._checkout.prefix
        folders = tuple(f"{name}/" for name in self._reached)
        return tuple(
            change
            for change in self._changes
            if change.name.startswith((prefix, *folders)) or change.name in self._reached
        )


def _mode(top: Path, name: str) -> int:
    try:
        return os.lstat(f"{top}/{name}").st_mode
    except (FileNotFoundError, NotADirectoryError):
        return _ABSENT
    except OSError as error:
        raise SourceMissing(
            f"`{top / name}` cannot be read: {error.strerror}", remedy="make it readable for this user"
        ) from None


def _relative(name: str, checkout: Checkout) -> str:
    return Path(os.path.relpath(checkout.top / name, checkout.folder)).as_posix()
