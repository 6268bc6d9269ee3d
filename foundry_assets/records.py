"""The forms of what is written down about a release: verdict, intent, receipt, hold, correction, outcome.

Add here a record's fields and their meaning.
Not here: where records lie and what follows from them (evidence).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from foundry_assets.errors import Status

Severity = Literal["ERROR", "WARN"]
FileVerdict = Literal[
    "created",
    "already_identical",
    "conflict",
    "reserved",
    "closed",
    "refused",
    "unknown",
    "not_sent",
    "rehearsed",
]
"""What became of one file at one index (DESIGN: the line, `upload_receipt`)."""

GOOD_VERDICTS: frozenset[FileVerdict] = frozenset({"created", "already_identical", "rehearsed"})


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Verdict(_Record):
    """What a check found; `judged` names the very bytes: asset -> sha256."""

    check: str
    asset: str
    passed: bool
    severity: Severity = "ERROR"
    message: str
    judged: dict[str, str]
    details: dict[str, JsonValue] = {}
    at: str

    @property
    def blocks(self) -> bool:
        """Whether this verdict stops the release."""
        return not self.passed and self.severity == "ERROR"


class StatedIntent(_Record):
    """What a release is for, in its author's words, as found when the source was staged.

    `text` is Markdown; `said_in` is the file that says it, by its path in the staged tree (`tree_sha256`), or
    the catalog; `heading` and `file_sha256` are a changelog's. `missing` is why there is no text.
    """

    ledger_kind: ClassVar[str] = "stated intent"

    text: str = ""
    heading: str = ""
    said_in: str = ""
    file_sha256: str = ""
    tree_sha256: str = ""
    missing: str = ""


class Credential(_Record):
    """Where the token came from: a name and a fingerprint, never a value."""

    source: str
    username: str = ""
    fingerprint: str = ""


class Intent(_Record):
    """The will to send one file once, written before its first byte goes out.

    `frozen` is the release from then on (file name -> sha256); `corrections` counts those written before it;
    `machine` is the name of the one that the run was on. `attestations` are those that go in the same POST
    (name -> sha256): they are no part of what the index serves as the file, so a person may replace or
    withdraw them before a later intent, while `frozen` never changes.
    """

    number: int
    release: str
    index: str
    upload_url: str
    filename: str
    sha256: str
    bytes: int
    frozen: dict[str, str]
    attestations: dict[str, str] = {}
    corrections: int
    run_id: str
    machine: str = ""
    at: str


class FileReceipt(_Record):
    """What the index answered about one file, and what was seen there afterwards.

    `serial` is the index's own count of its changes when it was last asked, "" where it tells none.
    `attestations` went out in the same POST (name -> sha256), `attestations_left` stayed here (name -> why).
    """

    filename: str
    kind: str
    sha256: str
    blake2b_256: str
    bytes: int
    verdict: FileVerdict
    message: str
    remedy: str = ""
    status: int | None = None
    reason: str = ""
    text: str = ""
    sent_at: str = ""
    answered_at: str = ""
    sha256_there: str = ""
    url: str = ""
    uploaded_at: str = ""
    serial: str = ""
    attestations: dict[str, str] = {}
    attestations_left: dict[str, str] = {}


class Receipt(_Record):
    """What became of a release at one index, file by file."""

    release: str
    index: str
    upload_url: str
    status: Status
    files: tuple[FileReceipt, ...]
    credential: Credential
    tools: dict[str, str]
    run_id: str
    at: str


class Hold(_Record):
    """The lock that a failed or doubtful upload leaves for one release at one index."""

    number: int
    release: str
    index: str
    because: str
    files: tuple[str, ...]
    run_id: str
    at: str


class Correction(_Record):
    """A person's written reason that lifts the hold of the same number."""

    number: int
    release: str
    index: str
    because: str
    by: str
    at: str


class CheckTold(_Record):
    """A verdict as an outcome tells it."""

    name: str
    passed: bool
    severity: Severity
    message: str


class FileTold(_Record):
    """A file as an outcome tells it."""

    filename: str
    kind: str
    sha256: str
    bytes: int
    verdict: str
    url: str


class LedgerHead(_Record):
    """How far a ledger goes: the number of its lines, and the sha256 of the last of them.

    Whoever keeps it elsewhere can tell later whether a line up to there was cut or changed.
    """

    lines: int = Field(ge=0)
    head: str = Field(pattern="^[0-9a-f]{64}$")


class Outcome(_Record):
    """How one run of a release ended: the JSON object of the command line, and a record in the store.

    `ledger` is the head when this was written; in the store that is the line before its own.
    """

    release: str
    name: str
    version: str
    index: str
    status: Status
    files: tuple[FileTold, ...] = ()
    checks: tuple[CheckTold, ...] = ()
    run_id: str
    seconds: float
    evidence: str
    message: str
    ledger: LedgerHead | None = None


def utc_now() -> str:
    """Give this moment in UTC, ISO 8601 to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
