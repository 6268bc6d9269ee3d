"""The credential is found before anything is built and again before anything is sent, and told by its source.

Add here another moment at which it is looked for, and what comes of finding none or another one.
Not here: sources and their faults (test_credentials), and that the secret shows nowhere (test_secret_search).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundry_assets import evidence
from foundry_assets.craft.sandbox import isolation
from foundry_tests.faulty_index import FaultyIndex, faulty_index
from foundry_tests.story_fixtures import House, open_house, quick_project

KEY = "story-quick==1.0"
UNTIL_SENDING = ("staged_workspace", "stubbed_tree", "sdist", "wheel", "pypi_probe")


@pytest.fixture
def faulty() -> Iterator[FaultyIndex]:
    """An index on loopback that takes everything."""
    with faulty_index() as state:
        yield state


@pytest.fixture
def house(tmp_path: Path, faulty: FaultyIndex, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house whose one package goes to that index, and a person without a `.pypirc`."""
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    quick_project(tmp_path / "source")
    with open_house(tmp_path) as opened:
        catalog(opened, faulty)
        yield opened


def catalog(house: House, faulty: FaultyIndex, more: str = "") -> None:
    """Write the catalog, with more settings of the index."""
    index = faulty.index
    addresses = f'upload_url = "{index.upload_url}"\nsimple_url = "{index.simple_url}"\n'
    package = '[[package]]\nname = "story-quick"\nsource = "source"\nindex = "company"\n'
    house.catalog(f"[indexes.company]\n{addresses}{more}\n{package}")


def declare(monkeypatch: pytest.MonkeyPatch, username: str) -> None:
    """Declare a credential of somebody."""
    monkeypatch.setenv("TWINE_USERNAME", username)
    monkeypatch.setenv("TWINE_PASSWORD", "canary-password")


def test_an_anonymous_index_needs_no_credential(house: House, faulty: FaultyIndex) -> None:
    """`anonymous = true` sends without any, though the environment holds one; the evidence tells it so."""
    catalog(house, faulty, "anonymous = true\n")
    with pytest.MonkeyPatch.context() as patch:
        declare(patch, "alice")
        outcome = house.release(house.root / "source")
    assert outcome.status == "published", outcome.message
    assert not [headers for headers in faulty.headers_seen if "Authorization" in headers]
    receipt = evidence.receipt_at(house.shelf(), "company")
    assert receipt is not None
    assert receipt.credential.source == "none"
    verdicts = evidence.verdicts(house.shelf(), ["staged_workspace", "wheel"])
    (told,) = [verdict for verdict in verdicts if verdict.check == "credential_is_ready"]
    assert (told.passed, told.details["source"]) == (True, "none")
    apart = {verdict.details.get("isolation") for verdict in verdicts if "isolation" in verdict.details}
    facts = {house.shelf().manifest(asset).facts["isolation"] for asset in ("sdist", "wheel")}
    assert apart == facts == {isolation()}


def test_another_credential_at_the_upload_is_refused(
    house: House, faulty: FaultyIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found before the build must be what is found before sending; else nothing is sent."""
    declare(monkeypatch, "alice")
    house.order(house.root / "source")
    assert house.launch(KEY, only=UNTIL_SENDING, confirm=KEY).success
    declare(monkeypatch, "mallory")
    outcome = house.ended(house.launch(KEY, only=("upload_receipt",), confirm=KEY))
    assert outcome.status == "blocked", outcome.message
    for words in ("is now TWINE_USERNAME/TWINE_PASSWORD as `mallory`", "`alice`", "nothing was sent"):
        assert words in outcome.message
    assert faulty.total_posts == 0
    declare(monkeypatch, "alice")
    assert house.launch(KEY, only=("upload_receipt",), confirm=KEY).success
    assert faulty.total_posts == 2


def test_a_rehearsal_without_a_credential_goes_on_and_warns(house: House, faulty: FaultyIndex) -> None:
    """A rehearsal sends to an index of its own, so a missing credential is told, and ends nothing."""
    assert "TWINE_PASSWORD" not in os.environ
    outcome = house.release(house.root / "source", mode="rehearse")
    assert outcome.status == "rehearsed", outcome.message
    (told,) = [check for check in outcome.checks if check.name == "credential_is_ready"]
    assert (told.passed, told.severity) == (False, "WARN")
    assert "there is none" in told.message
    assert faulty.total_posts == 0


def test_a_rehearsal_tells_the_credential_that_a_release_would_take(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rehearsal names the source that it found for the real index, and sends nothing with it."""
    declare(monkeypatch, "alice")
    outcome = house.release(house.root / "source", mode="rehearse")
    (told,) = [check for check in outcome.checks if check.name == "credential_is_ready"]
    assert (told.passed, told.message) == (True, "TWINE_USERNAME/TWINE_PASSWORD as `alice`")
