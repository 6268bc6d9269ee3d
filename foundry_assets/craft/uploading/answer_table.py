"""The table of what indexes answer to an upload: a row for each known wording, and for each kind of silence.

Add a row when an index is seen to answer otherwise; the first that fits counts, so particular ones go first.
Not here: choosing the row (answers), and whether the file is there, which only the index itself can say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Verdict = Literal[
    "accepted", "already_there", "conflict", "reserved", "closed", "refused", "unknown", "not_sent"
]


@dataclass(frozen=True)
class Row:
    """One wording: the statuses it comes with (first and last), a pattern for its text, and its meaning."""

    statuses: tuple[int, int]
    pattern: str
    verdict: Verdict
    message: str
    remedy: str = ""

    def fits(self, status: int, text: str) -> bool:
        """Tell whether an answer is of this row."""
        first, last = self.statuses
        return first <= status <= last and re.search(self.pattern, text, re.IGNORECASE) is not None


ASK_FIRST = "find out whether the index took the file, then lift the hold: only what it lacks is sent then"
_NEW_VERSION = "release a new version: this file name is taken for good"
_CREDENTIAL = "see to the credential: is it this index's, still valid, and allowed for this project?"
_MEND = "mend the project's metadata, and release it as a new version"
_ADDRESS = "correct upload_url in the catalog"

_EXISTS = (
    r"already exist|already contains|already been (uploaded|taken|published)|file name has already"
    r"|does not allow updating|redeploy|cannot be updated|conflicts? with (an )?existing file"
)
_RESERVED = r"file ?name (was|has) (previously|already) (been )?used"
_OUTAGE = r"read.only|maintenance|outage|try again later|uploads? (are|is|have been)( \w+)? disabled"

TABLE: tuple[Row, ...] = (
    Row((200, 200), r"already (exists|there|present|uploaded)|same content", "already_there",
        "the index says that it holds these bytes already"),
    Row((200, 204), "", "accepted", "the index raised no objection"),
    Row((205, 299), "", "unknown", "the index answered with a success that uploads do not have", ASK_FIRST),
    Row((300, 399), "", "refused", "the index sends uploads on to another address",
        "give the address that takes uploads itself as upload_url; often only a `/` lacks at its end"),
    Row((400, 409), _RESERVED, "reserved",
        "a deleted file had this name, and the index never gives a name out again", _NEW_VERSION),
    Row((400, 403), r"releases older than|release is (closed|immutable|final)", "closed",
        "the index takes no more files for a release of this age",
        "release a new version with all its files"),
    Row((400, 403), r"archived|quarantined", "closed", "the project is archived or quarantined there",
        "take the project out of its archive on the index first, if that is meant"),
    Row((400, 409), r"only one sdist", "conflict", "the index holds another sdist of this release",
        _NEW_VERSION),
    Row((400, 409), _EXISTS, "conflict",
        "the index holds a file of this name, or these bytes under another name", _NEW_VERSION),
    Row((400, 400), r"too large|size limit", "refused",
        "the file or the project is larger than this index takes",
        "make the file smaller, or ask the index for a higher limit"),
    Row((400, 400), r"the name .* (isn't allowed|is too similar)|standard library|prohibited", "refused",
        "the index does not give out this project name", "choose another project name"),
    Row((400, 400), r"digest supplied|digest.* not match", "refused",
        "the bytes that arrived are not those that were announced",
        "look for a proxy that changes uploads; the file here is unchanged"),
    Row((400, 403), r"verified.*e-?mail|e-?mail.*(verif|confirm)", "refused",
        "the account's e-mail address is not verified there", "verify the address on the index"),
    Row((400, 400), r"attestation", "refused", "the index refused the file for an attestation",
        "sign that file anew and `foundry attest` it, or take the attestation away (--withdraw)"),
    Row((400, 400), r"token|not allowed to upload|non-user identit", "refused",
        "the index refused the credential", _CREDENTIAL),
    Row((400, 400), "", "refused", "the index refused the file", _MEND),
    Row((401, 403), r"two.factor|2fa", "refused", "the index wants two-factor authentication first",
        "turn it on for the account, then make an API token"),
    Row((403, 403), _OUTAGE, "unknown",
        "the index takes no uploads at the moment; this is an outage, not a refusal",
        "wait until the index takes uploads again, then lift the hold"),
    Row((403, 403), r"new (project|user) registration", "refused",
        "the index takes no new projects at the moment", "wait until it does, then lift the hold"),
    Row((403, 403), r"allowed to upload|scope|project", "refused",
        "the credential may not upload to this project",
        "give a credential of an owner or maintainer, with this project in its scope"),
    Row((401, 403), "", "refused", "the index refused the credential", _CREDENTIAL),
    Row((404, 405), "", "refused", "no uploads are taken at this address", _ADDRESS),
    Row((408, 408), "", "unknown", "the index gave up waiting for the file", ASK_FIRST),
    Row((409, 409), r"project", "conflict", "the project's name conflicts with an existing one",
        "choose another project name"),
    Row((409, 409), "", "conflict", "the index holds a file of this name", _NEW_VERSION),
    Row((410, 410), "", "refused", "this address has been retired", _ADDRESS),
    Row((413, 413), "", "unknown", "the index, or a proxy before it, found the file too large",
        "make the file smaller or ask for a higher limit; " + ASK_FIRST),
    Row((422, 422), "", "refused", "the index could not work with what was sent",
        "read its answer; for trusted publishing, compare the publisher's settings"),
    Row((429, 429), "", "unknown", "the index wants fewer requests, or fewer new projects, for a while",
        "wait as long as it asks, then lift the hold"),
    Row((402, 499), "", "refused", "the index refused the request", "read its answer"),
    Row((500, 599), "", "unknown", "the index failed while it took the file; it may hold it", ASK_FIRST),
    Row((0, 999), "", "unknown", "the index gave an answer of no known kind", ASK_FIRST),
)  # fmt: skip

SILENCE: dict[str, tuple[Verdict, str, str]] = {
    "dns": ("not_sent", "the index's name could not be resolved", "see to the network and upload_url"),
    "tls": ("not_sent", "the index's certificate or TLS cannot be trusted",
            "see to its certificate, or name your own authority by REQUESTS_CA_BUNDLE"),
    "connect failed before sending": ("not_sent", "no connection could be made",
                                      "see to the network, the proxy and upload_url"),
    "credential": ("not_sent", "the credential could not be read", _CREDENTIAL),
    "file changed": ("not_sent", "the file is not the one that was recorded", "start a fresh release"),
    "file unusable": ("not_sent", "the file is no distribution that can be sent", _MEND),
    "broke while sending": ("unknown", "the connection broke while the file was being sent", ASK_FIRST),
    "no answer after sending": ("unknown", "the file was sent, and no answer came", ASK_FIRST),
    "deadline": ("unknown", "the upload was ended at its time limit", ASK_FIRST),
    "no process": ("not_sent", "the upload process could not be started",
                   "make room on this machine: it lacks memory, processes or disk"),
    "process ended": ("unknown", "the upload process ended before it told an answer", ASK_FIRST),
}  # fmt: skip
"""Each `Answer.error`: its verdict (where sending had begun), what happened, what to do."""
