"""A Chromium for the browser tests of this folder.

Add here what several of its modules stand on.
Not here: starting a view (serving), and what a person does in it (browsing).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from foundry_tests.ui.browsing import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for all tests of a module; asked for first, so that its absence costs nothing."""
    with chromium() as opened:
        yield opened
