"""The releases that a release needs of its own batch: whether the index serves them, and their very wheels.

Add here what a step must know of another release.
Not here: which releases those are (launching), and installing their wheels (craft/installing).
"""

from __future__ import annotations

from pathlib import Path

from foundry_assets import evidence
from foundry_assets.content import Member
from foundry_assets.craft.awaiting import await_served
from foundry_assets.doors import open_index
from foundry_assets.errors import ArtefactMissing, ChecksumChanged, EvidenceMissing, Fault
from foundry_assets.index import IndexReader
from foundry_assets.records import GOOD_VERDICTS, FileReceipt
from foundry_assets.release import Release
from foundry_assets.steps import Step

_SERVE_LIMIT_SECONDS = 300.0
_RELEASE_IT = "release it first, to the same index"


def fetch_needed(step: Step, folder: Path) -> dict[str, Path]:
    """Give name -> wheel for the releases that the run's form names as needed, waiting for the index first.

    The wheels come out of the store, and their sha256 is the one that the index serves: nobody else's file of
    that name can take their place. A rehearsal gets what the needed release was rehearsed with, since no
    index has it. Raises `EvidenceMissing` with every needed release that cannot be had.
    """
    found: dict[str, Path] = {}
    faults = []
    for release in map(Release.parse, step.bench.settings.needs):
        try:
            if not step.is_rehearsal:
                _await(step, release)
            found[release.name] = _wheel(step, release, folder)
        except _CannotBeHad as why:
            faults.append(Fault(str(release), why.args[0], _RELEASE_IT))
        except (ArtefactMissing, ChecksumChanged) as error:
            faults.append(Fault(str(release), error.happened, error.remedy))
    if faults:
        raise EvidenceMissing(f"{step.release} needs releases that cannot be had", faults)
    return found


class _CannotBeHad(Exception):
    """Why a needed release is not there."""


def _await(step: Step, release: Release) -> None:
    """Wait until the index serves every file of a needed release, as its receipt has them."""
    receipt = evidence.receipt_at(step.bench.shelf(release), step.index.name)
    if receipt is None or receipt.status != "published":
        raise _CannotBeHad(f"it is not published at `{step.index.name}`")
    files = {file.filename: _sent(file) for file in receipt.files if file.verdict in GOOD_VERDICTS}
    with open_index(step) as index, IndexReader(index) as reader:
        served = await_served(
            reader,
            release,
            list(files.values()),
            limit_seconds=_SERVE_LIMIT_SECONDS,
            on_wait=lambda seconds, missing: step.say(f"{release}: after {seconds:.0f} s: {missing}"),
        )
    missing = "; ".join(f"{file.filename}: {file.why}" for file in served if not file.served)
    if missing:
        raise _CannotBeHad(f"`{step.index.name}` does not serve it: {missing}")


def _sent(file: FileReceipt) -> Member:
    return Member(file.filename, file.sha256, file.bytes)


def _wheel(step: Step, release: Release, folder: Path) -> Path:
    """Take a needed release's wheel out of the store, and hold it to what its receipt says."""
    shelf = step.bench.shelf(release)
    place = folder / release.name
    manifest = shelf.fetch("wheel", place)
    if not step.is_rehearsal:
        receipt = evidence.receipt_at(shelf, step.index.name)
        sent = {file.sha256 for file in receipt.files} if receipt else set()
        if manifest.file.sha256 not in sent:
            raise _CannotBeHad("the wheel in the store is another one than the index got")
    return place / manifest.file.path
