"""What may be sent follows from the records alone: verdicts about these bytes, intents, holds, corrections.

Add here another question that records answer.
Not here: how records come about (assets, craft), how they are kept (test_store), and holds (test_holds).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from foundry_assets import evidence
from foundry_assets.content import Listing, Member
from foundry_assets.errors import ChecksumChanged, EvidenceMissing
from foundry_assets.records import Credential, Intent, Outcome, Receipt, Severity, Verdict, utc_now
from foundry_assets.store import Manifest, Shelf

WHEEL, SDIST = "demo_pkg-1.0-py3-none-any.whl", "demo_pkg-1.0.tar.gz"


def manifest(asset: str, sha256: str) -> Manifest:
    """Describe an artefact of one file."""
    listing = Listing.of([Member(f"{asset}.file", sha256 * 64, 1)])
    return Manifest(release="demo-pkg==1.0", asset=asset, sha256=sha256 * 64, members=listing.members)


MANIFESTS = {
    asset: manifest(asset, letter)
    for asset, letter in zip(("stubbed_tree", "sdist", "wheel"), "abc", strict=True)
}


def verdict(
    asset: str,
    check: str,
    *,
    passed: bool = True,
    severity: Severity = "ERROR",
    judged: Mapping[str, str] | None = None,
) -> Verdict:
    """Write a verdict about the bytes in `MANIFESTS`, unless `judged` names others."""
    told = {asset: MANIFESTS[asset].sha256} if judged is None else dict(judged)
    return Verdict(
        check=check,
        asset=asset,
        passed=passed,
        severity=severity,
        message=f"{check} looked",
        judged=told,
        at=utc_now(),
    )


@pytest.fixture
def judged(shelf: Shelf) -> Shelf:
    """A release whose every required check has passed."""
    for asset, check in evidence.REQUIRED_CHECKS:
        evidence.record_verdict(shelf, verdict(asset, check))
    return shelf


def intent(shelf: Shelf, *, filename: str = WHEEL, number: int = 1, index: str = "local") -> Intent:
    """Write down the will to send a file, as of now."""
    return Intent(
        number=number,
        release=str(shelf.release),
        index=index,
        upload_url="http://127.0.0.1/",
        filename=filename,
        sha256="c" * 64,
        bytes=1,
        frozen={WHEEL: "c" * 64, SDIST: "b" * 64},
        corrections=len(evidence.corrections(shelf, index)),
        run_id="run",
        at=utc_now(),
    )


def hold(shelf: Shelf, index: str = "local", because: str = "500") -> None:
    """Leave a hold."""
    evidence.place_hold(shelf, index, because=because, files=[WHEEL], run_id="run")


def test_whole_evidence_is_given(judged: Shelf) -> None:
    """With every required verdict good and about these bytes, all of them are handed out."""
    found = evidence.require_evidence(judged, MANIFESTS)
    assert [(told.asset, told.check) for told in found] == list(evidence.REQUIRED_CHECKS)


def test_nothing_was_ever_judged(shelf: Shelf) -> None:
    """Without any verdict, each required check is a fault of its own, with its remedy."""
    told = rf"demo-pkg==1\.0 may not be sent: {len(evidence.REQUIRED_CHECKS)} faults"
    with pytest.raises(EvidenceMissing, match=told) as missing:
        evidence.require_evidence(shelf, MANIFESTS)
    assert [fault.where for fault in missing.value.faults] == [check for _, check in evidence.REQUIRED_CHECKS]
    assert all("`release` job" in fault.remedy for fault in missing.value.faults)


def test_every_fault_is_told_at_once(judged: Shelf) -> None:
    """Failed, about other bytes, about no bytes, and warned: the first three are told, in one error."""
    failed, other, none, warned = (
        "sdist_metadata_is_valid",
        "sdist_holds_every_file",
        "wheel_holds_every_file",
        "wheel_is_reproducible",
    )
    for told in (
        verdict("sdist", failed, passed=False),
        verdict("sdist", other, judged={"sdist": "f" * 64}),
        verdict("wheel", none, judged={}),
        verdict("wheel", warned, passed=False, severity="WARN"),
    ):
        evidence.record_verdict(judged, told)
    with pytest.raises(EvidenceMissing) as missing:
        evidence.require_evidence(judged, MANIFESTS)
    faults = {fault.where: fault for fault in missing.value.faults}
    assert set(faults) == {failed, other, none}
    assert (faults[failed].what, faults[failed].remedy) == (
        f"{failed} looked",
        "mend the cause in the source, then release again",
    )
    assert "judged other bytes of `sdist` (ffffffffffff, not bbbbbbbbbbbb)" in faults[other].what
    assert "names no bytes of `wheel`" in faults[none].what
    assert all(str(fault) in str(missing.value) for fault in faults.values())


def test_a_verdict_on_two_artefacts_needs_both(judged: Shelf) -> None:
    """A verdict that compared wheel with sdist is void as soon as either is another."""
    told = {"wheel": MANIFESTS["wheel"].sha256, "sdist": "f" * 64}
    evidence.record_verdict(judged, verdict("wheel", "wheel_holds_every_file", judged=told))
    with pytest.raises(EvidenceMissing, match="other bytes of `sdist`"):
        evidence.require_evidence(judged, MANIFESTS)


def test_an_artefact_that_is_not_shown_is_not_vouched_for(judged: Shelf) -> None:
    """Asking about fewer artefacts does not make the evidence of the others count."""
    with pytest.raises(EvidenceMissing, match="names no bytes of `stubbed_tree`"):
        evidence.require_evidence(judged, {name: MANIFESTS[name] for name in ("sdist", "wheel")})


def test_a_damaged_verdict_is_no_verdict(judged: Shelf) -> None:
    """A verdict that cannot be read stops the sending; it is not passed over."""
    asset, check = evidence.REQUIRED_CHECKS[0]
    judged.write(f"{asset}/checks/{check}.json", Credential(source="not a verdict"))
    with pytest.raises(ChecksumChanged):
        evidence.require_evidence(judged, MANIFESTS)


def test_verdicts_come_by_asset(judged: Shelf) -> None:
    """Verdicts of the assets asked for are given, in that order, and of no others."""
    assert {told.asset for told in evidence.verdicts(judged, ["wheel", "sdist"])} == {"wheel", "sdist"}
    assert evidence.verdicts(judged, ["wheel", "sdist"])[0].asset == "wheel"
    assert evidence.verdicts(judged, ["pypi_probe/local"]) == []


def test_the_life_of_an_intent(shelf: Shelf) -> None:
    """A file may be sent once, and once more after each correction; never because time has passed."""
    assert evidence.may_send(shelf, "local", WHEEL)
    for number in (1, 2, 3):
        assert evidence.next_intent(shelf, "local", WHEEL) == number
        assert evidence.open_intent(shelf, intent(shelf, number=number))
        assert not evidence.open_intent(shelf, intent(shelf, number=number))
        assert not evidence.may_send(shelf, "local", WHEEL)
        assert evidence.next_intent(shelf, "local", WHEEL) is None
        hold(shelf)
        assert not evidence.may_send(shelf, "local", WHEEL)
        evidence.lift_hold(shelf, "local", because="the index lost it", by="me")
    assert [past.corrections for past in evidence.intents(shelf, "local", WHEEL)] == [0, 1, 2]
    assert evidence.may_send(shelf, "local", SDIST)
    assert evidence.may_send(shelf, "company", WHEEL)


def test_of_many_runs_one_opens_the_intent(shelf: Shelf) -> None:
    """Runs that start at the same time open one intent between them."""
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: evidence.open_intent(shelf, intent(shelf)), range(8)))
    assert opened.count(True) == 1
    assert len(evidence.intents(shelf, "local", WHEEL)) == 1


def test_an_intent_freezes_the_release(shelf: Shelf) -> None:
    """From the first intent at any index on, the stored bytes are the release."""
    assert not evidence.is_frozen(shelf)
    hold(shelf, "local")
    assert not evidence.is_frozen(shelf)
    evidence.open_intent(shelf, intent(shelf, index="company"))
    assert evidence.is_frozen(shelf)
    assert evidence.frozen_bytes(shelf, "company") == {WHEEL: "c" * 64, SDIST: "b" * 64}
    assert evidence.frozen_bytes(shelf, "local") == {}


def receipt(shelf: Shelf, run_id: str, index: str = "local") -> Receipt:
    """Write a receipt of nothing."""
    return Receipt(
        release=str(shelf.release),
        index=index,
        upload_url="http://127.0.0.1/",
        status="published",
        files=(),
        credential=Credential(source="none"),
        tools={},
        run_id=run_id,
        at=utc_now(),
    )


def test_the_newest_receipt_of_each_index_counts(shelf: Shelf) -> None:
    """The newest receipt of an index is the one that is read; the older ones stay in its history."""
    assert evidence.receipt_at(shelf, "local") is None
    for run_id, index in (("one", "local"), ("two", "company"), ("three", "local")):
        evidence.record_receipt(shelf, receipt(shelf, run_id, index))
    assert {told.index: told.run_id for told in evidence.receipts(shelf)} == {
        "local": "three",
        "company": "two",
    }
    history = shelf.records("upload_receipt/local/receipts", Receipt)
    assert [told.run_id for told in history] == ["one", "three"]


def test_receipts_at_once_all_stay_in_the_history(shelf: Shelf) -> None:
    """Two runs that end at the same moment do not write over one another's receipt."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: evidence.record_receipt(shelf, receipt(shelf, str(n))), range(16)))
    history = shelf.records("upload_receipt/local/receipts", Receipt)
    assert {told.run_id for told in history} == {str(number) for number in range(16)}


def test_outcomes_are_kept_by_run(shelf: Shelf) -> None:
    """How a run ended is found by its id, and a run that left no word has none."""
    outcome = Outcome(
        release="demo-pkg==1.0",
        name="demo-pkg",
        version="1.0",
        index="local",
        status="published",
        run_id="run",
        seconds=1.0,
        evidence="",
        message="",
    )
    evidence.record_outcome(shelf, outcome)
    assert evidence.outcome_of(shelf, "run") == outcome
    assert evidence.outcome_of(shelf, "other") is None


@pytest.fixture
def members() -> Iterator[list[Member]]:
    """A wheel and an sdist, as the store lists them."""
    yield [Member(WHEEL, "c" * 64, 2), Member(SDIST, "b" * 64, 3)]


def test_files_without_a_receipt_are_told(members: list[Member]) -> None:
    """A file that no index was asked about is told by its kind and digest, with no verdict."""
    wheel, sdist = evidence.told(members)
    assert (wheel.kind, wheel.sha256, wheel.bytes, wheel.verdict, wheel.url) == ("wheel", "c" * 64, 2, "", "")
    assert (sdist.kind, sdist.filename) == ("sdist", SDIST)
