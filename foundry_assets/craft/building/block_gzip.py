"""A gzip file whose blocks are compressed beside each other, with the same bytes on however many cores.

Add here how a stream of bytes becomes one gzip member.
Not here: what the bytes are (normalising).
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

_LEVEL = 6
"""9 takes twice as long, for a hundredth of the size."""
_BLOCK, _WINDOW = 1 << 20, 1 << 15
"""Bytes compressed at a time, and how far back deflate looks (RFC 1951)."""
_WORKERS = min(4, os.cpu_count() or 1)


class BlockGzip(io.RawIOBase):
    """What takes bytes and writes them to `target` as one gzip member without a name (RFC 1952).

    Each block is a deflate stream of its own that knows the bytes before it, ended on a whole byte, so that
    they follow one another as a single stream would: the way of `pigz`. zlib lets other threads work
    meanwhile.
    """

    def __init__(self, target: IO[bytes], pool: ThreadPoolExecutor, *, mtime: int) -> None:
        super().__init__()
        self._target, self._pool = target, pool
        self._held = bytearray()
        self._before = b""
        self._crc, self._size = zlib.crc32(b""), 0
        self._waiting: deque[Future[bytes]] = deque()
        target.write(b"\x1f\x8b\x08\x00" + struct.pack("<I", mtime) + b"\x00\xff")

    def write(self, data: Any) -> int:
        """Take bytes; whole blocks of them go on to be compressed."""
        self._held += data
        while len(self._held) > _BLOCK:
            self._take(bytes(self._held[:_BLOCK]), is_last=False)
            del self._held[:_BLOCK]
        return len(data)

    def finish(self) -> None:
        """Write what is left, and what ends a gzip member; nothing may come after it."""
        self._take(bytes(self._held), is_last=True)
        while self._waiting:
            self._target.write(self._waiting.popleft().result())
        self._target.write(struct.pack("<II", self._crc, self._size & 0xFFFFFFFF))

    def _take(self, block: bytes, *, is_last: bool) -> None:
        self._crc, self._size = zlib.crc32(block, self._crc), self._size + len(block)
        self._waiting.append(self._pool.submit(_compressed, block, self._before, is_last))
        self._before = block[-_WINDOW:]
        if len(self._waiting) > _WORKERS:
            self._target.write(self._waiting.popleft().result())


def _compressed(block: bytes, before: bytes, is_last: bool) -> bytes:
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=before)
    return deflate.compress(block) + deflate.flush(zlib.Z_FINISH if is_last else zlib.Z_SYNC_FLUSH)


@contextmanager
def block_gzip(target: Path, *, mtime: int) -> Iterator[BlockGzip]:
    """Open a gzip file for writing; `mtime` (seconds since 1970) stands in its header."""
    with target.open("wb") as stream, ThreadPoolExecutor(_WORKERS) as pool:
        gzip = BlockGzip(stream, pool, mtime=mtime)
        yield gzip
        gzip.finish()
