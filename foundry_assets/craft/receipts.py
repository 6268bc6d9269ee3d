"""What is written down about files on their way: one entry a file, and how the release stands by them.

Add here a fact about a file or a sending that a receipt must hold.
Not here: sending, and asking the index (publishing); where receipts lie (evidence).
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.content import Member, blake2b_256
from foundry_assets.craft.probing import ProbedFile, ServedFile
from foundry_assets.craft.uploading import Answer
from foundry_assets.errors import Status
from foundry_assets.evidence import kind_of
from foundry_assets.records import GOOD_VERDICTS, FileReceipt, FileVerdict

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
    """A file about to go: its bytes here, what the index holds of it, and all that is frozen with it."""

    path: Path
    member: Member
    there: ProbedFile
    frozen: dict[str, str]


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
    )


def status_of(files: Sequence[FileReceipt]) -> Status:
    """Give how a release stands at an index: by its first file that did not end well."""
    bad = [file.verdict for file in files if file.verdict not in GOOD_VERDICTS]
    return _STATUS[bad[0]] if bad else "published"


def tool_versions() -> dict[str, str]:
    """Give the versions of the tools that a release is made and sent with."""
    names = ("build", "dagster", "packaging", "pypi-simple", "release-foundry", "requests", "twine", "uv")
    return {name: _version(name) for name in names}


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "absent"
