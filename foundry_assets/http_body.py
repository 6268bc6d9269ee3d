"""The body of an HTTP answer as it arrives: never longer, and never for longer, than its limits.

Add here what concerns taking in a body, for reading an index and for reading its answer to an upload.
Not here: asking (index, craft/uploading), and what a body says.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import requests

_CHUNK = 1 << 16


class BodyUnfit(ValueError):
    """A body that is too long, or takes too long."""


def pieces(response: requests.Response, *, limit_bytes: int, limit_seconds: float) -> Iterator[bytes]:
    """Give a body, decoded, in the pieces in which it comes; for a response that was asked for as a stream.

    A trickle of single bytes stays below every time limit of a socket, and is ended here. Raises
    `BodyUnfit` past either limit, and urllib3's own errors where the body breaks off.
    """
    ends_at = time.monotonic() + limit_seconds
    total = 0
    # requests' own iterators wait until a whole chunk is there.
    while piece := response.raw.read1(_CHUNK, decode_content=True):
        total += len(piece)
        if total > limit_bytes:
            raise BodyUnfit(f"it is longer than {limit_bytes} bytes")
        if time.monotonic() > ends_at:
            raise BodyUnfit(f"it was still arriving after {limit_seconds:g} seconds")
        yield piece
