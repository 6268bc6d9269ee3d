"""How far a file has gone, told for people: now and then while it goes out, and once when it is out.

Add here what people are told while an upload lasts.
Not here: counting the bytes (one_post), and what is told before and after (craft/publishing).
"""

from __future__ import annotations

import time
from collections.abc import Callable

_TOLD_EVERY_SECONDS = 5.0


class SendingTold:
    """Takes bytes sent and total as often as they come, and says one line every few seconds.

    Both numbers count the form around the file too. The last byte is told always, and once: from then
    on the index is at work, and people should know whom they wait for.
    """

    def __init__(
        self, say: Callable[[str], None], filename: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say = say
        self._filename = filename
        self._clock = clock
        self._told_at = clock()
        self._is_out = False

    def __call__(self, sent: int, total: int) -> None:
        """Take how far it is."""
        if self._is_out:
            return
        if sent >= total:
            self._is_out = True
            self._say(f"{self._filename}: all {total:,} bytes are out; waiting for the answer")
        elif (now := self._clock()) - self._told_at >= _TOLD_EVERY_SECONDS:
            self._told_at = now
            self._say(f"{self._filename}: {sent:,} of {total:,} bytes are out ({sent * 100 // total} %)")
