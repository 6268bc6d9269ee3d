"""What came back from sending one file: an answer, or the way in which none came.

Add here what the upload process learns of one POST.
Not here: what it means (answers).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """The outcome of at most one POST.

    `status` is None where no answer came; `error` then says how ("" otherwise), and `began_sending` is
    False only where it is certain that nothing of the file left this machine. `text` is the
    answer's body as plain text, or the error's, at most 2,000 characters and without the secret. Times are
    UTC, ISO 8601 with milliseconds, "" where that moment never came. `redirect` is where a 3xx pointed.
    """

    status: int | None
    reason: str = ""
    text: str = ""
    error: str = ""
    sent_at: str = ""
    answered_at: str = ""
    began_sending: bool = False
    redirect: str = ""
