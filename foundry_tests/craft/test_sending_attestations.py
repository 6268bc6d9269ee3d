"""Attestations travel in the form of the one POST of their file, and evidence says which did.

Add here what holds when attestations are sent, refused or sent again.
Not here: choosing them (test_attaching), and the whole way from a signer (cli/test_attesting).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foundry_assets.content import hash_file
from foundry_assets.craft.attestations import Attested, subject_of
from foundry_assets.craft.uploading import UploadProcess
from foundry_assets.credential_source import CredentialSource
from foundry_assets.records import Intent
from foundry_tests.craft.sending import SDIST, WHEEL, House, verdicts
from foundry_tests.craft.uploading.miniature import member_of
from foundry_tests.signer import SLSA, sign


def kept(path: Path) -> Attested:
    """Give an attestation as the store hands it out."""
    return Attested(path, member_of(path), subject_of(path))


@pytest.fixture
def signed(house: House) -> House:
    """The house, whose index takes attestations: two of the wheel, one of the sdist."""
    sdist, wheel = house.paths
    house.takes_attestations = True
    house.attested = [
        kept(path)
        for path in (sign(wheel), sign(wheel, named="{}.slsa.attestation", predicate=SLSA), sign(sdist))
    ]
    return house


def sent(house: House, name: str) -> list[object]:
    """Give the field `attestations` of the newest form in which a file came."""
    told = house.faulty.forms[name][-1].get("attestations")
    return list(json.loads(told)) if told else []


def written(house: House, name: str) -> list[object]:
    """Give what the signer wrote about a file."""
    return [json.loads(one.path.read_text("utf-8")) for one in house.attested if one.subject.filename == name]


def digests(house: House, name: str) -> dict[str, str]:
    """Give the sha256 of each attestation of a file."""
    return {one.member.path: hash_file(one.path)[0] for one in house.attested if one.subject.filename == name}


def test_the_upload_process_sends_them_in_the_form(signed: House, tmp_path: Path) -> None:
    """Each file's own attestations arrive as they were signed, in the one POST that brings the file."""
    source, pypirc = CredentialSource("none"), tmp_path / ".pypirc"
    with UploadProcess(index=signed.index, credential=source, pypirc=pypirc) as sender:
        receipt = signed.publish(sender=sender)
    assert (receipt.status, dict(signed.faulty.posts)) == ("published", {WHEEL: 1, SDIST: 1})
    for file in receipt.files:
        assert sent(signed, file.filename) == written(signed, file.filename) != []
        assert file.attestations == digests(signed, file.filename)
        assert file.attestations_left == {}
    assert [len(file.attestations) for file in receipt.files] == [2, 1]


def test_intents_name_what_goes_with_their_post(signed: House) -> None:
    """What goes along is on record before the first byte, beside what is frozen and not in it."""
    signed.publish()
    for intent in signed.intents:
        assert intent.attestations == digests(signed, intent.filename)
        assert set(intent.frozen) == {WHEEL, SDIST}
    assert any(f"with {WHEEL}.publish.attestation" in line for line in signed.said)


def test_without_attestations_the_form_has_no_such_field(house: House) -> None:
    """An empty field would be refused; a release that nobody signed goes out as ever."""
    receipt = house.publish()
    assert all("attestations" not in form for forms in house.faulty.forms.values() for form in forms)
    assert all(file.attestations == {} for file in receipt.files)
    assert all(intent.attestations == {} for intent in house.intents)


def test_an_index_that_takes_none_gets_none(signed: House) -> None:
    """The file goes alone, and receipt and log say why."""
    signed.takes_attestations = False
    receipt = signed.publish()
    assert receipt.status == "published"
    assert sent(signed, WHEEL) == sent(signed, SDIST) == []
    assert list(receipt.files[0].attestations_left) == list(digests(signed, WHEEL))
    assert "attestations = true" in receipt.files[0].attestations_left[f"{WHEEL}.publish.attestation"]
    assert any("stays here" in line for line in signed.said)


def test_one_about_other_bytes_is_told_and_not_sent(signed: House) -> None:
    """A wheel that was built otherwise than the signed one goes without; the sdist's goes along."""
    other = sign(
        signed.paths[1], in_statement=lambda told: told["subject"][0]["digest"].update(sha256="0" * 64)
    )
    signed.attested = [kept(other), signed.attested[-1]]
    receipt = signed.publish()
    assert (receipt.status, sent(signed, WHEEL)) == ("published", [])
    assert "speaks of other bytes" in receipt.files[0].attestations_left[other.name]
    assert sent(signed, SDIST) == written(signed, SDIST) != []


def test_a_retry_after_a_correction_sends_the_same(signed: House) -> None:
    """A refusal leaves a hold and is one POST; lifted, the next intent sends the very same form field."""
    signed.faulty.answers(400, "Invalid attestations supplied during upload: could not verify")
    refused = signed.publish()
    assert verdicts(refused) == {WHEEL: "refused", SDIST: "not_sent"}
    assert "foundry attest" in refused.files[0].remedy
    assert refused.files[0].attestations == digests(signed, WHEEL)
    assert refused.files[1].attestations == {}
    assert signed.is_held
    first = sent(signed, WHEEL)
    signed.lift()
    signed.faulty.upload = "ok"
    assert signed.publish().status == "published"
    assert dict(signed.faulty.posts) == {WHEEL: 2, SDIST: 1}
    assert sent(signed, WHEEL) == first == written(signed, WHEEL)
    one, two = (intent for intent in signed.intents if intent.filename == WHEEL)
    assert (one.number, two.number, one.attestations) == (1, 2, two.attestations)


def test_what_is_already_there_is_not_told_as_sent(signed: House) -> None:
    """A repeat sends neither file nor attestation, and its receipt claims neither."""
    signed.publish()
    again = signed.publish()
    assert verdicts(again) == {WHEEL: "already_identical", SDIST: "already_identical"}
    assert all((file.attestations, file.attestations_left) == ({}, {}) for file in again.files)


def test_an_attestation_that_changed_on_the_way_stops_its_file(signed: House, tmp_path: Path) -> None:
    """The upload process compares each sha256 again; then nothing is sent at all."""
    signed.attested[0].path.write_text("{}", encoding="utf-8")
    source, pypirc = CredentialSource("none"), tmp_path / ".pypirc"
    with UploadProcess(index=signed.index, credential=source, pypirc=pypirc) as sender:
        receipt = signed.publish(sender=sender)
    assert verdicts(receipt) == {WHEEL: "not_sent", SDIST: "not_sent"}
    assert f"{WHEEL}.publish.attestation" in receipt.files[0].message
    assert receipt.files[0].attestations == {}
    assert signed.faulty.total_posts == 0


def test_records_of_earlier_versions_are_read(signed: House) -> None:
    """An intent that knows nothing of attestations is one without any."""
    signed.publish()
    told = signed.intents[0].model_dump()
    told.pop("attestations")
    assert Intent.model_validate(told).attestations == {}
