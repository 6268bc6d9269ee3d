"""Settling a release: the outcome of a run, the release's entry in the summary, its Change Control page.

Add here what every end of a run writes, good or bad.
Not here: deciding how it ended (steps, assets), and the forms of file and page (craft).
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from foundry_assets import evidence
from foundry_assets.checksums import record_checksums
from foundry_assets.craft.change_control import write_page
from foundry_assets.craft.summary import ReleaseEntry, Written, read_entry, write_entry
from foundry_assets.craft.summary.form import EntryLaunch, EntryLedger
from foundry_assets.errors import ArtefactMissing, ChecksumChanged, Status
from foundry_assets.home import Home
from foundry_assets.records import CheckTold, FileTold, LedgerHead, Outcome, Receipt, Verdict
from foundry_assets.release_entry import ENTRY, KINDS, entry_of, page_of, page_text
from foundry_assets.store import Manifest, Shelf

LINE = ("staged_workspace", "stubbed_tree", "sdist", "wheel")
"""The artefacts that are made from the source, in flow order."""
AT_INDEX = ("pypi_probe", "upload_receipt", "summary_json")
"""Those after them, which lie one level deeper, by index."""
MADE_FROM = "made_from"
"""The fact by which each of them but the first names the sha256 of the one before."""


@dataclass(frozen=True)
class Published:
    """What people and programs were told: the entry, the summary that holds it, and the page."""

    entry: ReleaseEntry
    summary: Written
    page: Path
    page_text: str


@dataclass(frozen=True)
class Settled(Published):
    """What settling wrote."""

    outcome: Outcome


def settle(  # noqa: PLR0913 - each is one fact about the end of a run, and named
    *,
    home: Home,
    shelf: Shelf,
    index: str,
    status: Status,
    message: str,
    run_id: str,
    began_at: float,
    failed_step: str = "",
    is_rehearsal: bool = False,
    launched: EntryLaunch | None = None,
) -> Settled:
    """Write down how a run of a release ended: outcome, summary entry, Change Control page.

    `began_at` is the run's start (seconds since the epoch). A release that an index serves stays
    `published` in the summary whatever a later run of it meets; that run's own outcome says what it met.
    """
    receipt = evidence.receipt_at(shelf, index)
    checks = _checks(shelf, index, failed_step, message)
    outcome = Outcome(
        release=str(shelf.release),
        name=shelf.release.name,
        version=shelf.release.version,
        index=index,
        status=status,
        files=_files(shelf, receipt),
        checks=checks,
        run_id=run_id,
        seconds=round(max(0.0, time.time() - began_at), 3),
        evidence=shelf.address(),
        message=message,
        ledger=shelf.ledger.head(),
    )
    evidence.record_outcome(shelf, outcome)
    record_checksums(shelf, outcome.files)
    was_published = receipt is not None and receipt.status == "published" and not is_rehearsal
    entry = entry_of(
        shelf,
        outcome,
        made=lineage(shelf),
        page=page_of(home, shelf),
        status="published" if was_published else status,
        launched=launched or EntryLaunch(),
    )
    shelf.write(ENTRY, entry)
    published = _publish(home, shelf, entry)
    return Settled(published.entry, published.summary, published.page, published.page_text, outcome)


def anchor(home: Home, shelf: Shelf) -> Published | None:
    """Tell in summary and page what came to the ledger when all was settled, such as a correction.

    Gives what was told anew; None where they tell it already, or where the release was never settled. What
    somebody else took out of the summary, or changed in the entry, is put right.
    """
    with contextlib.suppress(ChecksumChanged):
        settled = shelf.read(ENTRY, ReleaseEntry)
        told = _told(home, shelf)
        if settled is None:
            return None
        settled = settled.model_copy(update={"change_control": str(page_of(home, shelf))})
        is_told = told and told.ledger and told.model_copy(update={"ledger": None}) == settled
        head = told and told.ledger and LedgerHead(lines=told.ledger.lines, head=told.ledger.head)
        if not is_told or head != shelf.ledger.head() or not shelf.ledger.is_settled:
            return _publish(home, shelf, settled)
    return None


def _publish(home: Home, shelf: Shelf, entry: ReleaseEntry) -> Published:
    """Close the ledger for now, and write its head where the ledger itself does not lie."""
    told = _told(home, shelf)
    head = shelf.ledger.head() if shelf.ledger.is_settled else shelf.ledger.settle()
    entry, text = vouched(shelf, entry, head=head, told=told.ledger if told else None)
    page = page_of(home, shelf)
    write_page(page, text)
    return Published(entry, write_entry(home.summary, shelf.title, entry), page, text)


def vouched(
    shelf: Shelf, entry: ReleaseEntry, *, head: LedgerHead, told: EntryLedger | None
) -> tuple[ReleaseEntry, str]:
    """Give a settled entry with the ledger's head in it, and its page.

    `told` is what the summary tells of the ledger until now: a new head must not cover one that the ledger
    no longer holds.
    """
    past = told.contradicts if told else ()
    newest = LedgerHead(lines=told.lines, head=told.head) if told else None
    if newest and not shelf.ledger.holds(newest):
        past = (*past, newest)
    ledger = EntryLedger(**head.model_dump(), contradicts=past)
    entry = entry.model_copy(update={"ledger": ledger})
    text = page_text(shelf, entry, made=lineage(shelf))
    ledger = ledger.model_copy(update={"page_sha256": hashlib.sha256(text.encode()).hexdigest()})
    return entry.model_copy(update={"ledger": ledger}), text


def _told(home: Home, shelf: Shelf) -> ReleaseEntry | None:
    """Give the release's entry as the summary has it; None where it has none, or cannot be read."""
    return read_entry(home.summary, shelf.title)


def lineage(shelf: Shelf) -> dict[str, Manifest]:
    """Give the artefacts of a release that were made one from the other, in flow order, as far as they go.

    What an earlier attempt left behind, made from a tree that is no longer the staged one, is no part of it,
    and neither is what cannot be read.
    """
    made: dict[str, Manifest] = {}
    before = ""
    for asset in LINE:
        try:
            manifest = shelf.manifest(asset)
        except (ArtefactMissing, ChecksumChanged):
            break
        if before and manifest.facts.get(MADE_FROM) != before:
            break
        made[asset], before = manifest, manifest.sha256
    return made


def _checks(shelf: Shelf, index: str, failed_step: str, message: str) -> tuple[CheckTold, ...]:
    made = lineage(shelf)
    assets = [*LINE, f"pypi_probe/{index}", f"upload_receipt/{index}"]
    told = [
        CheckTold(name=found.check, passed=found.passed, severity=found.severity, message=found.message)
        for found in evidence.verdicts(shelf, assets)
        if _is_about(found, made)
    ]
    if failed_step:
        told.append(CheckTold(name=failed_step, passed=False, severity="ERROR", message=message))
    return tuple(told)


def _is_about(verdict: Verdict, made: Mapping[str, Manifest]) -> bool:
    """Tell whether a verdict judged the artefacts as they are now, not those of an earlier attempt."""
    return all(
        asset in made and made[asset].sha256 == sha256
        for asset, sha256 in verdict.judged.items()
        if asset in LINE
    )


def _files(shelf: Shelf, receipt: Receipt | None) -> tuple[FileTold, ...]:
    if receipt is not None:
        return tuple(FileTold.model_validate(file.model_dump()) for file in receipt.files)
    made = lineage(shelf)
    return evidence.told([made[kind].file for kind in KINDS if kind in made])
