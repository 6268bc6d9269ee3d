"""Sending a release: one POST a file per intent, the index asked before, after, and after any error.

Add here the order of things when files go out, and what becomes of a file in each case.
Not here: the POST and what an answer means (uploading), reading the index (probing), receipts (receipts).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from foundry_assets import evidence
from foundry_assets.catalog import Index
from foundry_assets.content import Member
from foundry_assets.craft.attaching import attach
from foundry_assets.craft.attestations import Attested
from foundry_assets.craft.probing import ServedFile, await_served, probe
from foundry_assets.craft.receipts import (
    Outgoing,
    after_another,
    file_receipt,
    intent_of,
    status_of,
    verdict_of,
    write_down,
)
from foundry_assets.craft.tool_versions import tool_versions
from foundry_assets.craft.uploading import Answer, SendingTold, judge
from foundry_assets.craft.uploading.answer_table import ASK_FIRST
from foundry_assets.errors import ChecksumChanged, ReleaseBusy
from foundry_assets.index import IndexReader
from foundry_assets.records import (
    GOOD_VERDICTS,
    Credential,
    FileReceipt,
    Receipt,
    utc_now,
)
from foundry_assets.store import Shelf

UPLOAD_LIMIT_SECONDS = 900.0
_DOUBT_LIMIT_SECONDS = 15.0
_RAISE_VERSION = "raise the version: what an index has served is never replaced"


class Sender(Protocol):
    """Whoever makes the one POST; `craft.uploading.UploadProcess` in earnest."""

    def send(
        self,
        path: Path,
        *,
        sha256: str,
        deadline_seconds: float,
        on_progress: Callable[[int, int], None] | None = None,
        attestations: Sequence[Attested] = (),
    ) -> Answer:
        """Send one file once and give the answer; never raises for what the index or the network does."""


@dataclass(frozen=True)
class Dispatch:
    """One release on its way to one index; `say` tells people what goes on, `attested` is kept of its files.

    `is_embedded`: the index is the foundry's own, whose address is of this day only and is not written down.
    """

    shelf: Shelf
    index: Index
    reader: IndexReader
    sender: Sender
    credential: Credential
    run_id: str
    say: Callable[[str], None]
    serve_limit_seconds: float = 300.0
    upload_limit_seconds: float = UPLOAD_LIMIT_SECONDS
    is_embedded: bool = False
    attested: Sequence[Attested] = ()

    @property
    def lasting_address(self) -> str:
        """The index's address as evidence keeps it."""
        return "" if self.is_embedded else self.index.upload_url


def publish(dispatch: Dispatch, paths: Sequence[Path], members: Sequence[Member]) -> Receipt:
    """Send the files that the index lacks, wheels first and the sdist last; gives the stored receipt.

    After the first file that does not end well nothing more is sent. A hold is left wherever an intent
    was opened and the index was not seen to serve our bytes. Raises `IndexUnreachable` when the index
    gives no answer beforehand, `ChecksumChanged` when an intent froze other bytes, `ReleaseHeld` under a
    hold and `ReleaseBusy` beside another run: then nothing was sent. Raises `UploadInDoubt`, telling what
    became of each file, where that cannot be written down.
    """
    with dispatch.shelf.alone(f"{evidence.place_of(dispatch.index.name)}/sending") as alone:
        if not alone:
            raise ReleaseBusy(
                f"another run is sending {dispatch.shelf.release} to `{dispatch.index.name}` at this moment",
                remedy="wait for that run; nothing was sent by this one",
            )
        evidence.refuse_if_held(dispatch.shelf, dispatch.index.name)
        _refuse_other_bytes(dispatch, members)
        return _record(dispatch, _send_in_order(dispatch, paths, members))


def _send_in_order(dispatch: Dispatch, paths: Sequence[Path], members: Sequence[Member]) -> list[FileReceipt]:
    """Give what became of each file; a conflict of any file is known beforehand and stops them all."""
    probed = probe(dispatch.reader, dispatch.shelf.release, members)
    asked = {file.filename: file for file in probed.files}
    frozen = {member.path: member.sha256 for member in members}
    pairs = sorted(
        zip(paths, members, strict=True), key=lambda pair: evidence.kind_of(pair[1].path) == "sdist"
    )
    done: list[FileReceipt] = []
    stopped_by = next((file.filename for file in probed.conflicts), "")
    for path, member in pairs:
        attached = attach(dispatch.attested, member, index=dispatch.index, credential=dispatch.credential)
        outgoing = Outgoing(path, member, asked[member.path], frozen, attached)
        if stopped_by and outgoing.there.state == "absent":
            told = f"{stopped_by} stops the release"
            done.append(file_receipt(outgoing, "not_sent", told, remedy=f"see to {stopped_by} first"))
        else:
            done.append(_send_if_absent(dispatch, outgoing))
        if not stopped_by and done[-1].verdict not in GOOD_VERDICTS:
            stopped_by = member.path
    return done


def _send_if_absent(dispatch: Dispatch, file: Outgoing) -> FileReceipt:
    name = file.member.path
    if file.there.state == "identical":
        dispatch.say(f"{name}: the index serves these very bytes already")
        return file_receipt(file, "already_identical", "the index serves these very bytes", there=file.there)
    if file.there.state == "conflict":
        return file_receipt(file, "conflict", file.there.why, remedy=_RAISE_VERSION, there=file.there)
    number = evidence.next_intent(dispatch.shelf, dispatch.index.name, name)
    if number is None:
        past = evidence.intents(dispatch.shelf, dispatch.index.name, name)[-1]
        return _reconcile(dispatch, file, after_another(file, past))
    try:
        is_ours = _open_intent(dispatch, file, number)
    except OSError as error:
        told, remedy = f"its intent could not be written: {error}", "make room in the store, then start again"
        return file_receipt(file, "not_sent", told, remedy=remedy)
    if not is_ours:
        told, remedy = "another run is sending it at this moment", "wait for that run"
        return _reconcile(dispatch, file, file_receipt(file, "not_sent", told, remedy=remedy))
    return _send(dispatch, file)


def _refuse_other_bytes(dispatch: Dispatch, members: Sequence[Member]) -> None:
    frozen = evidence.frozen_bytes(dispatch.shelf, dispatch.index.name)
    for member in members:
        if frozen.get(member.path, member.sha256) != member.sha256:
            raise ChecksumChanged(
                f"{dispatch.shelf.release}: {member.path} is not the file that an earlier run meant to send"
                f" to `{dispatch.index.name}` (sha256 {frozen[member.path][:12]}, now {member.sha256[:12]})",
                remedy="restore those bytes from a backup of the store, or release a new version",
            )


def _reconcile(dispatch: Dispatch, file: Outgoing, otherwise: FileReceipt) -> FileReceipt:
    """Ask the index about a file that another run meant to send, and may be sending now; send nothing."""
    dispatch.say(f"{file.member.path}: {otherwise.message}; asking the index what it serves")
    served = _ask(dispatch, file.member, limit_seconds=_DOUBT_LIMIT_SECONDS)
    if served.served:
        return file_receipt(file, "already_identical", "the index serves these very bytes", there=served)
    if served.sha256_there and served.sha256_there != file.member.sha256:
        return file_receipt(file, "conflict", served.why, remedy=_RAISE_VERSION, there=served)
    return otherwise


def _open_intent(dispatch: Dispatch, file: Outgoing, number: int) -> bool:
    intent = intent_of(
        file,
        number,
        shelf=dispatch.shelf,
        index=dispatch.index.name,
        upload_url=dispatch.lasting_address,
        run_id=dispatch.run_id,
    )
    return evidence.open_intent(dispatch.shelf, intent)


def _send(dispatch: Dispatch, file: Outgoing) -> FileReceipt:
    name = file.member.path
    along = "".join(f", with {attestation}" for attestation in file.attached.digests)
    dispatch.say(f"{name}: sending {file.member.bytes:,} bytes to {dispatch.index.name}{along}")
    for attestation, why in file.attached.left.items():
        dispatch.say(f"{name}: {attestation} stays here: {why}")
    answer = dispatch.sender.send(
        file.path,
        sha256=file.member.sha256,
        deadline_seconds=dispatch.upload_limit_seconds,
        on_progress=SendingTold(dispatch.say, name),
        attestations=file.attached.going,
    )
    judged = judge(answer, index_name=dispatch.index.name)
    dispatch.say(f"{name}: {judged.message}; asking the index what it serves")
    limits = {"accepted": dispatch.serve_limit_seconds, "unknown": _DOUBT_LIMIT_SECONDS}
    served = _ask(dispatch, file.member, limit_seconds=limits.get(judged.verdict, 0.0))
    verdict, message = verdict_of(judged, served)
    remedies = {"conflict": _RAISE_VERSION, "unknown": judged.remedy or ASK_FIRST}
    remedy = "" if verdict in GOOD_VERDICTS else remedies.get(verdict, judged.remedy)
    return file_receipt(file, verdict, message, remedy=remedy, answer=answer, there=served)


def _ask(dispatch: Dispatch, member: Member, *, limit_seconds: float) -> ServedFile:
    (served,) = await_served(
        dispatch.reader,
        dispatch.shelf.release,
        [member],
        limit_seconds=min(limit_seconds, dispatch.serve_limit_seconds),
        on_wait=lambda seconds, missing: dispatch.say(f"after {seconds:.0f} s: {missing}"),
    )
    return served


def _record(dispatch: Dispatch, files: Sequence[FileReceipt]) -> Receipt:
    receipt = Receipt(
        release=str(dispatch.shelf.release),
        index=dispatch.index.name,
        upload_url=dispatch.lasting_address,
        status=status_of(files),
        files=tuple(file.model_copy(update={"url": ""}) if dispatch.is_embedded else file for file in files),
        credential=dispatch.credential,
        tools=tool_versions(),
        run_id=dispatch.run_id,
        at=utc_now(),
    )
    write_down(dispatch.shelf, receipt)
    return receipt
