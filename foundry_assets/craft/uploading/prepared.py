"""What is known of a request that was made ready and not sent.

Add here what the upload process learns of one request before it goes.
Not here: making it ready (preparing), and the answer to one that went (answer).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Prepared:
    """A request as it would have gone out.

    `bytes` is the length of its whole body, the form around the file included, and 0 where it could not be
    made; `problem` then says why. `has_credential` tells that it carries one, never which.
    """

    bytes: int = 0
    has_credential: bool = False
    problem: str = ""
