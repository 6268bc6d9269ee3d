"""A house for each test of this folder.

Add here a state that several tests of gates begin at.
Not here: the house itself (story_fixtures).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from foundry_tests.story_fixtures import House, open_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A fresh house."""
    with open_house(tmp_path) as opened:
        yield opened
