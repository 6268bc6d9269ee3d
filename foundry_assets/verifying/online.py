"""What the indexes serve of a release now, beside what its receipts say they took.

Add here another way in which an index can have changed its mind.
Not here: asking (index), comparing names and digests (craft/probing).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from foundry_assets import evidence
from foundry_assets.catalog import Index
from foundry_assets.content import Member
from foundry_assets.craft.awaiting import ServedFile, await_served
from foundry_assets.craft.probing import Probe, ProbedFile, probe
from foundry_assets.errors import ChecksumChanged, IndexUnreachable, UnknownIndex
from foundry_assets.home import Foundry
from foundry_assets.index import IndexReader
from foundry_assets.records import FileReceipt, Receipt
from foundry_assets.release_entry import THROWAWAY
from foundry_assets.store import Shelf
from foundry_assets.verifying.findings import Finding, Served, State

_THERE = ("created", "already_identical")
_CAUTION = "tell the people of this index, and whoever installs from it; the store holds the true file"


def ask_indexes(shelf: Shelf, foundry: Foundry) -> tuple[list[Finding], list[Served]]:
    """Ask every index that has a receipt; one that gives no answer is told as unknown, never as fine."""
    findings: list[Finding] = []
    served: list[Served] = []
    try:
        receipts = [found for found in evidence.receipts(shelf) if not found.index.startswith(THROWAWAY)]
    except ChecksumChanged as error:
        return [Finding("receipts", error.happened, remedy=error.remedy, weight="unknown")], []
    for receipt in receipts:
        try:
            with (
                _opened(foundry.catalog.index(receipt.index), foundry) as index,
                IndexReader(index) as reader,
            ):
                found, states = _compare(reader, shelf, receipt)
        except (IndexUnreachable, UnknownIndex) as error:
            found = [Finding(f"index {receipt.index}", error.happened, "", "", error.remedy, "unknown")]
            states = [Served(receipt.index, file.filename, "unknown") for file in receipt.files]
        findings += found
        served += states
    if not receipts:
        findings.append(Finding("indexes", "no index has a receipt: nothing was sent", weight="note"))
    return findings, served


@contextmanager
def _opened(index: Index, foundry: Foundry) -> Iterator[Index]:
    if not index.is_local:
        yield index
        return
    from foundry_assets.embedded_index import embedded_index

    with embedded_index(foundry.home.index) as opened:
        yield opened


def _compare(reader: IndexReader, shelf: Shelf, receipt: Receipt) -> tuple[list[Finding], list[Served]]:
    members = [Member(file.filename, file.sha256, file.bytes) for file in receipt.files]
    probed = probe(reader, shelf.release, members)
    listed = [member for member, file in zip(members, probed.files, strict=True) if file.state == "identical"]
    seen = {file.filename: file for file in await_served(reader, shelf.release, listed, limit_seconds=0)}
    findings: list[Finding] = [*_of_project(receipt.index, probed)]
    states: list[Served] = []
    for file, there in zip(receipt.files, probed.files, strict=True):
        state, finding = _of_file(receipt.index, file, there, seen.get(file.filename), probed)
        states.append(Served(receipt.index, file.filename, state))
        findings += [finding] if finding else []
    return findings, states


def _of_project(index: str, probed: Probe) -> Iterator[Finding]:
    where = f"index {index}"
    if probed.project_status == "quarantined":
        what = "the project is quarantined: the index lets nobody install it"
        yield Finding(where, what, "active", probed.project_status, "ask the people of this index why")
    elif probed.project_status != "active":
        yield Finding(where, f"the project is {probed.project_status}", weight="note")
    for other in probed.others:
        yield Finding(where, f"it also serves {other}, which this release never sent", weight="note")


def _of_file(
    index: str, file: FileReceipt, there: ProbedFile, seen: ServedFile | None, probed: Probe
) -> tuple[State, Finding | None]:
    """Judge one file: what its receipt promised, what the page lists, and what its own address gives."""
    where = f"{file.filename} at {index}"
    if file.verdict not in _THERE:
        return _of_unsent(where, file, there)
    if there.state == "absent":
        what = "is gone: the index lists it no more"
        return "gone", Finding(where, what, f"sha256 {file.sha256}", "nothing there", _CAUTION)
    if there.state == "conflict" or (seen and seen.sha256_there not in ("", file.sha256)):
        other = (seen.sha256_there if seen else "") or there.sha256_there
        what = f"was changed: {there.why or 'its own address gives other bytes'}"
        return "changed", Finding(where, what, f"sha256 {file.sha256}", f"sha256 {other}", _CAUTION)
    if seen and not seen.served:
        return "unknown", Finding(where, seen.why, remedy="ask again later", weight="unknown")
    if yank := next((told for told in probed.yanked if told.partition(" ")[0] == file.filename), ""):
        what = f"was yanked: {yank}"
        remedy = "ask whoever may yank there why; installers pass it over unless it is pinned"
        return "yanked", Finding(where, what, "not yanked", yank, remedy)
    return "served", None


def _of_unsent(where: str, file: FileReceipt, there: ProbedFile) -> tuple[State, Finding | None]:
    """Judge a file that no receipt says is there; the release itself was told so when it ended."""
    if there.state != "identical":
        return "not there", None
    what = f"is served with our bytes, although its receipt says {file.verdict}; release again to settle it"
    return "served", Finding(where, what, weight="note")
