"""Whatever an index does with a file, it is sent once, told truly, and sent again only after a correction.

Add here another way in which an index fails.
Not here: a foundry that is cut short (test_cut_short), and what a single answer means (uploading).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from foundry_assets import evidence
from foundry_assets.errors import (
    ChecksumChanged,
    ReleaseHeld,
    Status,
)
from foundry_tests.craft.sending import (
    SDIST,
    WHEEL,
    House,
    does,
    verdicts,
)
from foundry_tests.craft.uploading.miniature import write_wheel
from foundry_tests.faulty_index import FaultyIndex


@dataclass(frozen=True)
class Case:
    """What the index does with an upload, and what must be said of it."""

    behave: Callable[[FaultyIndex], object]
    verdict: str
    status: Status


CASES = {
    "500, lost": Case(lambda f: f.answers(500, "Oops"), "unknown", "in_doubt"),
    "502, lost": Case(lambda f: f.answers(502, "Bad Gateway"), "unknown", "in_doubt"),
    "503, lost": Case(lambda f: f.answers(503, "Later"), "unknown", "in_doubt"),
    "200, lost": Case(lambda f: f.answers(200, "OK"), "unknown", "in_doubt"),
    "429": Case(lambda f: f.answers(429, "Too Many"), "unknown", "in_doubt"),
    "413": Case(lambda f: f.answers(413, "Too Large"), "unknown", "in_doubt"),
    "400": Case(lambda f: f.answers(400, "Invalid value for classifiers"), "refused", "refused"),
    "403": Case(lambda f: f.answers(403, "Invalid authentication"), "refused", "refused"),
    "400, name used": Case(
        lambda f: f.answers(400, "Bad Request", "This filename was previously used by a deleted file"),
        "reserved",
        "refused",
    ),
    "400, closed": Case(
        lambda f: f.answers(400, "New files cannot be added to releases older than 14 days"),
        "closed",
        "refused",
    ),
    "409, lost": Case(lambda f: f.answers(409, "Conflict"), "conflict", "blocked"),
    "redirect": Case(does("redirect"), "refused", "refused"),
    "200, other bytes": Case(does("other bytes"), "conflict", "blocked"),
    "reset before the body": Case(does("reset before body"), "unknown", "in_doubt"),
    "reset during the body": Case(does("reset during body"), "unknown", "in_doubt"),
    "reset after the body": Case(does("reset after body, lost"), "unknown", "in_doubt"),
    "never answers": Case(does("never answers, lost"), "unknown", "in_doubt"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_bad_end_is_one_post_and_a_hold(house: House, case: Case) -> None:
    """Whatever is not a clear yes: one POST, a hold, the sdist stays here, and a restart sends nothing."""
    case.behave(house.faulty)
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == (case.status, {WHEEL: case.verdict, SDIST: "not_sent"})
    assert receipt.files[0].message
    assert receipt.files[0].remedy
    assert (house.faulty.total_posts, house.is_held) == (1, True)
    with pytest.raises(ReleaseHeld, match=case.verdict):
        house.publish()
    assert (house.faulty.total_posts, len(evidence.holds(house.shelf, "faulty"))) == (1, 1)
    assert evidence.receipt_at(house.shelf, "faulty") == receipt


@pytest.mark.parametrize("name", sorted(set(CASES) - {"200, other bytes"}))
def test_a_correction_resumes_the_release(house: House, name: str) -> None:
    """After a person's correction, the absent files are sent, the same bytes, and it ends published."""
    CASES[name].behave(house.faulty)
    house.publish()
    house.lift()
    house.faulty.upload = "ok"
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == ("published", {WHEEL: "created", SDIST: "created"})
    assert (house.faulty.posts[SDIST], house.faulty.total_posts) == (1, 3)
    assert [past.number for past in evidence.intents(house.shelf, "faulty", WHEEL)] == [1, 2]
    assert len({past.sha256 for past in evidence.intents(house.shelf, "faulty", WHEEL)}) == 1
    assert not house.is_held


def test_a_correction_opens_one_intent_only(house: House) -> None:
    """A correction is used up by the next attempt; when that fails too, another is needed."""
    house.faulty.answers(500)
    house.publish()
    house.lift()
    house.publish()
    assert (house.faulty.total_posts, house.is_held) == (2, True)
    with pytest.raises(ReleaseHeld):
        house.publish()
    assert house.faulty.total_posts == 2


def test_a_conflict_is_not_lifted_into_a_second_post(house: House) -> None:
    """Where the index holds other bytes, a correction does not make the foundry send against them."""
    house.faulty.upload = "other bytes"
    house.publish()
    house.lift()
    house.faulty.upload = "ok"
    receipt = house.publish()
    assert (receipt.status, house.faulty.total_posts) == ("blocked", 1)


@pytest.mark.parametrize(
    "behave",
    [
        lambda f: f.answers(500, "Oops", stored=True),
        lambda f: f.answers(503, "Later", stored=True),
        does("reset after body, stored"),
        does("never answers, stored"),
    ],
    ids=["500", "503", "reset", "never answers"],
)
def test_a_file_that_arrived_all_the_same_is_created(
    house: House, behave: Callable[[FaultyIndex], object]
) -> None:
    """What is seen decides: an index that failed and yet serves our bytes has the file."""
    behave(house.faulty)
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == ("published", {WHEEL: "created", SDIST: "created"})
    assert (dict(house.faulty.posts), house.is_held) == ({WHEEL: 1, SDIST: 1}, False)


def test_a_no_of_an_index_that_has_our_bytes_is_no_conflict(house: House) -> None:
    """A 409 for bytes that are then seen there means that they were there already."""
    house.faulty.answers(409, "Conflict", stored=True)
    receipt = house.publish()
    assert (receipt.status, receipt.files[0].verdict) == ("published", "already_identical")
    assert receipt.files[0].status == 409


def test_an_unreachable_upload_address_leaves_a_hold(house: House) -> None:
    """Nothing left this machine; still the intent stands, and only a correction opens the next."""
    house.upload_url = "http://127.0.0.1:1/legacy/"
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == ("failed", {WHEEL: "not_sent", SDIST: "not_sent"})
    assert (house.faulty.total_posts, house.is_held) == (0, True)
    house.upload_url = ""
    with pytest.raises(ReleaseHeld):
        house.publish()
    house.lift()
    assert house.publish().status == "published"


def test_other_bytes_than_the_frozen_ones_are_never_sent(house: House, tmp_path: Path) -> None:
    """After the first intent, a file with other bytes is refused, even with a correction."""
    house.faulty.answers(500)
    house.publish()
    house.lift()
    (tmp_path / "again").mkdir()
    house.paths[1] = write_wheel(tmp_path / "again", padding=b"other")
    with pytest.raises(ChecksumChanged, match="is not the file that an earlier run meant to send"):
        house.publish()
    assert house.faulty.total_posts == 1
