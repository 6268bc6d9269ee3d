"""A digest is that of bytes and paths alone: not of order, time, mode or machine.

Add here another property of files that a digest must, or must not, see.
Not here: where bytes are kept (test_store).
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundry_assets.content import Listing, Member, blake2b_256, files_below, hash_file, list_tree

members = st.builds(
    Member,
    path=st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=12),
    sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
    bytes=st.integers(0, 10),
)


@given(listed=st.lists(members, max_size=6, unique_by=lambda member: member.path), data=st.data())
def test_the_order_of_files_does_not_matter(listed: list[Member], data: st.DataObject) -> None:
    """A tree's digest is the same in whatever order its files were met."""
    shuffled = data.draw(st.permutations(listed))
    assert Listing.of(listed) == Listing.of(shuffled)
    assert Listing.of(listed).sha256 == Listing.of(shuffled).sha256


@given(
    one=st.lists(members, max_size=3, unique_by=lambda member: member.path),
    other=st.lists(members, max_size=3, unique_by=lambda member: member.path),
)
def test_other_files_have_another_digest(one: list[Member], other: list[Member]) -> None:
    """Two trees share a digest only where paths and contents are the same, odd names included."""
    alike = {(m.path, m.sha256) for m in one} == {(m.path, m.sha256) for m in other}
    assert (Listing.of(one).sha256 == Listing.of(other).sha256) is alike


def test_a_tree_digest_sees_paths_and_contents(tmp_path: Path) -> None:
    """Renaming or changing a file changes the digest; touching it or its mode does not."""
    (tmp_path / "a").mkdir()
    file = tmp_path / "a" / "é.txt"
    file.write_bytes(b"one")
    before = list_tree(tmp_path)
    os.utime(file, (1, 1))
    file.chmod(0o755)
    assert list_tree(tmp_path) == before
    assert before.paths == {"a/é.txt"}
    assert before.bytes == 3
    file.write_bytes(b"two")
    changed = list_tree(tmp_path)
    file.rename(tmp_path / "a" / "f.txt")
    assert len({before.sha256, changed.sha256, list_tree(tmp_path).sha256}) == 3


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (2 << 20) + 7])
def test_files_are_hashed_whole(tmp_path: Path, size: int) -> None:
    """Sizes around the reading buffer are hashed to the last byte, by both digests."""
    data = os.urandom(size)
    (tmp_path / "f").write_bytes(data)
    assert hash_file(tmp_path / "f") == (hashlib.sha256(data).hexdigest(), size)
    assert blake2b_256(tmp_path / "f") == hashlib.blake2b(data, digest_size=32).hexdigest()


def test_only_regular_files_are_listed(tmp_path: Path) -> None:
    """Links and pipes are no files of a tree: one leads elsewhere, the other never ends."""
    tree, outside = tmp_path / "tree", tmp_path / "outside"
    for folder in (tree, outside):
        folder.mkdir()
        (folder / "file").write_bytes(b"x")
    try:
        (tree / "to-file").symlink_to(outside / "file")
        (tree / "to-folder").symlink_to(outside, target_is_directory=True)
        (tree / "broken").symlink_to(outside / "gone")
    except OSError:
        pytest.skip("links cannot be made here")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tree / "pipe")
    assert list(files_below(tree)) == [tree / "file"]
    assert list_tree(tree).paths == {"file"}
