"""The evidence of a release: where each record lies, and the questions that records alone answer.

Add here reading and writing of records, and what must hold before anything is sent.
Not here: the records' forms (records), making a judgement (checks), sending and telling (craft).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from foundry_assets.content import Member
from foundry_assets.errors import CallIsWrong, EvidenceMissing, Fault, ReleaseHeld
from foundry_assets.records import Correction, FileTold, Hold, Intent, Outcome, Receipt, Verdict, utc_now
from foundry_assets.store import Manifest, Shelf

REQUIRED_CHECKS: tuple[tuple[str, str], ...] = (
    ("stubbed_tree", "nothing_of_the_author_is_overwritten"),
    ("stubbed_tree", "typing_signal_is_never_worse"),
    ("sdist", "sdist_metadata_is_valid"),
    ("sdist", "sdist_version_is_the_release"),
    ("sdist", "sdist_holds_every_file"),
    ("wheel", "wheel_metadata_is_valid"),
    ("wheel", "wheel_version_is_the_release"),
    ("wheel", "wheel_holds_every_file"),
    ("wheel", "wheel_installs_and_imports"),
    ("wheel", "wheel_is_reproducible"),
    ("wheel", "index_would_accept_both_files"),
)
"""The verdicts without which nothing is sent, as (asset, check)."""


def record_verdict(shelf: Shelf, verdict: Verdict) -> None:
    """Store a verdict beside the artefact that it judges."""
    shelf.write(f"{verdict.asset}/checks/{verdict.check}.json", verdict)


def verdicts(shelf: Shelf, assets: Iterable[str]) -> list[Verdict]:
    """Give the stored verdicts of some assets, in the order of the assets."""
    return [verdict for asset in assets for verdict in shelf.records(f"{asset}/checks", Verdict)]


def require_evidence(shelf: Shelf, manifests: Mapping[str, Manifest]) -> list[Verdict]:
    """Give every required verdict, all of them good and about the bytes in `manifests` (asset -> manifest).

    Raises `EvidenceMissing` with every fault at once. Dagster's own gate holds inside one run only,
    so this is the lock that an upload launched by hand meets.
    """
    found: list[Verdict] = []
    faults: list[Fault] = []
    for asset, check in REQUIRED_CHECKS:
        verdict = shelf.read(f"{asset}/checks/{check}.json", Verdict)
        fault = _fault_of(asset, check, verdict, manifests)
        if fault:
            faults.append(fault)
        elif verdict:
            found.append(verdict)
    if faults:
        raise EvidenceMissing(f"{shelf.release} may not be sent", faults)
    return found


def _fault_of(
    asset: str, check: str, verdict: Verdict | None, manifests: Mapping[str, Manifest]
) -> Fault | None:
    again = f"materialise `{asset}` with its checks for this release, by the whole `release` job"
    if verdict is None:
        return Fault(check, "was never judged", again)
    if verdict.blocks:
        return Fault(check, verdict.message, "mend the cause in the source, then release again")
    if asset not in verdict.judged or asset not in manifests:
        return Fault(check, f"names no bytes of `{asset}`", again)
    for judged, sha256 in verdict.judged.items():
        if judged in manifests and manifests[judged].sha256 != sha256:
            now = manifests[judged].sha256[:12]
            return Fault(check, f"judged other bytes of `{judged}` ({sha256[:12]}, not {now})", again)
    return None


def place_of(index: str) -> str:
    """Give where the records of one index lie."""
    return f"upload_receipt/{index}"


def intents(shelf: Shelf, index: str, filename: str) -> list[Intent]:
    """Give the intents of one file at one index, the newest last."""
    return list(shelf.records(f"{place_of(index)}/intents/{filename}", Intent))


def open_intent(shelf: Shelf, intent: Intent) -> bool:
    """Write an intent unless it is there; False means that another run opened it first."""
    place = f"{place_of(intent.index)}/intents/{intent.filename}/{intent.number:04}.json"
    return shelf.create(place, intent)


def is_frozen(shelf: Shelf) -> bool:
    """Tell whether any intent exists: from then on the stored bytes are the release."""
    return any(shelf.names(f"{place_of(index)}/intents") for index in shelf.names("upload_receipt"))


def frozen_bytes(shelf: Shelf, index: str) -> dict[str, str]:
    """Give what the intents at an index have frozen: file name -> sha256."""
    found: dict[str, str] = {}
    for filename in shelf.names(f"{place_of(index)}/intents"):
        for intent in intents(shelf, index, filename):
            found |= intent.frozen
    return found


def receipt_at(shelf: Shelf, index: str) -> Receipt | None:
    """Give the newest receipt of a release at an index."""
    return shelf.read(f"{place_of(index)}/receipt.json", Receipt)


def record_receipt(shelf: Shelf, receipt: Receipt) -> None:
    """Store a receipt, as the newest and in the history of its index."""
    place = place_of(receipt.index)
    number = len(shelf.names(f"{place}/receipts")) + 1
    while not shelf.create(f"{place}/receipts/{number:04}.json", receipt):  # another run was quicker
        number += 1
    shelf.write(f"{place}/receipt.json", receipt)


def receipts(shelf: Shelf) -> list[Receipt]:
    """Give the newest receipt of every index that this release was sent to."""
    found = (receipt_at(shelf, index) for index in shelf.names("upload_receipt"))
    return [receipt for receipt in found if receipt is not None]


def standing_hold(shelf: Shelf, index: str) -> Hold | None:
    """Give the hold that no correction has lifted yet, or None."""
    newest = _newest_hold(shelf, index)
    return newest if newest and not _is_lifted(shelf, newest) else None


def _newest_hold(shelf: Shelf, index: str) -> Hold | None:
    held = holds(shelf, index)
    return held[-1] if held else None


def _is_lifted(shelf: Shelf, hold: Hold) -> bool:
    return f"{hold.number:04}.json" in shelf.names(f"{place_of(hold.index)}/corrections")


def refuse_if_held(shelf: Shelf, index: str) -> None:
    """Raise `ReleaseHeld` where a hold stands."""
    if hold := standing_hold(shelf, index):
        raise ReleaseHeld(
            f"{shelf.release} is held at `{index}` since {hold.at}: {hold.because}",
            remedy="find out what the index holds, then write a correction (in the UI: job `lift_hold`): "
            f'foundry lift-hold {shelf.release} --index {index} --because "..."',
        )


def place_hold(shelf: Shelf, index: str, *, because: str, files: Sequence[str], run_id: str) -> None:
    """Leave a hold; one that stands already stays as it is."""
    newest = _newest_hold(shelf, index)
    if newest and not _is_lifted(shelf, newest):
        return
    number = newest.number + 1 if newest else 1  # by the same look, so that runs at once leave one hold
    hold = Hold(
        number=number,
        release=str(shelf.release),
        index=index,
        because=because,
        files=tuple(files),
        run_id=run_id,
        at=utc_now(),
    )
    shelf.create(f"{place_of(index)}/holds/{number:04}.json", hold)


def lift_hold(shelf: Shelf, index: str, *, because: str, by: str) -> Correction:
    """Write the correction that lifts the standing hold; raises `CallIsWrong` without a hold or a reason."""
    hold = standing_hold(shelf, index)
    if hold is None:
        raise CallIsWrong(
            f"{shelf.release} is not held at `{index}`", remedy="nothing is to be lifted: release it"
        )
    if not because.strip():
        raise CallIsWrong("a correction needs a reason", remedy="say what changed, with --because")
    correction = Correction(
        number=hold.number,
        release=str(shelf.release),
        index=index,
        because=because.strip(),
        by=by,
        at=utc_now(),
    )
    if not shelf.create(f"{place_of(index)}/corrections/{hold.number:04}.json", correction):
        raise CallIsWrong(
            f"somebody else lifted the hold of {shelf.release} at `{index}` in this moment",
            remedy="read their correction with `foundry show`, then release it",
        )
    return correction


def may_send(shelf: Shelf, index: str, filename: str) -> bool:
    """Tell whether the next intent of a file may be opened: none yet, or a correction since the last."""
    return next_intent(shelf, index, filename) is not None


def next_intent(shelf: Shelf, index: str, filename: str) -> int | None:
    """Give the number of the intent that may be opened for a file, None where none may.

    It is settled by one look: a run that opens it by this number cannot pass one that was quicker.
    """
    past = intents(shelf, index, filename)
    if past and len(corrections(shelf, index)) <= past[-1].corrections:
        return None
    return past[-1].number + 1 if past else 1


def holds(shelf: Shelf, index: str) -> list[Hold]:
    """Give every hold that was ever left for a release at an index."""
    return list(shelf.records(f"{place_of(index)}/holds", Hold))


def corrections(shelf: Shelf, index: str) -> list[Correction]:
    """Give every correction written for a release at an index."""
    return list(shelf.records(f"{place_of(index)}/corrections", Correction))


def record_outcome(shelf: Shelf, outcome: Outcome) -> None:
    """Store how a run ended."""
    shelf.write(f"runs/{outcome.run_id}.json", outcome)


def outcome_of(shelf: Shelf, run_id: str) -> Outcome | None:
    """Give how a run ended, or None where it left no word."""
    return shelf.read(f"runs/{run_id}.json", Outcome)


def told(members: Iterable[Member], *, verdict: str = "") -> tuple[FileTold, ...]:
    """Tell files that no receipt speaks of yet."""
    return tuple(
        FileTold(
            filename=m.path, kind=kind_of(m.path), sha256=m.sha256, bytes=m.bytes, verdict=verdict, url=""
        )
        for m in members
    )


def kind_of(filename: str) -> str:
    """Give `wheel` or `sdist` by a file's name."""
    return "wheel" if filename.endswith(".whl") else "sdist"
