"""A storage that gives no answer is told in our words, whatever class its library raises.

Add here another fault of a storage that is not a folder.
Not here: what is kept, and how it is found again (test_store, test_store_damage).
"""

from __future__ import annotations

import copy
import pickle
import uuid
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from foundry_assets.medium import Medium


class NoAnswer(Exception):
    """What a library raises that knows nothing of `OSError`."""


class Away(MemoryFileSystem):  # type: ignore[misc]
    """An object store that cannot be reached."""

    protocol = "away"

    def cat_file(self, path: str, **_: Any) -> bytes:
        """Give no answer."""
        raise NoAnswer(f"no way to {path}")

    def _silent(self, *_: Any, **__: Any) -> Any:
        raise NoAnswer("no way")

    ls = info = find = pipe_file = makedirs = _silent


@pytest.fixture
def away() -> str:
    """The address of a store that gives no answer."""
    fsspec.register_implementation("away", Away, clobber=True)
    return f"away://{uuid.uuid4().hex}"


def test_a_store_that_gives_no_answer_is_an_error_of_the_system(away: str) -> None:
    """Whoever expects a full disk or a broken network meets this as well, with the library's own words."""
    medium = Medium.at(away)
    for act in (medium.read, medium.size, medium.names, medium.below):
        with pytest.raises(ConnectionError, match="the store gives no answer: NoAnswer: no way"):
            act("a/b")
    for write in (medium.replace, medium.create):
        with pytest.raises(ConnectionError):
            write("a/b", b"")


def test_what_is_not_there_is_still_told_as_that() -> None:
    """An answer that says no is none of these errors, on a copy of the medium too."""
    medium = Medium.at(f"memory://{uuid.uuid4().hex}")
    for known in (medium, copy.deepcopy(medium), pickle.loads(pickle.dumps(medium))):  # noqa: S301 - our own
        assert (known.read("a"), known.size("a"), known.names("a")) == (None, None, [])
        with pytest.raises(FileNotFoundError):
            known.get("a", Path("b"))
