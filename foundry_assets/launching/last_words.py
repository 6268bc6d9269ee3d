"""What a step or a run said when it failed, without the errors that Dagster wraps around it.

Add here another place in which Dagster keeps such words.
Not here: finding the event that failed (line_run, failed_rehearsals).
"""

from __future__ import annotations

from typing import Any


def of_step(failure: Any) -> str:
    """Give the words of a step's failure data, those written for people first; "" where there are none."""
    by_hand = failure.user_failure_data and failure.user_failure_data.description
    return by_hand or of_error(failure.error)


def of_error(error: Any) -> str:
    """Give the message at the root of an error that Dagster has wrapped in its own; "" if there is none."""
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error else ""
