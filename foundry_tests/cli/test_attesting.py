"""The command `attest`: what somebody signed of a rehearsal goes with the release's files to the index.

Add here what a person at the terminal does with attestations.
Not here: which files are refused (test_attesting), and sending (craft/test_sending_attestations).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundry_assets import evidence
from foundry_tests.cli.conftest import Call
from foundry_tests.faulty_index import FaultyIndex, faulty_index
from foundry_tests.signer import sign
from foundry_tests.story_fixtures import SDIST, WHEEL, House, quick_project

KEY = "story-quick==1.0"
NAMES = {name: f"{name}.publish.attestation" for name in (WHEEL, SDIST)}


@pytest.fixture
def faulty() -> Iterator[FaultyIndex]:
    """An index on loopback that takes everything."""
    with faulty_index() as state:
        yield state


@pytest.fixture
def source(house: House, faulty: FaultyIndex, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose catalog sends it to that index, which takes attestations and wants no credential."""
    monkeypatch.setenv("FOUNDRY_CATALOG", str(house.root / "foundry.toml"))
    index = faulty.index
    house.catalog(
        f'[indexes.company]\nupload_url = "{index.upload_url}"\nsimple_url = "{index.simple_url}"\n'
        "anonymous = true\nattestations = true\n"
        '[[package]]\nname = "story-quick"\nsource = "source"\nindex = "company"\n'
    )
    return quick_project(house.root / "source")


@pytest.fixture
def signed(house: House, source: Path, call: Call) -> Path:
    """The folder in which a rehearsal's files were signed by somebody."""
    assert call("rehearse", "story-quick", "--index", "company").code == 0
    folder = house.root / "out"
    assert call("show", KEY, "--rehearsal", "--export", folder).code == 0
    for name in NAMES:
        sign(folder / name)
    return folder


def test_a_signed_release_arrives_with_its_attestations(
    house: House, call: Call, signed: Path, faulty: FaultyIndex
) -> None:
    """Rehearse, sign, attest, release: the form of each file brings what was signed, and evidence says so."""
    kept = call("attest", KEY, signed)
    assert kept.code == 0, kept.err
    assert all(name in kept.out for name in NAMES.values())
    released = call("release", "story-quick", "--json").objects[0]
    assert released["status"] == "published", released["message"]
    assert dict(faulty.posts) == {WHEEL: 1, SDIST: 1}
    receipt = evidence.receipt_at(house.shelf(), "company")
    assert receipt is not None
    for file in receipt.files:
        (form,) = faulty.forms[file.filename]
        path = signed / NAMES[file.filename]
        assert json.loads(form["attestations"]) == [json.loads(path.read_text("utf-8"))]
        assert list(file.attestations) == [path.name]
        assert f"| `company` | `{path.name}` | went with {file.filename} |" in house.page()
    told = {check["name"]: check for check in released["checks"]}
    assert told["attestations_went_along"]["passed"]
    assert call("verify", KEY).code == 0
    assert "nothing can be added there" in call("attest", KEY).out


def test_wrong_calls_are_told(house: House, call: Call) -> None:
    """Each ends with exit code 2, what is wrong, and what to do."""
    (house.root / WHEEL).write_bytes(b"x")
    path = sign(house.root / WHEEL)
    for words, told in (
        (("attest", KEY, path), "foundry rehearse"),
        (("attest", KEY, "--withdraw"), "no attestation is named"),
        (("attest", KEY, "--withdraw", path), "is not kept"),
        (("attest", KEY), "was never begun"),
        (("attest", "story-quick", path), "name==version"),
    ):
        called = call(*words)
        assert (called.code, called.out) == (2, "")
        assert told in called.err
        assert "  -> " in called.err
