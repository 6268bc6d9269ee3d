"""A hold stands until a person writes why it may go on, and each correction lifts one hold.

Add here another way in which a hold comes about, or is lifted.
Not here: what a held release may still do (test_evidence), and the commands (cli, launching).
"""

from __future__ import annotations

from typing import Any

import pytest

from foundry_assets import evidence
from foundry_assets.errors import CallIsWrong, ReleaseHeld
from foundry_assets.records import Hold
from foundry_assets.store import Shelf
from foundry_tests.test_evidence import WHEEL, hold


def test_the_life_of_a_hold(shelf: Shelf) -> None:
    """A hold stands until its own correction; the next one stands again, whatever was lifted before."""
    assert evidence.standing_hold(shelf, "local") is None
    evidence.refuse_if_held(shelf, "local")
    for number in (1, 2, 3):
        hold(shelf, because=f"trouble {number}")
        standing = evidence.standing_hold(shelf, "local")
        assert standing is not None
        assert (standing.number, standing.because) == (number, f"trouble {number}")
        with pytest.raises(ReleaseHeld, match=f"trouble {number}") as held:
            evidence.refuse_if_held(shelf, "local")
        assert "foundry lift-hold demo-pkg==1.0 --index local --because" in held.value.remedy
        done = evidence.lift_hold(shelf, "local", because="  mended \n", by="me")
        assert (done.number, done.because, done.by) == (number, "mended", "me")
        assert evidence.standing_hold(shelf, "local") is None
    assert [held.number for held in evidence.holds(shelf, "local")] == [1, 2, 3]
    assert [done.number for done in evidence.corrections(shelf, "local")] == [1, 2, 3]
    assert evidence.standing_hold(shelf, "company") is None


def test_a_standing_hold_stays_as_it_is(shelf: Shelf) -> None:
    """Trouble upon trouble leaves one hold, with the first reason."""
    hold(shelf, because="first")
    hold(shelf, because="second")
    assert [held.because for held in evidence.holds(shelf, "local")] == ["first"]


def test_holds_at_once_leave_one(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that fails while another writes its hold leaves that one standing, and no second."""
    looks, others = evidence._newest_hold, iter(["theirs"])

    def overtaken(*place: Any) -> Hold | None:
        found = looks(*place)
        for because in others:
            hold(shelf, because=because)
        return found

    monkeypatch.setattr(evidence, "_newest_hold", overtaken)
    hold(shelf, because="ours")
    assert [told.because for told in evidence.holds(shelf, "local")] == ["theirs"]


def test_nothing_is_lifted_where_nothing_is_held(shelf: Shelf) -> None:
    """A correction without a hold would be one in advance, and is refused."""
    with pytest.raises(CallIsWrong, match="is not held"):
        evidence.lift_hold(shelf, "local", because="just in case", by="me")
    hold(shelf)
    evidence.lift_hold(shelf, "local", because="mended", by="me")
    with pytest.raises(CallIsWrong, match="is not held"):
        evidence.lift_hold(shelf, "local", because="mended", by="me")
    assert len(evidence.corrections(shelf, "local")) == 1


@pytest.mark.parametrize("because", ["", "  ", "\n\t"])
def test_a_correction_needs_a_reason(shelf: Shelf, because: str) -> None:
    """An empty reason lifts nothing."""
    hold(shelf)
    with pytest.raises(CallIsWrong, match="needs a reason"):
        evidence.lift_hold(shelf, "local", because=because, by="me")
    assert evidence.standing_hold(shelf, "local") is not None


def test_of_two_corrections_at_once_one_counts(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lifts a hold a moment too late is told so: their reason is not the one on record."""
    hold(shelf)
    standing = evidence.standing_hold(shelf, "local")
    evidence.lift_hold(shelf, "local", because="first", by="me")
    monkeypatch.setattr("foundry_assets.evidence.standing_hold", lambda *_: standing)
    with pytest.raises(CallIsWrong, match="somebody else"):
        evidence.lift_hold(shelf, "local", because="second", by="you")
    assert [done.because for done in evidence.corrections(shelf, "local")] == ["first"]


def test_a_hold_is_read_as_it_was_written(shelf: Shelf) -> None:
    """A hold says which files it is about, and which run left it."""
    hold(shelf)
    (standing,) = evidence.holds(shelf, "local")
    assert isinstance(standing, Hold)
    assert (standing.release, standing.index, standing.files, standing.run_id) == (
        "demo-pkg==1.0",
        "local",
        (WHEEL,),
        "run",
    )
