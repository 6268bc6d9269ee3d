"""The faults that an upload must survive: one row a case, with what must come of it.

Add a row for a fault that an index, the way to it or this machine can have.
Not here: carrying a case out (test_faults, peers), and being killed (killing).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from foundry_tests.faults.driving import Limits

Way = Literal["straight", "nobody there", "no TLS", "no such name"]
"""The way to the upload address: there, or one on which nothing arrives."""
QUICK, PATIENT = Limits(), Limits(serve_seconds=10)
IMPATIENT = Limits(page_seconds=0.7, answer_seconds=0.7)
AT_THE_DEADLINE = Limits(upload_seconds=2.5)


@dataclass(frozen=True)
class End:
    """A status, the verdicts of wheel and sdist ("" where none was written), POSTs of each up to then."""

    status: str
    wheel: str
    sdist: str
    posts: tuple[int, int]


@dataclass(frozen=True)
class Case:
    """A fault, how the first attempt ends, and how the release stands once fault and hold are gone.

    `held` is whether a hold is left; a second attempt with the fault gone is then refused, and what
    `after` tells comes after a correction. Else it comes by starting again.
    """

    name: str
    faults: Mapping[str, Any]
    first: End
    held: bool
    after: End
    way: Way = "straight"
    limits: Limits = QUICK
    unwritable: str = ""


PUBLISHED = End("published", "created", "created", (1, 1))
SAME = End("published", "already_identical", "already_identical", (1, 1))
SECOND_GO = End("published", "created", "created", (2, 1))
FIRST_GO = End("published", "created", "created", (1, 1))
REST_ONLY = End("published", "already_identical", "created", (1, 1))
SDIST_AGAIN = End("published", "already_identical", "created", (1, 2))
TAKEN = End("blocked", "conflict", "not_sent", (1, 0))
NOTHING = End("blocked", "", "", (0, 0))
DOUBT = End("in_doubt", "unknown", "not_sent", (1, 0))
REFUSED = End("refused", "refused", "not_sent", (1, 0))
NOT_SENT = End("failed", "not_sent", "not_sent", (0, 0))


def upload(kind: str, **more: Any) -> dict[str, Any]:
    """Give an index that does this with an upload."""
    return {"upload": kind, **more}


def answer(status: int, reason: str, text: str = "", *, stored: bool = False, **more: Any) -> dict[str, Any]:
    """Give an index that answers uploads like this."""
    kind = "answer, stored" if stored else "answer, lost"
    return upload(kind, status=status, reason=reason, text=text, **more)


def doubtful(name: str, faults: Mapping[str, Any], limits: Limits = QUICK) -> Case:
    """Give a case whose outcome nobody knows: a hold, and after a correction a second POST of the wheel."""
    return Case(name, faults, DOUBT, True, SECOND_GO, limits=limits)


def arrived(name: str, faults: Mapping[str, Any], limits: Limits = QUICK) -> Case:
    """Give a case in which the index has the file whatever it says, so that the release goes on."""
    return Case(name, faults, PUBLISHED, False, SAME, limits=limits)


def refused(status: int, reason: str, verdict: str = "refused", text: str = "") -> Case:
    """Give a case in which the index says no in these words, and takes the file after a correction."""
    end = {"conflict": "blocked", "unknown": "in_doubt"}.get(verdict, "refused")
    first = End(end, verdict, "not_sent", (1, 0))
    return Case(
        f"{status} {(reason + ' ' + text).strip()}", answer(status, reason, text), first, True, SECOND_GO
    )


def unsent(name: str, way: Way) -> Case:
    """Give a case in which nothing left this machine, after an intent."""
    return Case(name, {}, NOT_SENT, True, FIRST_GO, way=way)


def unreadable(name: str, reading: str, limits: Limits = QUICK, **more: Any) -> Case:
    """Give a case in which the index cannot be asked beforehand: nothing is sent, nothing is left."""
    return Case(f"before: {name}", {"reading": reading, **more}, NOTHING, False, FIRST_GO, limits=limits)


def unseen(name: str, reading: str, limits: Limits = QUICK, **more: Any) -> Case:
    """Give a case in which the index takes the file and cannot be asked afterwards."""
    faults = {"reading_after": reading, **more}
    return Case(f"after: {name}", faults, DOUBT, True, REST_ONLY, limits=limits)


def unwritten(name: str, record: str, first: End, *, held: bool, after: End, **faults: Any) -> Case:
    """Give a case in which this machine's disk is full when `record` is to be written."""
    return Case(f"disk full: {name}", faults, first, held, after, unwritable=record)


EXISTS = "File already exists ('demo_pkg-1.0-py3-none-any.whl', with blake2_256 hash 'x')."
READ_ONLY = "Read-only mode: Uploads are temporarily disabled."
NO_RECEIPT = End("in_doubt", "", "", (1, 1))

CASES: tuple[Case, ...] = (
    Case("nothing is wrong", {}, PUBLISHED, False, SAME),
    # The index fails while it takes the file.
    doubtful("500, lost", answer(500, "Internal Server Error")),
    arrived("500, stored", answer(500, "Internal Server Error", stored=True)),
    doubtful("502, lost", answer(502, "Bad Gateway")),
    arrived("502, stored", answer(502, "Bad Gateway", stored=True)),
    doubtful("503, lost", answer(503, "Service Unavailable")),
    arrived("503, stored", answer(503, "Service Unavailable", stored=True)),
    # The way to it fails.
    unsent("connection refused", "nobody there"),
    unsent("TLS failure", "no TLS"),
    unsent("name resolution failure", "no such name"),
    doubtful("reset before the body", upload("reset before body")),
    doubtful("reset during the body", upload("reset during body")),
    doubtful("reset after the body, lost", upload("reset after body, lost")),
    arrived("reset after the body, stored", upload("reset after body, stored")),
    doubtful("never answers, lost", upload("never answers, lost"), IMPATIENT),
    arrived("never answers, stored", upload("never answers, stored"), IMPATIENT),
    arrived("slow trickle of the answer", upload("trickle")),
    arrived("slow trickle of its headers", upload("trickle of headers"), AT_THE_DEADLINE),
    # The index says yes and does otherwise.
    doubtful("200, nothing stored", answer(200, "OK")),
    Case("200, other bytes stored", upload("other bytes"),
         End("blocked", "conflict", "not_sent", (1, 0)), True, TAKEN),
    Case("201, stored", answer(201, "Created", stored=True), PUBLISHED, False, SAME),
    # It sends the file elsewhere.
    Case("redirect 301", upload("redirect", status=301), REFUSED, True, SECOND_GO),
    Case("redirect 307", upload("redirect", status=307), REFUSED, True, SECOND_GO),
    Case("redirect 308", upload("redirect", status=308), REFUSED, True, SECOND_GO),
    # It says no: 400 in each wording.
    refused(400, EXISTS, "conflict"),
    refused(400, "Bad Request", "conflict", "Validation failed: File name has already been taken"),
    refused(400, "This filename was previously used by a file that has since been deleted.", "reserved"),
    refused(400, "This filename has already been used, use a different version.", "reserved"),
    refused(400, "Uploading new files to releases older than 14 days is not allowed.", "closed"),
    refused(400, "Project is archived", "closed"),
    refused(400, "Only one sdist may be uploaded per release.", "conflict"),
    refused(400, "File too large. Limit for project 'demo-pkg' is 100 MB."),
    refused(400, "Project size too large. Limit for project 'demo-pkg' total size is 10 GB."),
    refused(400, "The name 'demo-pkg' isn't allowed."),
    refused(400, "The name 'demo-pkg' is too similar to an existing project."),
    refused(400, "The digest supplied does not match a digest calculated from the uploaded file."),
    refused(400, "User 'x' does not have a verified primary email address."),
    refused(400, "Invalid attestations supplied during upload"),
    refused(400, "'Private :: x' is not a valid classifier"),
    refused(400, "The use of local versions in <Version('1.0+local')> is not allowed."),
    # 401 and 403 in each meaning.
    refused(401, "Unauthorized"),
    refused(403, "Invalid or non-existent authentication information."),
    refused(403, "The user 'x' isn't allowed to upload to project 'demo-pkg'."),
    refused(403, "Two factor authentication is not enabled."),
    refused(403, "User 'x' has no verified email address."),
    refused(403, "Project 'demo-pkg' is archived", "closed"),
    refused(403, "New project registration temporarily disabled."),
    refused(403, READ_ONLY, "unknown"),
    refused(403, "Forbidden", "unknown", "New uploads are temporarily disabled."),
    Case("403 read-only, yet stored", answer(403, READ_ONLY, stored=True), PUBLISHED, False, SAME),
    # Other refusals.
    refused(404, "Not Found"),
    refused(409, "Conflict", "conflict", "File exists"),
    Case("409, and it holds our bytes", answer(409, "Conflict", stored=True),
         End("published", "already_identical", "already_identical", (1, 1)), False, SAME),
    refused(410, "Gone"),
    refused(413, "Request Entity Too Large", "unknown"),
    refused(422, "Unprocessable Content"),
    refused(429, "Too many new projects created", "unknown"),
    # The wheel arrives, and then the sdist meets a fault.
    Case("sdist: 500, lost", answer(500, "Internal Server Error", only=".tar.gz"),
         End("in_doubt", "created", "unknown", (1, 1)), True, SDIST_AGAIN),
    Case("sdist: reset after the body, lost", upload("reset after body, lost", only=".tar.gz"),
         End("in_doubt", "created", "unknown", (1, 1)), True, SDIST_AGAIN),
    Case("sdist: 400 not a valid classifier", answer(400, "not a valid classifier", only=".tar.gz"),
         End("refused", "created", "refused", (1, 1)), True, SDIST_AGAIN),
    Case("sdist: 200, other bytes stored", upload("other bytes", only=".tar.gz"),
         End("blocked", "created", "conflict", (1, 1)), True,
         End("blocked", "already_identical", "conflict", (1, 1))),
    # It cannot be asked beforehand.
    unreadable("401", "status", reading_status=401),
    unreadable("403", "status", reading_status=403),
    unreadable("500", "status", reading_status=500),
    unreadable("429", "status", reading_status=429),
    unreadable("truncated JSON", "truncated json"),
    unreadable("HTML as JSON", "html as json"),
    unreadable("garbage", "garbage"),
    unreadable("login page", "login page"),
    unreadable("empty page", "empty"),
    unreadable("another project's page", "another project"),
    unreadable("reset", "reset"),
    unreadable("redirects in a circle", "redirect circle"),
    unreadable("never answers", "never answers", IMPATIENT),
    # It cannot be asked afterwards.
    unseen("500", "status", reading_status=500),
    unseen("truncated JSON", "truncated json"),
    unseen("HTML as JSON", "html as json"),
    unseen("reset", "reset"),
    arrived("page stale for 3 polls", {"stale_polls": 3}, PATIENT),
    # This machine's disk is full.
    unwritten("receipt", "receipts/", NO_RECEIPT, held=False, after=SAME),
    unwritten("newest receipt", "receipt.json", NO_RECEIPT, held=False, after=SAME),
    unwritten("hold after a 500", "holds/", End("in_doubt", "", "", (1, 0)),
              held=False, after=DOUBT, **answer(500, "Internal Server Error")),
    unwritten("receipt after a 500", "receipts/", End("in_doubt", "", "", (1, 0)),
              held=True, after=SECOND_GO, **answer(500, "Internal Server Error")),
    unwritten("intent of the sdist", "intents/demo_pkg-1.0.tar.gz",
              End("failed", "created", "not_sent", (1, 0)), held=False, after=REST_ONLY),
)  # fmt: skip
