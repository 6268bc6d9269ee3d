"""The situations in which a release stops: one class a situation, each with its remedy.

Add a class when a person would do something different; reuse one when they would not.
Not here: deciding whether a situation has come about, and printing it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

Status = Literal["published", "rehearsed", "blocked", "refused", "in_doubt", "held", "failed"]
"""How a release ended (DESIGN: command line); the first two are the good ends."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where it is, what it is, and what to do about it."""

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n  -> {self.remedy}"


class FoundryError(Exception):
    """An expected end of the work; shown to people as text, without a traceback.

    `happened` names the release and the file; `remedy` is an instruction. `details` is
    longer material, such as a program's own output, shown after both.
    """

    status: ClassVar[Status] = "failed"

    def __init__(self, happened: str, *, remedy: str, details: str = "") -> None:
        self.happened = happened
        self.remedy = remedy
        self.details = details
        super().__init__(happened, remedy, details)

    def __str__(self) -> str:
        tail = f"\n{self.details}" if self.details else ""
        return f"{self.happened}\n  -> {self.remedy}{tail}"


class FaultsFound(FoundryError):
    """Several faults found in one look, all told at once."""

    status: ClassVar[Status] = "blocked"

    def __init__(self, subject: str, faults: list[Fault]) -> None:
        self.subject = subject
        self.faults = list(faults)
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(
            f"{subject}: {count}",
            remedy="mend each of the following and start again",
            details="\n".join(str(fault) for fault in faults),
        )


class CallIsWrong(FoundryError):
    """The command, the form or the catalog asks for something impossible; nothing was begun."""

    status: ClassVar[Status] = "blocked"


class CatalogInvalid(FaultsFound, CallIsWrong):
    """`foundry.toml` does not say what it must; every fault names its key."""


class SourceMissing(CallIsWrong):
    """The folder or repository that holds the package is not there."""


class NotAProject(CallIsWrong):
    """The folder holds no packaging metadata that a build backend could use."""


class MetadataUnreadable(CallIsWrong):
    """The project's own metadata cannot be parsed, or gives no name or version."""


class UnknownPackage(CallIsWrong):
    """A name that neither the catalog nor the home knows."""


class UnknownIndex(CallIsWrong):
    """An index name that is neither built in nor in the catalog."""


class UnknownRelease(CallIsWrong):
    """A release key that is missing, not `name==version`, or not a registered partition."""


class DirtySource(FoundryError):
    """The package's folder holds uncommitted changes."""

    status: ClassVar[Status] = "blocked"


class SourceChanged(FoundryError):
    """The source is no longer what this release was made from."""

    status: ClassVar[Status] = "blocked"


class VersionMismatch(FoundryError):
    """The source or an artefact declares another version than the release."""

    status: ClassVar[Status] = "blocked"


class UnsafeSource(FoundryError):
    """The source holds something that must not be copied, such as a link out of its tree."""

    status: ClassVar[Status] = "blocked"


class BuildFailed(FoundryError):
    """The package's build backend, or the installation of its requirements, failed."""

    status: ClassVar[Status] = "blocked"


class ArtefactMissing(FoundryError):
    """An artefact of this release is not in the store, or was never completed."""

    status: ClassVar[Status] = "blocked"


class ChecksumChanged(FoundryError):
    """Stored bytes are not the bytes that were recorded."""

    status: ClassVar[Status] = "blocked"


class EvidenceMissing(FaultsFound):
    """The evidence that an upload needs is absent, failed, or about other bytes."""


class ConfirmationMissing(FoundryError):
    """A real index was chosen in a form without the release key typed beside it."""

    status: ClassVar[Status] = "blocked"


class CredentialsUnusable(FoundryError):
    """No credential, two of them, or one that cannot be meant for this index."""

    status: ClassVar[Status] = "blocked"


class IndexUnreachable(FoundryError):
    """The index gave no answer that can be relied on; what it holds is unknown."""

    status: ClassVar[Status] = "blocked"


class VersionTaken(FoundryError):
    """The index already holds this version with other bytes."""

    status: ClassVar[Status] = "blocked"


class RetryRefused(FoundryError):
    """A retried or re-executed run reached the upload, which only a fresh launch may do."""

    status: ClassVar[Status] = "held"


class ReleaseHeld(FoundryError):
    """A hold from an earlier upload stands until a person writes a correction."""

    status: ClassVar[Status] = "held"


class ReleaseBusy(FoundryError):
    """Another run is sending this release to this index at this moment."""

    status: ClassVar[Status] = "blocked"


class UploadRefused(FoundryError):
    """The index said no."""

    status: ClassVar[Status] = "refused"


class UploadInDoubt(FoundryError):
    """Bytes may have left, and nobody has seen the index serve them."""

    status: ClassVar[Status] = "in_doubt"
