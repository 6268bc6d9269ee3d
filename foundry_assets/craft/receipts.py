"""What is written down about files on their way: one entry a file, and how the release stands by them.

Add here a fact about a file or a sending that a receipt must hold, and what is written beside it.
Not here: sending, and asking the index (publishing); where receipts and holds lie (evidence).
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from foundry_assets import evidence
from foundry_assets.content import Member, blake2b_256
from foundry_assets.craft.attaching import Attached
from foundry_assets.craft.probing import ProbedFile, ServedFile
from foundry_assets.craft.uploading import Answer, Judged
from foundry_assets.craft.uploading.answer_table import ASK_FIRST
from foundry_assets.errors import Status, UploadInDoubt
from foundry_assets.evidence import kind_of
from foundry_assets.records import GOOD_VERDICTS, FileReceipt, FileVerdict, Intent, Receipt, utc_now
from foundry_assets.store import Shelf

_AT_WORK_SECONDS = 1800.0
_STATUS: dict[FileVerdict, Status] = {
    "unknown": "in_doubt",
    "refused": "refused",
    "reserved": "refused",
    "closed": "refused",
    "conflict": "blocked",
    "not_sent": "failed",
}


@dataclass(frozen=True)
class Outgoing:
    """A file about to go: its bytes, what the index holds of it, what is frozen with it, what goes along."""

    path: Path
    member: Member
    there: ProbedFile
    frozen: dict[str, str]
    attached: Attached = field(default_factory=Attached)


def intent_of(
    file: Outgoing, number: int, *, shelf: Shelf, index: str, upload_url: str, run_id: str
) -> Intent:
    """Write down the will to send a file once: what goes out in that one POST, and what it freezes."""
    return Intent(
        number=number,
        release=str(shelf.release),
        index=index,
        upload_url=upload_url,
        filename=file.member.path,
        sha256=file.member.sha256,
        bytes=file.member.bytes,
        frozen=file.frozen,
        attestations=file.attached.digests,
        corrections=len(evidence.corrections(shelf, index)),
        run_id=run_id,
        machine=platform.node(),
        at=utc_now(),
    )


def file_receipt(
    file: Outgoing,
    verdict: FileVerdict,
    message: str,
    *,
    remedy: str = "",
    answer: Answer | None = None,
    there: ProbedFile | ServedFile | None = None,
) -> FileReceipt:
    """Write down what became of a file: the verdict, the answer to its POST, and what was then seen there."""
    told = answer or Answer(None)
    return FileReceipt(
        filename=file.member.path,
        kind=kind_of(file.member.path),
        sha256=file.member.sha256,
        blake2b_256=blake2b_256(file.path),
        bytes=file.member.bytes,
        verdict=verdict,
        message=message,
        remedy=remedy,
        status=told.status,
        reason=told.reason,
        text=told.text,
        sent_at=told.sent_at,
        answered_at=told.answered_at,
        sha256_there=there.sha256_there if there else "",
        url=there.url if there else "",
        uploaded_at=there.uploaded_at if there else "",
        serial=there.serial if there else "",
        attestations=file.attached.digests if told.began_sending else {},
        attestations_left=dict(file.attached.left) if told.began_sending else {},
    )


def after_another(file: Outgoing, past: Intent) -> FileReceipt:
    """Write down what is known of a file that an earlier run meant to send, before the index is asked."""
    told = f"run {past.run_id} meant to send it at {past.at}"
    if _may_be_at_work(past):
        told += f" on {past.machine}, and may still be at it"
        return file_receipt(
            file, "not_sent", told, remedy="wait for that run; after half an hour, start again"
        )
    told += "; nobody has seen the index serve it"
    return file_receipt(file, "unknown", told, remedy=ASK_FIRST)


def _may_be_at_work(past: Intent) -> bool:
    """Tell whether the run of an intent may live: here it would hold the lock, elsewhere only time tells."""
    if past.machine in ("", platform.node()):
        return False
    age = datetime.now(UTC) - datetime.fromisoformat(past.at)
    return age.total_seconds() < _AT_WORK_SECONDS


def verdict_of(judged: Judged, served: ServedFile) -> tuple[FileVerdict, str]:
    """Give a sent file's verdict and message from what the index said and then served, which decides."""
    if served.served:
        if judged.verdict in ("already_there", "conflict", "not_sent"):
            return "already_identical", "the index had these very bytes already"
        said = "" if judged.verdict == "accepted" else f" although: {judged.message}"
        return "created", f"the index serves our bytes{said}"
    if served.sha256_there:
        return "conflict", f"the index serves other bytes under this name (sha256 {served.sha256_there[:12]})"
    if judged.verdict == "accepted" or judged.verdict == "already_there":  # noqa: PLR1714 - narrows the type
        return "unknown", f"{judged.message}, yet the index does not serve it: {served.why}"
    return judged.verdict, judged.message


def status_of(files: Sequence[FileReceipt]) -> Status:
    """Give how a release stands at an index: by the first file that stopped it."""
    bad = [file.verdict for file in files if file.verdict not in GOOD_VERDICTS]
    bad.sort(key=lambda verdict: verdict == "not_sent")
    return _STATUS[bad[0]] if bad else "published"


def write_down(shelf: Shelf, receipt: Receipt) -> None:
    """Store a receipt, and before it the hold that is due: a receipt alone would stop nobody.

    Raises `UploadInDoubt`, which tells the receipt instead, where the store takes neither.
    """
    doubtful = [file for file in receipt.files if _left_a_mark(shelf, receipt, file)]
    try:
        if doubtful:
            evidence.place_hold(
                shelf,
                receipt.index,
                because=_told(doubtful),
                files=[file.filename for file in doubtful],
                run_id=receipt.run_id,
            )
        evidence.record_receipt(shelf, receipt)
    except OSError as error:
        what = f"its receipt could not be written ({error}), and would say: {_told(receipt.files)}"
        raise UploadInDoubt(
            f"{receipt.release} at `{receipt.index}`: {what}",
            remedy="make room in the store, then start again: the index is asked before anything is sent",
        ) from error


def _left_a_mark(shelf: Shelf, receipt: Receipt, file: FileReceipt) -> bool:
    """Tell whether this run, or one that died, opened an intent for a file that did not end well."""
    if file.verdict in GOOD_VERDICTS:
        return False
    past = evidence.intents(shelf, receipt.index, file.filename)
    return bool(past) and (past[-1].run_id == receipt.run_id or file.verdict == "unknown")


def _told(files: Sequence[FileReceipt]) -> str:
    return "; ".join(f"{file.filename}: {file.verdict}: {file.message}" for file in files)
