"""Verifying a release: its ledger, every stored byte, what was told of it, and what the indexes serve now.

Add here another thing that a release's evidence is compared with.
Not here: writing evidence (settling), and how what is found is shown (cli/verifying).
"""

from __future__ import annotations

from foundry_assets.craft.summary import ReleaseEntry
from foundry_assets.home import Foundry
from foundry_assets.ledger import Line, replay
from foundry_assets.records import LedgerHead
from foundry_assets.store import Shelf
from foundry_assets.verifying.chain import broken_links, read_rows
from foundry_assets.verifying.findings import Counted, Finding, Served, Verified
from foundry_assets.verifying.online import ask_indexes
from foundry_assets.verifying.stored import unlike
from foundry_assets.verifying.told import Anchor, Told, against_anchors

__all__ = ["Finding", "Served", "Verified", "verify"]

_MOST_PLACES = 8


def verify(
    shelf: Shelf, foundry: Foundry, *, entry: ReleaseEntry | None, anchor: str = "", online: bool = False
) -> Verified:
    """Compare all that is kept of a release with itself, and give everything that does not fit.

    `entry` is what the summary tells of it, None where it tells nothing; `anchor` is the head of the ledger
    as a person wrote it down elsewhere. Findings come in the order in which they are worth reading: the
    ledger's own lines, what was told of its length, records and files in the order of their lines, what no
    line tells of, summary and page, the indexes. What this cannot find: a store, a ledger and a summary that
    somebody with access to all three rewrote together, without an `anchor` from before; and what a run
    left that was killed before its end, when both lines and records are gone.
    """
    rows = read_rows(shelf.ledger)
    told = Told.of(shelf, foundry.place, entry)
    anchors = [*told.anchors, *([Anchor("the head that you gave", None, anchor)] if anchor else [])]
    lines = [row.line for row in rows if row.line is not None]
    counted = Counted()
    findings = [
        *broken_links(rows, title=shelf.title, heads=[known for found in anchors if (known := found.head)]),
        *against_anchors(rows, anchors, genesis_of=shelf.title),
        *told.contradictions(),
        *unlike(shelf, replay(lines), has_ledger=bool(rows), counted=counted),
        *told.findings(),
        *_unsettled(lines, told.newest),
        *_taken_back(lines),
    ]
    served: list[Served] = []
    if online:
        asked, served = ask_indexes(shelf, foundry)
        findings += asked
    return Verified(
        release=shelf.title,
        findings=tuple(findings),
        ledger=LedgerHead(lines=rows[-1].number, head=rows[-1].sha256) if rows else None,
        counted=counted,
        served=tuple(served),
    )


def _taken_back(lines: list[Line]) -> list[Finding]:
    return [
        Finding(
            where=f"ledger line {line.takes_back}",
            what=f"announced {line.place}, which was never written; line {line.seq} takes it back",
            weight="note",
        )
        for line in lines
        if line.takes_back
    ]


def _unsettled(lines: list[Line], told: LedgerHead | None) -> list[Finding]:
    """Tell of the lines that no told head vouches for: every run ends with one, unless it is killed."""
    since = [line for line in lines if told is None or line.seq > told.lines]
    if not since:
        return []
    what = f"and what follows came after all that the summary vouches for ({len(since)} lines)"
    if told is None:
        what = "and what follows: the summary vouches for none of it"
    return [
        Finding(
            where=f"ledger line {since[0].seq}",
            what=f"{what}: a run is at work, or was stopped, or somebody else wrote on",
            found=", ".join(list(dict.fromkeys(line.place or line.kind for line in since))[:_MOST_PLACES]),
            remedy="see that they are the foundry's own, then release again: its end vouches for them",
            weight="unknown",
        )
    ]
