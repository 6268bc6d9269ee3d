"""What was told of a release outside its part of the store: its summary entry, its page, and a noted head.

Add here another place that tells how far the ledger went.
Not here: the ledger's own lines (chain), and the records (stored).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.craft.change_control import told_head
from foundry_assets.craft.summary import ReleaseEntry
from foundry_assets.craft.summary.form import EntryLedger
from foundry_assets.errors import ChecksumChanged
from foundry_assets.home import Home
from foundry_assets.ledger import genesis
from foundry_assets.ledger.line import sha256_of
from foundry_assets.records import LedgerHead
from foundry_assets.release_entry import ENTRY, page_of
from foundry_assets.store import Shelf
from foundry_assets.verifying.chain import Row
from foundry_assets.verifying.findings import Finding

_ELSEWHERE = "restore the store from a backup; a ledger never gets shorter by itself"


@dataclass(frozen=True)
class Anchor:
    """A head that somebody told: the number of lines (None: not known), and the sha256 of the last."""

    source: str
    lines: int | None
    sha256: str

    @property
    def head(self) -> LedgerHead | None:
        """The head, where its number is known."""
        return None if self.lines is None else LedgerHead(lines=self.lines, head=self.sha256)


@dataclass(frozen=True)
class Told:
    """What summary and page tell; `settled` is the entry that the store holds."""

    summary: str
    entry: ReleaseEntry | None
    settled: ReleaseEntry | None
    page: Path
    page_text: bytes | None

    @classmethod
    def of(cls, shelf: Shelf, home: Home, entry: ReleaseEntry | None) -> Told:
        """Read what there is."""
        page = page_of(home, shelf)
        settled = None
        with contextlib.suppress(ChecksumChanged):  # told where the records are
            settled = shelf.read(ENTRY, ReleaseEntry)
        if settled and entry and entry.change_control == str(page):  # settled in another home over this store
            settled = settled.model_copy(update={"change_control": str(page)})
        text = page.read_bytes() if page.is_file() else None
        return cls(home.summary.name, entry, settled, page, text)

    @property
    def newest(self) -> EntryLedger | None:
        """How far the ledger went when the summary was written."""
        return self.entry.ledger if self.entry else None

    @property
    def anchors(self) -> list[Anchor]:
        """The heads that summary and page tell, and those that an earlier run found contradicted."""
        found = [Anchor(self.summary, told.lines, told.head)] if (told := self.newest) else []
        page = told_head(self.page_text.decode("utf-8", "replace")) if self.page_text else None
        return found + ([Anchor(self.page.name, page.lines, page.head)] if page else [])

    def contradictions(self) -> Iterator[Finding]:
        """Tell the heads that an earlier run told and a later one no longer found in the ledger."""
        for past in self.entry.ledger.contradicts if self.entry and self.entry.ledger else ():
            yield Finding(
                where=f"ledger line {past.lines}",
                what=f"was another one when an earlier run told of it in {self.summary}, and a later run "
                "found it contradicted",
                expected=f"line {past.lines} with sha256 {past.head}",
                remedy=_ELSEWHERE,
            )

    def findings(self) -> Iterator[Finding]:
        """Tell what summary and page have against the store."""
        ledger = self.newest
        if self.settled and (differing := _differing(self.settled, self.entry)):
            yield Finding(
                where=self.summary,
                what=f"its entry is not the one that was settled: {differing}"
                if self.entry
                else "it tells nothing of this release any more",
                expected=f"what {ENTRY} in the store says",
                found="another entry" if self.entry else "no entry of this release",
                remedy="see who else writes that file; the next run of this release writes the entry anew",
            )
        if ledger and ledger.page_sha256 and ledger.page_sha256 != (found := _sha256(self.page_text)):
            yield Finding(
                where=f"page {self.page.name}",
                what="is not the Change Control page that was written with the summary",
                expected=f"sha256 {ledger.page_sha256}",
                found=f"sha256 {found}" if found else "nothing there",
                remedy="believe the evidence, not the page; the next run of this release writes it anew",
            )


def against_anchors(rows: Sequence[Row], anchors: Sequence[Anchor], *, genesis_of: str) -> Iterator[Finding]:
    """Find out whether the ledger still holds every line that somebody told of."""
    known = {row.number: row.sha256 for row in rows} | {0: genesis(genesis_of)}
    last = max(known)
    for anchor in anchors:
        if anchor.lines is None:
            if anchor.sha256 not in known.values():
                what = f"no line has the sha256 of {anchor.source}"
                yield Finding(
                    "ledger", what, anchor.sha256, f"{last} lines, none of them that one", _ELSEWHERE
                )
        elif anchor.lines > last:
            yield Finding(
                where=f"ledger line {last + 1}" if last else "ledger",
                what=f"the end is cut off: {anchor.source} tells of {anchor.lines} lines",
                expected=f"{anchor.lines} lines, the last with sha256 {anchor.sha256}",
                found=f"{last} lines" if last else "no line at all",
                remedy=_ELSEWHERE,
            )
        elif anchor.lines in known and known[anchor.lines] != anchor.sha256:
            yield Finding(
                where=f"ledger line {anchor.lines}",
                what=f"is another one than {anchor.source} tells of",
                expected=f"sha256 {anchor.sha256}",
                found=f"sha256 {known[anchor.lines]}",
                remedy=_ELSEWHERE,
            )


def _differing(settled: ReleaseEntry, entry: ReleaseEntry | None) -> str:
    """Name the keys in which an entry differs from the settled one; the head came afterwards."""
    if entry is None:
        return "it is not there"
    names = [name for name in ReleaseEntry.model_fields if name != "ledger"]
    return ", ".join(name for name in names if getattr(settled, name) != getattr(entry, name))


def _sha256(text: bytes | None) -> str:
    return "" if text is None else sha256_of(text)
