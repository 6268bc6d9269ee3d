"""A release's entry in the summary, and its page: what people and programs are told of the evidence.

Add here a fact that both should tell.
Not here: the forms of entry and page (craft), and when they are written (settling).
"""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from foundry_assets import evidence
from foundry_assets.craft.change_control import REHEARSALS, Facts, TypingFacts, page_name, render_page
from foundry_assets.craft.rehearsing.form import PackageDeviations
from foundry_assets.craft.summary import ReleaseEntry
from foundry_assets.craft.summary.form import EntryFile, EntryIntent, EntryLaunch, EntryReceipt, EntrySource
from foundry_assets.craft.tool_versions import tool_versions
from foundry_assets.errors import ChecksumChanged, Status
from foundry_assets.home import Home
from foundry_assets.records import FileTold, Outcome, Receipt, StatedIntent, utc_now
from foundry_assets.store import Manifest, Shelf

KINDS = ("wheel", "sdist")
"""The artefacts that are sent."""
ENTRY = "summary.json"
"""Where the entry lies in the store: as it was settled, without the ledger's head, which came after it."""
INTENT_RECORD = "staged_workspace/intent.json"
"""Where lies what the release is for."""
THROWAWAY = "rehearsal-"
"""How the names of indexes begin that are gone after the rehearsal that sent to them."""
DEVIATIONS_RECORD = "deviations.json"
"""Where lies what the newest rehearsal found to be otherwise than the one before."""
_MOST_RECEIPTS = 10


def page_of(home: Home, shelf: Shelf) -> Path:
    """Give where the Change Control page of a release, or of its rehearsal, lies in this home."""
    is_rehearsal = shelf.title != str(shelf.release)
    folder = home.change_control / REHEARSALS if is_rehearsal else home.change_control
    return folder / page_name(shelf.release.name, shelf.release.version)


def entry_of(
    shelf: Shelf,
    outcome: Outcome,
    *,
    made: Mapping[str, Manifest],
    page: Path,
    status: Status,
    launched: EntryLaunch,
) -> ReleaseEntry:
    """Give the entry of a release whose newest run ended so; `made` is the lineage of its artefacts."""
    receipt = evidence.receipt_at(shelf, outcome.index)
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
        intent=_intent(shelf, made.get("staged_workspace")),
        source=_source(made.get("staged_workspace")),
        tools=tool_versions() | runtime(),
        credential_source=receipt.credential.source if receipt else _credential_found(shelf, outcome.index),
        checks=outcome.checks,
        change_control=str(page),
        evidence=outcome.evidence,
        run_id=outcome.run_id,
        launched=launched,
        updated_at=utc_now(),
    )


def runtime() -> dict[str, str]:
    """Give interpreter and operating system of this process."""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform.platform(),
    }


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
        source_sha256=facts.get("source_sha256", ""),
        generated=tuple(facts.get("generated", ())),
        notes=tuple(facts.get("notes", ())),
    )


def _intent(shelf: Shelf, staged: Manifest | None) -> EntryIntent:
    """Give what was said about the very tree that this release was made from."""
    said = None
    with contextlib.suppress(ChecksumChanged):  # verifying tells it; a release must be told all the same
        said = shelf.read(INTENT_RECORD, StatedIntent)
    if said is None or staged is None or said.tree_sha256 != staged.sha256:
        return EntryIntent()
    return EntryIntent(text=said.text, heading=said.heading, said_in=said.said_in)


def _credential_found(shelf: Shelf, index: str) -> str:
    """Give the source of the credential that was found before the build, "" where none was."""
    for verdict in evidence.verdicts(shelf, ["staged_workspace"]):
        if verdict.details.get("index") == index and "source" in verdict.details:
            return f"{verdict.details['source']} {verdict.details.get('variable', '')}".rstrip()
    return ""


def page_text(shelf: Shelf, entry: ReleaseEntry, *, made: Mapping[str, Manifest]) -> str:
    """Give the Change Control page of a release as Markdown."""
    indexes = [index for index in shelf.names("upload_receipt") if not index.startswith(THROWAWAY)]
    signal: dict[str, Any] = made["stubbed_tree"].facts if "stubbed_tree" in made else {}
    facts = Facts(
        title=shelf.title,
        receipts=[receipt for index in indexes for receipt in _history(shelf, index)],
        holds=[hold for index in indexes for hold in evidence.holds(shelf, index)],
        corrections=[done for index in indexes for done in evidence.corrections(shelf, index)],
        typing=TypingFacts(
            signal.get("typing_table", ()), signal.get("typing_proof", ""), signal.get("typing_checkers", {})
        ),
        requirements=_requirements(made),
        deviations=_deviations(shelf),
    )
    return render_page(entry, facts)


def _deviations(shelf: Shelf) -> list[str]:
    kept = shelf.read(DEVIATIONS_RECORD, PackageDeviations)
    return (
        [
            f"{one.kind} {one.subject}: {one.before or 'none'} -> {one.now or 'none'}"
            for one in kept.deviations
        ]
        if kept
        else []
    )


def _history(shelf: Shelf, index: str) -> list[Receipt]:
    """Give the newest receipts of an index, oldest first, and always the very first of them."""
    kept = list(shelf.records(f"{evidence.place_of(index)}/receipts", Receipt))
    return kept if len(kept) <= _MOST_RECEIPTS else [kept[0], *kept[1 - _MOST_RECEIPTS :]]


def _requirements(made: Mapping[str, Manifest]) -> dict[str, str]:
    """Give every distribution that the build environments held, by name."""
    found: dict[str, str] = {}
    for kind in KINDS:
        facts: dict[str, Any] = made[kind].facts if kind in made else {}
        found |= facts.get("requirements", {})
    return found
