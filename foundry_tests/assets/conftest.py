"""A house whose release is built and proven but not yet sent.

Add here a state of the line that several tests of assets begin at.
Not here: the house itself (story_fixtures).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundry_tests.story_fixtures import House, open_house, quick_project

KEY = "story-quick==1.0"


@pytest.fixture(scope="session")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house's folder in which everything is done for the release `KEY` but sending it."""
    root = tmp_path_factory.mktemp("proven")
    with open_house(root) as house:
        house.order(quick_project(root / "source"))
        line = ("staged_workspace", "stubbed_tree", "sdist", "wheel", "pypi_probe")
        assert house.launch(KEY, only=line).success
    return root


@pytest.fixture
def proven_house(proven: Path, tmp_path: Path) -> Iterator[House]:
    """A house of the test's own in that state."""
    root = tmp_path / "proven"
    shutil.copytree(proven, root)
    with open_house(root) as opened:
        yield opened
