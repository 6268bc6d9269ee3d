"""The upload cannot be reached around its gates: not by hand, not by a retry, not past a hold.

Add here another way in which somebody or something could come to the upload without its evidence.
Not here: sending itself (craft/test_publishing), and the gates (test_gates).
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from foundry_assets import evidence
from foundry_tests.story_fixtures import WHEEL, House, assert_nothing_left, quick_project

KEY = "story-quick==1.0"
ALONE = ("upload_receipt",)


def test_an_upload_by_hand_with_all_its_evidence_goes_through(proven_house: House) -> None:
    """The proof of the next tests: with nothing taken away, `upload_receipt` alone does publish."""
    result = proven_house.launch(KEY, only=ALONE)
    assert result.success
    assert len(proven_house.posts) == 2
    assert evidence.receipt_at(proven_house.shelf(), "local") is not None


def test_an_upload_without_evidence_is_refused_with_every_fault(house: House) -> None:
    """A run of `upload_receipt` alone names all that is missing, each with what to do, and sends nothing."""
    house.order(quick_project(house.root / "source"))
    outcome = house.ended(house.launch(KEY, only=ALONE))
    checks = [check for _, check in evidence.REQUIRED_CHECKS]
    artefacts = ["stubbed_tree", "sdist", "wheel"]
    wanted = [f"{where}: was never " for where in [*artefacts, *checks]]
    assert_nothing_left(house, outcome, *wanted, "version_is_free_on_index: `local` was never asked")
    assert outcome.message.count("  -> ") == 1 + len(wanted) + 1


def _forget(house: House, check: str) -> None:
    house.stored(f"wheel/checks/{check}.json").unlink()


def _forget_two(house: House) -> None:
    _forget(house, "wheel_holds_every_file")
    _forget(house, "wheel_is_reproducible")


def _change(house: House, check: str, **told: object) -> None:
    record = house.stored(f"wheel/checks/{check}.json")
    record.write_text(json.dumps(json.loads(record.read_text(encoding="utf-8")) | told), encoding="utf-8")


def _another_wheel(house: House) -> None:
    shelf = house.shelf()
    facts = shelf.fetch("wheel", house.root).facts
    with (house.root / WHEEL).open("ab") as file:
        file.write(b"\n")
    shelf.put_file("wheel", house.root / WHEEL, facts=dict(facts))


def _another_tree(house: House) -> None:
    shelf = house.shelf()
    facts = shelf.fetch("stubbed_tree", house.root / "tree").facts
    (house.root / "tree" / "more.txt").write_text("more", encoding="utf-8")
    shelf.put_tree("stubbed_tree", house.root / "tree", facts=dict(facts))


def _damaged(house: House) -> None:
    manifest = house.stored("wheel/manifest.json")
    manifest.write_text(manifest.read_text(encoding="utf-8")[:-20], encoding="utf-8")


def _never_asked(house: House) -> None:
    house.stored("pypi_probe/local/checks/version_is_free_on_index.json").unlink()


TAMPERED: dict[str, tuple[Callable[[House], None], tuple[str, ...]]] = {
    "a verdict is gone": (
        lambda house: _forget(house, "wheel_installs_and_imports"),
        ("wheel_installs_and_imports: was never judged",),
    ),
    "two verdicts are gone": (
        _forget_two,
        ("wheel_holds_every_file: was never judged", "wheel_is_reproducible: was never judged"),
    ),
    "a verdict says no": (
        lambda house: _change(
            house, "wheel_installs_and_imports", passed=False, severity="ERROR", message="it does not"
        ),
        ("wheel_installs_and_imports: it does not",),
    ),
    "a verdict is about other bytes": (
        lambda house: _change(house, "wheel_installs_and_imports", judged={"wheel": "0" * 64}),
        ("wheel_installs_and_imports: judged other bytes of `wheel` (000000000000",),
    ),
    "the wheel is another one": (
        _another_wheel,
        ("wheel_metadata_is_valid: judged other", "version_is_free_on_index: `local` was asked about other"),
    ),
    "the tree is another one": (
        _another_tree,
        ("wheel: was not made, step by step", "sdist_holds_every_file: judged other bytes of `stubbed_tree`"),
    ),
    "a manifest is damaged": (
        _damaged,
        ("wheel: story-quick==1.0: the record wheel/manifest.json is damaged",),
    ),
    "the index was never asked": (_never_asked, ("version_is_free_on_index: `local` was never asked",)),
}


@pytest.mark.parametrize("tampered", TAMPERED)
def test_an_upload_on_the_strength_of_other_evidence_is_refused(proven_house: House, tampered: str) -> None:
    """Evidence that is gone, negative or about other bytes stops an upload launched by hand."""
    tamper, words = TAMPERED[tampered]
    tamper(proven_house)
    outcome = proven_house.ended(proven_house.launch(KEY, only=ALONE))
    assert_nothing_left(proven_house, outcome, "may not be sent", *words)


def test_stored_bytes_that_changed_are_never_sent(proven_house: House) -> None:
    """A wheel whose bytes in the store are no longer those that were judged is refused."""
    sha256 = proven_house.shelf().manifest("wheel").sha256
    blob = proven_house.home.store / "blobs" / "sha256" / sha256[:2] / sha256
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes() + b"\n")
    outcome = proven_house.ended(proven_house.launch(KEY, only=ALONE))
    assert_nothing_left(proven_house, outcome, "no longer the file that was stored")


@pytest.mark.parametrize(
    "tag", ["dagster/retry_number", "dagster/is_resume_retry", "dagster/is_asset_resume_retry"]
)
def test_a_retried_run_is_refused_whatever_its_evidence(proven_house: House, tag: str) -> None:
    """A run that carries a mark of Dagster's retry engines never comes near an index."""
    outcome = proven_house.ended(proven_house.launch(KEY, only=ALONE, tags={tag: "1"}))
    assert_nothing_left(proven_house, outcome, tag, "launch the `release` job afresh", status="held")


def test_a_hold_refuses_every_door_until_a_person_lifts_it(proven_house: House) -> None:
    """Held, neither the whole job nor the upload alone sends; after a correction the release goes through."""
    house, shelf = proven_house, proven_house.shelf()
    evidence.place_hold(shelf, "local", because="a doubtful answer", files=[], run_id="earlier")
    for only in ((), ALONE):
        outcome = house.ended(house.launch(KEY, only=only))
        assert_nothing_left(house, outcome, "a doubtful answer", "foundry lift-hold", status="held")
    evidence.lift_hold(shelf, "local", because="the index was asked: absent", by="somebody")
    assert house.ended(house.launch(KEY)).status == "published"
    assert len(house.posts) == 2
    assert "the index was asked: absent" in house.page()
