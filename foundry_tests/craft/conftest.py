"""Fixtures for the tests of crafts.

Add here a fixture that several crafts' tests need.
Not here: what all tests need (the conftest above).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from foundry_assets.store import Shelf
from foundry_tests.craft.sending import House
from foundry_tests.craft.uploading.miniature import write_sdist, write_wheel
from foundry_tests.faulty_index import faulty_index


@pytest.fixture
def house(shelf: Shelf, tmp_path: Path) -> Iterator[House]:
    """A wheel and an sdist beside an empty index that takes uploads."""
    folder = tmp_path / "dist"
    folder.mkdir()
    with faulty_index() as faulty:
        yield House(shelf, faulty, [write_sdist(folder), write_wheel(folder)])
