"""A gzip file made of blocks: one member, readable by anyone, the same on however many cores.

Add here another way in which the bytes come.
Not here: what a whole sdist becomes (test_normalising).
"""

from __future__ import annotations

import gzip
import random
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundry_assets.craft.building import block_gzip as module
from foundry_assets.craft.building.block_gzip import block_gzip

_WORDS = b"".join(b"word number %d, told again and again\n" % (number % 997) for number in range(120_000))
"""More than four megabytes that can be compressed well."""


def _written(path: Path, *pieces: bytes) -> bytes:
    with block_gzip(path, mtime=1_700_000_000) as stream:
        for piece in pieces:
            assert stream.write(piece) == len(piece)
    return path.read_bytes()


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=12), st.integers(1, 400))
def test_anyone_reads_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], block: int
) -> None:
    """Whatever comes in whatever pieces, and wherever a block ends, is read back as it was."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK", block)
        packed = _written(tmp_path_factory.mktemp("gzip") / "a.gz", *pieces)
    assert gzip.decompress(packed) == b"".join(pieces)


def test_it_is_one_member_with_the_time_and_no_name(tmp_path: Path) -> None:
    """A reader that knows one member alone sees all of it; the header is the fixed one (RFC 1952)."""
    packed = _written(tmp_path / "a.gz", _WORDS)
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert reader.decompress(packed) == _WORDS
    assert reader.eof
    assert reader.unused_data == b""
    assert packed[:4] + packed[8:10] == b"\x1f\x8b\x08\x00\x00\xff"
    assert int.from_bytes(packed[4:8], "little") == 1_700_000_000


def test_the_bytes_depend_on_the_contents_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the number of cores nor the pieces in which it came can be seen."""
    packed = _written(tmp_path / "a.gz", _WORDS)
    cut = sorted(random.Random(1).sample(range(len(_WORDS)), 50))  # noqa: S311
    pieces = [_WORDS[begin:end] for begin, end in zip([0, *cut], [*cut, len(_WORDS)], strict=True)]
    monkeypatch.setattr(module, "_WORKERS", 1)
    assert _written(tmp_path / "b.gz", *pieces) == packed


def test_blocks_cost_next_to_nothing(tmp_path: Path) -> None:
    """Each block knows the one before it, so the file is as small as one made in one go."""
    packed = _written(tmp_path / "a.gz", _WORDS)
    assert len(packed) < 1.02 * len(gzip.compress(_WORDS, 6))
