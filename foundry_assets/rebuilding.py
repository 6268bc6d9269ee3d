"""Rebuilding `make_all_summary.json` from the store, where each release's entry lies as it was settled.

Add here what must come back when the file was lost, or was made by several machines over one store.
Not here: settling (settling), and merging into the file (craft/summary).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.craft.change_control import write_pages
from foundry_assets.craft.summary import ReleaseEntry, read_entries, write_entries
from foundry_assets.errors import ChecksumChanged, UnknownRelease
from foundry_assets.home import Home
from foundry_assets.release import Release
from foundry_assets.release_entry import ENTRY, page_of
from foundry_assets.settling import vouched
from foundry_assets.store import ArtefactStore, Shelf

_AT_ONCE = 8
_REHEARSALS = "rehearsals"


@dataclass(frozen=True)
class Rebuilt:
    """What rebuilding found in the store and did; releases are told by their keys in the file."""

    path: Path
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    elsewhere: tuple[str, ...]
    unreadable: tuple[str, ...]
    remark: str

    @property
    def found(self) -> int:
        """How many releases and rehearsals the store has an entry of."""
        return len(self.written) + len(self.unchanged) + len(self.unreadable)


@dataclass(frozen=True)
class _Restored:
    """One release as the store has it: its entry and its page's text, None where the file has it already."""

    shelf: Shelf
    entry: ReleaseEntry | None = None
    text: str = ""
    problem: str = ""


def rebuild(home: Home, store: ArtefactStore) -> Rebuilt:
    """Put every release that the store knows into the summary, and its page into Change Control.

    Other people's keys stay, and so do entries of releases that the store does not know. Nothing is written
    to the store. An entry that a run has settled meanwhile is not replaced by an older one.
    """
    told = _told(home)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(lambda shelf: _restored(home, shelf, told), shelves(store)))
    fresh = {one.shelf.title: one for one in found if one.entry is not None}
    entries = {title: one.entry for title, one in fresh.items() if one.entry is not None}
    written = write_entries(home.summary, entries, only_newer=True)
    now = read_entries(home.summary)
    _write_pages(home, [one for title, one in fresh.items() if now.get(title) == one.entry])
    titles = {one.shelf.title for one in found}
    return Rebuilt(
        path=home.summary,
        written=tuple(sorted(fresh)),
        unchanged=tuple(sorted(one.shelf.title for one in found if one.entry is None and not one.problem)),
        elsewhere=tuple(sorted(set(now) - titles)),
        unreadable=tuple(one.problem for one in found if one.problem),
        remark=written.remark,
    )


def shelves(store: ArtefactStore) -> Iterator[Shelf]:
    """Give the place of every release in the store that was ever settled, then of every rehearsal."""
    for is_rehearsal, below in ((False, ""), (True, f"{_REHEARSALS}/")):
        for name in store.medium.names(below.rstrip("/")):
            for version in store.medium.names(f"{below}{name}"):
                release = _release(name, version)
                if release and store.medium.size(f"{below}{name}/{version}/{ENTRY}") is not None:
                    yield store.shelf(release, rehearsal=is_rehearsal)


def _release(name: str, version: str) -> Release | None:
    """Give the release that a folder's names spell, None for what else lies in a store."""
    try:
        release = Release.of(name, version)
    except UnknownRelease:
        return None
    return release if (release.name, release.version) == (name, version) else None


def _told(home: Home) -> Mapping[str, ReleaseEntry]:
    try:
        return read_entries(home.summary)
    except ChecksumChanged:  # it is set aside when it is written
        return {}


def _restored(home: Home, shelf: Shelf, told: Mapping[str, ReleaseEntry]) -> _Restored:
    page, before = page_of(home, shelf), told.get(shelf.title)
    try:
        settled = shelf.read(ENTRY, ReleaseEntry)
        if settled is None:
            return _Restored(shelf, problem=f"{shelf.title}: its entry is gone in this moment")
        settled = settled.model_copy(update={"change_control": str(page)})
        known = before.ledger if before else None
        if before and known and page.is_file() and before == settled.model_copy(update={"ledger": known}):
            return _Restored(shelf)
        entry, text = vouched(shelf, settled, head=shelf.ledger.head(), told=known)
    except ChecksumChanged as error:
        return _Restored(shelf, problem=str(error))
    return _Restored(shelf, entry, text)


def _write_pages(home: Home, restored: list[_Restored]) -> None:
    folders: dict[Path, dict[str, str]] = {}
    for one in restored:
        page = page_of(home, one.shelf)
        folders.setdefault(page.parent, {})[page.name] = one.text
    for folder, pages in folders.items():
        write_pages(folder, pages)
