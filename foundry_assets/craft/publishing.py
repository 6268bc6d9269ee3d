"""Sending a release: one POST a file per intent, the index asked before, after, and after any error.

Add here the order of things when files go out, and what becomes of a file in each case.
Not here: the POST itself and what an answer means (uploading), reading the index (index, probing).
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from foundry_assets import evidence
from foundry_assets.catalog import Index
from foundry_assets.content import Member, blake2b_256
from foundry_assets.craft.probing import ProbedFile, ServedFile, await_served, probe
from foundry_assets.craft.uploading import Answer, Judged, judge
from foundry_assets.errors import Status
from foundry_assets.index import IndexReader
from foundry_assets.records import (
    GOOD_VERDICTS,
    Credential,
    FileReceipt,
    FileVerdict,
    Intent,
    Receipt,
    utc_now,
)
from foundry_assets.store import Shelf

UPLOAD_LIMIT_SECONDS = 900.0
_DOUBT_LIMIT_SECONDS = 15.0


class Sender(Protocol):
    """Whoever makes the one POST; `craft.uploading.UploadProcess` in earnest."""

    def send(
        self,
        path: Path,
        *,
        sha256: str,
        deadline_seconds: float,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Answer:
        """Send one file once and give the answer; never raises for what the index or the network does."""


@dataclass(frozen=True)
class Dispatch:
    """One release on its way to one index; `say` tells people what goes on."""

    shelf: Shelf
    index: Index
    reader: IndexReader
    sender: Sender
    credential: Credential
    run_id: str
    say: Callable[[str], None]
    serve_limit_seconds: float = 300.0


@dataclass(frozen=True)
class _Outgoing:
    """A file about to go: its bytes here, what the index holds of it, and all that is frozen with it."""

    path: Path
    member: Member
    there: ProbedFile
    frozen: dict[str, str]


def publish(dispatch: Dispatch, paths: Sequence[Path], members: Sequence[Member]) -> Receipt:
    """Send the files that the index lacks, wheels first and the sdist last; gives the stored receipt.

    After the first file that does not end well nothing more is sent. A hold is left wherever an intent
    was opened and the index was not seen to serve our bytes. Raises `IndexUnreachable` when the index
    gives no answer beforehand: then nothing was sent.
    """
    asked = {file.filename: file for file in probe(dispatch.reader, dispatch.shelf.release, members).files}
    frozen = {member.path: member.sha256 for member in members}
    pairs = sorted(
        zip(paths, members, strict=True), key=lambda pair: evidence.kind_of(pair[1].path) == "sdist"
    )
    done: list[FileReceipt] = []
    for path, member in pairs:
        outgoing = _Outgoing(path, member, asked[member.path], frozen)
        if all(file.verdict in GOOD_VERDICTS for file in done):
            done.append(_send_if_absent(dispatch, outgoing))
        else:
            done.append(_receipt(outgoing, "not_sent", "an earlier file did not end well"))
    return _record(dispatch, done)


def _send_if_absent(dispatch: Dispatch, file: _Outgoing) -> FileReceipt:
    name = file.member.path
    if file.there.state == "identical":
        dispatch.say(f"{name}: the index serves these very bytes already")
        return _receipt(file, "already_identical", "the index serves these very bytes", there=file.there)
    if file.there.state == "conflict":
        remedy = "raise the version: what an index has served is never replaced"
        return _receipt(file, "conflict", file.there.why, remedy=remedy, there=file.there)
    if not evidence.may_send(dispatch.shelf, dispatch.index.name, name):
        past = evidence.intents(dispatch.shelf, dispatch.index.name, name)[-1]
        told = f"run {past.run_id} meant to send it at {past.at}; nobody has seen the index serve it"
        return _receipt(
            file, "unknown", told, remedy="ask the index's people or wait, then write a correction"
        )
    if not _open_intent(dispatch, file):
        return _receipt(
            file, "not_sent", "another run is sending it at this moment", remedy="wait for that run"
        )
    return _send(dispatch, file)


def _open_intent(dispatch: Dispatch, file: _Outgoing) -> bool:
    index = dispatch.index.name
    number = len(evidence.intents(dispatch.shelf, index, file.member.path)) + 1
    intent = Intent(
        number=number,
        release=str(dispatch.shelf.release),
        index=index,
        upload_url=dispatch.index.upload_url,
        filename=file.member.path,
        sha256=file.member.sha256,
        bytes=file.member.bytes,
        frozen=file.frozen,
        corrections=len(evidence.corrections(dispatch.shelf, index)),
        run_id=dispatch.run_id,
        at=utc_now(),
    )
    return evidence.open_intent(dispatch.shelf, intent)


def _send(dispatch: Dispatch, file: _Outgoing) -> FileReceipt:
    name = file.member.path
    dispatch.say(f"{name}: sending {file.member.bytes:,} bytes to {dispatch.index.name}")
    answer = dispatch.sender.send(
        file.path, sha256=file.member.sha256, deadline_seconds=UPLOAD_LIMIT_SECONDS, on_progress=None
    )
    judged = judge(answer, index_name=dispatch.index.name)
    dispatch.say(f"{name}: {judged.message}; asking the index what it serves")
    served = _ask(dispatch, file.member, judged)
    verdict, message = _verdict(judged, served)
    remedy = "" if verdict in GOOD_VERDICTS else judged.remedy or "find out what the index holds"
    return _receipt(file, verdict, message, remedy=remedy, answer=answer, there=served)


def _ask(dispatch: Dispatch, member: Member, judged: Judged) -> ServedFile:
    limits = {"accepted": dispatch.serve_limit_seconds, "unknown": _DOUBT_LIMIT_SECONDS}
    limit = min(limits.get(judged.verdict, 0.0), dispatch.serve_limit_seconds)
    (served,) = await_served(
        dispatch.reader,
        dispatch.shelf.release,
        [member],
        limit_seconds=limit,
        on_wait=lambda seconds, missing: dispatch.say(f"after {seconds:.0f} s: {missing}"),
    )
    return served


def _verdict(judged: Judged, served: ServedFile) -> tuple[FileVerdict, str]:
    """Join what the index said with what it was then seen to serve; what is seen decides."""
    if served.served:
        if judged.verdict == "already_there":
            return "already_identical", "the index had these very bytes already"
        said = "" if judged.verdict == "accepted" else f" although: {judged.message}"
        return "created", f"the index serves our bytes{said}"
    if served.sha256_there:
        return "conflict", f"the index serves other bytes under this name (sha256 {served.sha256_there[:12]})"
    if judged.verdict == "accepted" or judged.verdict == "already_there":  # noqa: PLR1714 - narrows the type
        return "unknown", f"{judged.message}, yet the index does not serve it: {served.why}"
    return judged.verdict, judged.message


def _receipt(
    file: _Outgoing,
    verdict: FileVerdict,
    message: str,
    *,
    remedy: str = "",
    answer: Answer | None = None,
    there: ProbedFile | ServedFile | None = None,
) -> FileReceipt:
    return FileReceipt(
        filename=file.member.path,
        kind=evidence.kind_of(file.member.path),
        sha256=file.member.sha256,
        blake2b_256=blake2b_256(file.path),
        bytes=file.member.bytes,
        verdict=verdict,
        message=message,
        remedy=remedy,
        status=answer.status if answer else None,
        reason=answer.reason if answer else "",
        text=answer.text if answer else "",
        sent_at=answer.sent_at if answer else "",
        answered_at=answer.answered_at if answer else "",
        sha256_there=there.sha256_there if there else "",
        url=there.url if there else "",
        uploaded_at=there.uploaded_at if there else "",
    )


_STATUS: dict[FileVerdict, Status] = {
    "unknown": "in_doubt",
    "refused": "refused",
    "reserved": "refused",
    "closed": "refused",
    "conflict": "blocked",
    "not_sent": "failed",
}


def _record(dispatch: Dispatch, files: Sequence[FileReceipt]) -> Receipt:
    bad = [file for file in files if file.verdict not in GOOD_VERDICTS]
    receipt = Receipt(
        release=str(dispatch.shelf.release),
        index=dispatch.index.name,
        upload_url=dispatch.index.upload_url,
        status=_STATUS[bad[0].verdict] if bad else "published",
        files=tuple(files),
        credential=dispatch.credential,
        tools=tool_versions(),
        run_id=dispatch.run_id,
        at=utc_now(),
    )
    evidence.record_receipt(dispatch.shelf, receipt)
    doubtful = [file for file in bad if _left_a_mark(dispatch, file)]
    if doubtful:
        because = "; ".join(f"{file.filename}: {file.verdict}: {file.message}" for file in doubtful)
        names = [file.filename for file in doubtful]
        evidence.place_hold(
            dispatch.shelf, dispatch.index.name, because=because, files=names, run_id=dispatch.run_id
        )
    return receipt


def _left_a_mark(dispatch: Dispatch, file: FileReceipt) -> bool:
    """Whether this run, or one that died, opened an intent for a file that did not end well."""
    past = evidence.intents(dispatch.shelf, dispatch.index.name, file.filename)
    return bool(past) and (past[-1].run_id == dispatch.run_id or file.verdict == "unknown")


def tool_versions() -> dict[str, str]:
    """Give the versions of the tools that a release is made and sent with."""
    names = ("build", "dagster", "packaging", "pypi-simple", "release-foundry", "requests", "twine", "uv")
    return {name: _version(name) for name in names}


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "absent"
