"""What every test stands on: clean surroundings, and a home, a store and a Dagster instance of its own.

Add here a fixture that tests in several folders need; a fixture of one file stays in that file.
Not here: miniature projects and distributions (packages, small functions beside the tests).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # Dagster takes a second to load, and half of the tests do without it
    import dagster as dg

    from foundry_assets.home import Foundry, Home
    from foundry_assets.release import Release
    from foundry_assets.store import ArtefactStore, Shelf
    from foundry_tests.story_fixtures import House


@pytest.fixture(autouse=True)
def clean_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Take away whatever of this machine could steer the foundry, and its user's data folder."""
    for name in list(os.environ):
        if name.startswith(("FOUNDRY_", "TWINE_")) or name == "DAGSTER_HOME":
            monkeypatch.delenv(name)
    apart = tmp_path_factory.getbasetemp() / "user-data"
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: apart)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A prepared home in the test's own folder."""
    from foundry_assets.home import Home

    return Home(tmp_path / "home").prepare()


@pytest.fixture
def foundry(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Foundry:
    """A foundry with that home and no catalog; the current folder is the test's own meanwhile."""
    from foundry_assets.home import Foundry

    monkeypatch.chdir(tmp_path)
    return Foundry(home_folder=str(home.root))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """A Dagster instance in memory, with no release registered."""
    import dagster as dg

    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def release() -> Release:
    """The release that `foundry_tests/craft/uploading/miniature.py` writes files of."""
    from foundry_assets.release import Release

    return Release.of("demo-pkg", "1.0")


@pytest.fixture
def store(home: Home) -> ArtefactStore:
    """A store in the home's own folder."""
    from foundry_assets.store import ArtefactStore

    return ArtefactStore(root=str(home.store))


@pytest.fixture
def shelf(store: ArtefactStore, release: Release) -> Shelf:
    """The place of that release in the store."""
    return store.shelf(release)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A whole foundry in the test's own folder, with which to release for real."""
    from foundry_tests.story_fixtures import open_house

    with open_house(tmp_path) as opened:
        yield opened
