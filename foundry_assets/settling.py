"""Settling a release: the outcome of a run, the release's entry in the summary, its Change Control page.

Add here what every end of a run writes, good or bad.
Not here: deciding how it ended (steps, assets), and the forms of file and page (craft).
"""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundry_assets import evidence
from foundry_assets.craft.change_control import page_name, render_page, write_page
from foundry_assets.craft.receipts import tool_versions
from foundry_assets.craft.summary import ReleaseEntry, Written, write_entry
from foundry_assets.craft.summary.form import EntryFile, EntryReceipt, EntrySource
from foundry_assets.errors import ArtefactMissing, ChecksumChanged, Status
from foundry_assets.home import Home
from foundry_assets.records import CheckTold, FileTold, Outcome, Receipt, Verdict, utc_now
from foundry_assets.store import Manifest, Shelf

LINE = ("staged_workspace", "stubbed_tree", "sdist", "wheel")
"""The artefacts that are made from the source, in flow order."""
KINDS = ("wheel", "sdist")
"""Those of them that are sent."""
MADE_FROM = "made_from"
"""The fact by which each of them but the first names the sha256 of the one before."""
THROWAWAY = "rehearsal-"
"""How the names of indexes begin that are gone after the rehearsal that sent to them."""


@dataclass(frozen=True)
class Settled:
    """What settling wrote."""

    outcome: Outcome
    entry: ReleaseEntry
    summary: Written
    page: Path
    page_text: str


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
    )
    evidence.record_outcome(shelf, outcome)
    was_published = receipt is not None and receipt.status == "published" and not is_rehearsal
    folder = home.change_control / "rehearsals" if is_rehearsal else home.change_control
    page = folder / page_name(outcome.name, outcome.version)
    entry = _entry(shelf, outcome, receipt, page=page, status="published" if was_published else status)
    key = f"{shelf.release}" if not is_rehearsal else f"{shelf.release} (rehearsal)"
    written = write_entry(home.summary, key, entry)
    text = _page(shelf, entry, index)
    return Settled(outcome, entry, written, write_page(folder, entry, text), text)


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


def _entry(
    shelf: Shelf, outcome: Outcome, receipt: Receipt | None, *, page: Path, status: Status
) -> ReleaseEntry:
    made = lineage(shelf)
    second = {made[kind].file.path: str(made[kind].facts["blake2b_256"]) for kind in KINDS if kind in made}
    second |= {file.filename: file.blake2b_256 for file in receipt.files} if receipt else {}
    others = [other for other in _receipts(shelf) if other.index != outcome.index]
    return ReleaseEntry(
        name=outcome.name,
        version=outcome.version,
        index=outcome.index,
        status=status,
        message=outcome.message,
        files=tuple(_entry_file(shelf, file, second.get(file.filename, "")) for file in outcome.files),
        also=tuple(_also(other) for other in others),
        source=_source(made.get("staged_workspace")),
        tools=tool_versions() | {"python": platform.python_version(), "platform": platform.platform()},
        credential_source=receipt.credential.source if receipt else "",
        checks=outcome.checks,
        change_control=str(page),
        evidence=outcome.evidence,
        run_id=outcome.run_id,
        updated_at=utc_now(),
    )


def _entry_file(shelf: Shelf, file: FileTold, blake2b_256: str) -> EntryFile:
    return EntryFile(
        filename=file.filename,
        path=shelf.blob_address(file.sha256),
        kind="wheel" if file.kind == "wheel" else "sdist",
        sha256=file.sha256,
        blake2b_256=blake2b_256,
        bytes=file.bytes,
        verdict=file.verdict,
        url=file.url,
    )


def _receipts(shelf: Shelf) -> list[Receipt]:
    return [found for found in evidence.receipts(shelf) if not found.index.startswith(THROWAWAY)]


def _also(receipt: Receipt) -> EntryReceipt:
    verdicts = {file.filename: file.verdict for file in receipt.files}
    return EntryReceipt(index=receipt.index, status=receipt.status, at=receipt.at, files=dict(verdicts))


def _source(staged: Manifest | None) -> EntrySource | None:
    if staged is None:
        return None
    facts: dict[str, Any] = staged.facts
    return EntrySource(
        origin=facts["origin"],
        commit=facts["commit"],
        described=facts["described"],
        tree_sha256=staged.sha256,
        uncommitted=tuple(facts["dirty"]),
    )


def _page(shelf: Shelf, entry: ReleaseEntry, index: str) -> str:
    made = lineage(shelf)
    signal: dict[str, Any] = made["stubbed_tree"].facts if "stubbed_tree" in made else {}
    return render_page(
        entry,
        receipts=_receipts(shelf),
        holds=evidence.holds(shelf, index),
        corrections=evidence.corrections(shelf, index),
        typing=signal.get("typing_table", []),
    )
