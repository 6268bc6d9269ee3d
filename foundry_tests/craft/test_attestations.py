"""An attestation file has the form of PEP 740 or is told, with every fault, to be none.

Add here another rule of that form.
Not here: which distribution it must speak of (test_attesting), and when it goes (test_attaching).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foundry_assets.craft.attestations import Subject, is_named_for, subject_of
from foundry_assets.errors import FaultsFound
from foundry_tests.craft.uploading.miniature import member_of, write_sdist, write_wheel
from foundry_tests.signer import PUBLISH, SLSA, Change, encoded, sign


def material(**values: object) -> Change:
    """Change the verification material."""
    return lambda attestation: attestation["verification_material"].update(values)


def envelope(**values: object) -> Change:
    """Change the envelope."""
    return lambda attestation: attestation["envelope"].update(values)


def within(**values: object) -> Change:
    """Change the object, or the Statement."""
    return lambda changed: changed.update(values)


def in_subject(**values: object) -> Change:
    """Change the Statement's subject."""
    return lambda statement: statement["subject"][0].update(values)


def without(key: str) -> Change:
    """Take a key away."""
    return lambda changed: changed.pop(key)


def in_lines(attestation: dict[str, Any]) -> None:
    """Break the base64 into lines, as older signers do."""
    told = attestation["envelope"]
    told["statement"] = "\n".join(told["statement"][at : at + 76] for at in range(0, 999, 76))


RIGHT: dict[str, tuple[Change, Change]] = {
    "as it is": (bool, bool),
    "keys of the signer's own": (
        within(timestamp="x"),
        lambda told: [part.update(more=1) for part in (told, told["envelope"])],
    ),
    "a predicate": (within(predicate={"buildDefinition": {}}), bool),
    "no predicate": (without("predicate"), bool),
    "base64 in lines": (bool, in_lines),
}


@pytest.mark.parametrize("right", RIGHT)
@pytest.mark.parametrize("predicate", [PUBLISH, SLSA])
def test_what_the_specification_allows_is_read(tmp_path: Path, right: str, predicate: str) -> None:
    """File name, sha256 and type come out, whatever else a signer adds."""
    in_statement, in_object = RIGHT[right]
    for file in (write_wheel(tmp_path), write_sdist(tmp_path)):
        path = sign(file, predicate=predicate, in_statement=in_statement, in_object=in_object)
        assert subject_of(path) == Subject(file.name, member_of(file).sha256, predicate)


def test_another_digest_beside_sha256_is_fine(tmp_path: Path) -> None:
    """Signers may tell more digests; the sha256 counts."""
    wheel = write_wheel(tmp_path)
    path = sign(wheel, in_statement=lambda told: told["subject"][0]["digest"].update(sha512="00"))
    assert subject_of(path).sha256 == member_of(wheel).sha256


IN_OBJECT: dict[str, tuple[Change, str]] = {
    "another version": (within(version=2), "version: Input should be 1"),
    "a version that is a word": (within(version="1"), "version: Input should be 1"),
    "no version": (without("version"), "version: Field required"),
    "no material": (without("verification_material"), "verification_material: Field required"),
    "no certificate": (material(certificate=""), "verification_material.certificate: empty"),
    "a certificate that is no base64": (material(certificate="%%%"), "certificate: not base64"),
    "no log entry": (material(transparency_entries=[]), "transparency_entries: List should have at least 1"),
    "a log entry that is a word": (material(transparency_entries=["x"]), "transparency_entries.0: Input"),
    "no envelope": (without("envelope"), "envelope: Field required"),
    "no signature": (lambda told: told["envelope"].pop("signature"), "envelope.signature: Field required"),
    "an empty signature": (envelope(signature=""), "envelope.signature: empty"),
    "a statement that is no base64": (envelope(statement="{}"), "envelope.statement: not base64"),
    "a statement that is no JSON": (envelope(statement=encoded(b"no")), "envelope.statement: Invalid JSON"),
    "a statement that is a list": (envelope(statement=encoded(b"[]")), "envelope.statement: Input"),
}
IN_STATEMENT: dict[str, tuple[Change, str]] = {
    "another form": (within(_type="https://in-toto.io/Statement/v0.1"), "_type: Input should be 'https"),
    "no subject": (within(subject=[]), "subject: List should have at least 1"),
    "two subjects": (
        lambda told: told["subject"].append(told["subject"][0]),
        "subject: List should have",
    ),
    "a subject without a name": (lambda told: told["subject"][0].pop("name"), "subject.0.name: Field"),
    "a name of something else": (in_subject(name="demo.zip.exe"), "subject.0.name: not the file name of"),
    "a name that is no wheel's": (in_subject(name="demo.whl"), "subject.0.name: not the file name of"),
    "no sha256": (in_subject(digest={"sha512": "00"}), "subject.0.digest.sha256: Field required"),
    "a sha256 in base64": (in_subject(digest={"sha256": "q" * 43 + "="}), "sha256: String should match"),
    "another type": (within(predicateType="https://x.example/"), "predicateType: Input should be"),
    "no type": (without("predicateType"), "predicateType: Field required"),
}


@pytest.mark.parametrize("wrong", IN_OBJECT)
def test_an_object_of_another_form_is_told(tmp_path: Path, wrong: str) -> None:
    """The fault names the file and the key, and says to sign anew."""
    change, words = IN_OBJECT[wrong]
    path = sign(write_wheel(tmp_path), in_object=change)
    with pytest.raises(FaultsFound) as found:
        subject_of(path)
    (fault,) = found.value.faults
    assert fault.where == path.name
    assert words in fault.what
    assert "sign that file anew" in fault.remedy


@pytest.mark.parametrize("wrong", IN_STATEMENT)
def test_a_statement_of_another_form_is_told(tmp_path: Path, wrong: str) -> None:
    """What is wrong inside the signed statement is told as that."""
    change, words = IN_STATEMENT[wrong]
    with pytest.raises(FaultsFound) as found:
        subject_of(sign(write_wheel(tmp_path), in_statement=change))
    (fault,) = found.value.faults
    assert fault.what.startswith("envelope.statement: ")
    assert words in fault.what


@pytest.mark.parametrize("content", [b"", b"no JSON", b"[]", b"null", b"\xff", b"{" * 2000])
def test_a_file_that_is_something_else_is_told(tmp_path: Path, content: bytes) -> None:
    """Whatever the file holds, it is one fault and never a traceback."""
    (tmp_path / "a.whl.publish.attestation").write_bytes(content)
    with pytest.raises(FaultsFound) as found:
        subject_of(tmp_path / "a.whl.publish.attestation")
    assert found.value.faults


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """A file that cannot be an attestation by its size is told by its size."""
    path = tmp_path / "a.whl.publish.attestation"
    with path.open("wb") as stream:
        stream.truncate(2 << 20)
    with pytest.raises(FaultsFound, match="1 fault") as found:
        subject_of(path)
    assert "larger than" in found.value.faults[0].what


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    """Two wrong keys are two faults."""
    path = sign(
        write_wheel(tmp_path), in_object=lambda told: [told.pop("version"), material(certificate="")(told)]
    )
    with pytest.raises(FaultsFound) as found:
        subject_of(path)
    assert len(found.value.faults) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(value=JSON, key=st.sampled_from(["version", "verification_material", "envelope"]))
def test_any_value_in_place_of_a_part_is_told(value: Any, key: str) -> None:
    """No JSON in a part's place is taken for it, or breaks the reader."""
    assume(key != "version" or value != 1)
    with tempfile.TemporaryDirectory() as folder, pytest.raises(FaultsFound):
        subject_of(sign(write_wheel(Path(folder)), in_object=within(**{key: value})))


@pytest.mark.parametrize(
    ("name", "is_named"),
    [
        ("a.whl.publish.attestation", True),
        ("a.whl.x.y.attestation", True),
        ("a.whl.attestation", False),
        ("a.whl..attestation", False),
        ("a.whl.publish.json", False),
        ("b.whl.publish.attestation", False),
        ("a.whlpublish.attestation", False),
    ],
)
def test_a_name_says_which_file_it_is_for(name: str, is_named: bool) -> None:
    """`<file name>.<anything>.attestation`, as signers write it and twine reads it."""
    assert is_named_for(name, "a.whl") == is_named
