"""What an index's answer to an upload means: the table's row, told for people.

Add here what is decided from an answer beyond its row.
Not here: the rows themselves (answer_table), and sending (worker, process).
"""

from __future__ import annotations

from dataclasses import dataclass

from foundry_assets.craft.uploading.answer import Answer
from foundry_assets.craft.uploading.answer_table import SILENCE, TABLE, Verdict


@dataclass(frozen=True)
class Judged:
    """What an answer means: a verdict, what happened in a sentence, and what a person should do next.

    `accepted` and `already_there` say only that the index raised no objection: the caller asks it
    afterwards what it holds. Anything else stops the release; all but `not_sent` leaves a hold.
    """

    verdict: Verdict
    message: str
    remedy: str


def judge(answer: Answer, *, index_name: str) -> Judged:
    """Say what an answer means for the file, what happened, and what to do next."""
    if answer.status is None:
        return _judge_silence(answer, index_name)
    text = f"{answer.reason}\n{answer.text}"
    row = next(row for row in TABLE if row.fits(answer.status, text))
    said = f"{answer.status} {answer.reason}".strip()
    target = f" ({answer.redirect})" if answer.redirect else ""
    return Judged(row.verdict, f"{row.message}{target}; `{index_name}` answered {said}", row.remedy)


def _judge_silence(answer: Answer, index_name: str) -> Judged:
    verdict, message, remedy = SILENCE.get(answer.error, SILENCE["process ended"])
    if not answer.began_sending and verdict == "unknown":
        verdict, remedy = "not_sent", "nothing left this machine; start again"
    detail = f" ({answer.text})" if answer.text else ""
    return Judged(verdict, f"`{index_name}`: {message}{detail}", remedy)
