"""A foundry that is killed, runs out of disk or runs twice sends no file a second time.

Add here another point at which it can be cut short.
Not here: indexes that fail (test_bad_ends).
"""

from __future__ import annotations

import errno
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from threading import Barrier

import pytest

from foundry_assets import evidence
from foundry_assets.errors import (
    ReleaseBusy,
    ReleaseHeld,
    UploadInDoubt,
)
from foundry_assets.medium import Medium
from foundry_assets.records import Receipt
from foundry_assets.store import Shelf
from foundry_tests.craft.sending import (
    SDIST,
    WHEEL,
    House,
    Killed,
    KilledSender,
    PostingSender,
    kill_after,
    verdicts,
)


def test_killed_between_intent_and_post(house: House) -> None:
    """An intent without a receipt is doubt: nobody knows that nothing was sent, so nothing is sent."""
    with pytest.raises(Killed):
        house.publish(sender=KilledSender(), run_id="killed")
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == ("in_doubt", {WHEEL: "unknown", SDIST: "not_sent"})
    assert "run killed meant to send it" in receipt.files[0].message
    assert (house.faulty.total_posts, house.is_held) == (0, True)
    house.lift()
    assert house.publish().status == "published"


@pytest.mark.parametrize("name", [WHEEL, SDIST])
def test_killed_between_post_and_receipt(house: House, name: str) -> None:
    """A restart after the POST finds the file on the index, sends only what lacks, and ends published."""
    with pytest.raises(Killed):
        house.publish(sender=PostingSender(house.index, after=kill_after(name)))
    assert evidence.receipt_at(house.shelf, "faulty") is None
    receipt = house.publish()
    assert (receipt.status, dict(house.faulty.posts)) == ("published", {WHEEL: 1, SDIST: 1})
    assert not house.is_held


def test_killed_after_a_post_that_was_lost(house: House) -> None:
    """A restart that does not find the file sends nothing: the dead run's POST may still come to light."""
    house.faulty.answers(500)
    with pytest.raises(Killed):
        house.publish(sender=PostingSender(house.index, after=kill_after(WHEEL)))
    assert not house.is_held
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == ("in_doubt", {WHEEL: "unknown", SDIST: "not_sent"})
    assert (house.faulty.total_posts, house.is_held) == (1, True)


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch, *, survivors: int) -> Iterator[None]:
    """Let the store take some more writes, and none after them; a record is two, first its line."""
    writes = itertools.count()

    def guarded(write: Callable[..., object]) -> Callable[..., object]:
        def attempt(*arguments: object) -> object:
            if next(writes) >= survivors:
                raise OSError(errno.ENOSPC, "no space left on device")
            return write(*arguments)

        return attempt

    with monkeypatch.context() as patch:
        patch.setattr(Medium, "create", guarded(Medium.create))
        patch.setattr(Medium, "replace", guarded(Medium.replace))
        yield


@pytest.mark.parametrize("survivors", range(8))
def test_a_disk_that_fills_up_never_makes_a_second_post(
    house: House, monkeypatch: pytest.MonkeyPatch, survivors: int
) -> None:
    """Full at either intent, the receipt's history or the receipt: told, and a restart ends well."""
    records = survivors // 2
    full = full_disk(monkeypatch, survivors=survivors)
    with full, pytest.raises(UploadInDoubt, match="no space left") as told:
        house.publish()
    assert f"{WHEEL}: {'created' if records else 'not_sent'}" in told.value.happened
    assert evidence.receipt_at(house.shelf, "faulty") is None
    assert len(house.intents) == min(records, 2) == house.faulty.total_posts
    receipt = house.publish()
    assert (receipt.status, dict(house.faulty.posts)) == ("published", {WHEEL: 1, SDIST: 1})
    assert not house.is_held


@pytest.mark.parametrize("survivors", [2, 3])
def test_a_disk_that_fills_up_in_doubt_stays_in_doubt(
    house: House, monkeypatch: pytest.MonkeyPatch, survivors: int
) -> None:
    """Full before the hold of a doubtful upload: the intent alone keeps the next run from sending."""
    house.faulty.answers(500)
    with full_disk(monkeypatch, survivors=survivors), pytest.raises(UploadInDoubt, match=f"{WHEEL}: unknown"):
        house.publish()
    assert not house.is_held
    assert (house.publish().status, house.faulty.total_posts, house.is_held) == ("in_doubt", 1, True)


@pytest.mark.parametrize("survivors", range(4, 8))
def test_the_hold_is_there_before_the_receipt(
    house: House, monkeypatch: pytest.MonkeyPatch, survivors: int
) -> None:
    """Full between the hold and the receipt: the next run is refused by the hold."""
    house.faulty.answers(500)
    with full_disk(monkeypatch, survivors=survivors), pytest.raises(UploadInDoubt):
        house.publish()
    with pytest.raises(ReleaseHeld):
        house.publish()
    assert house.faulty.total_posts == 1


def race(house: House) -> list[Receipt]:
    """Launch a release twice at the same moment, and give the receipts of those that were let through."""
    start = Barrier(2)

    def launch(number: int) -> Receipt | None:
        start.wait()
        try:
            return house.publish(limit_seconds=5, run_id=f"run {number}")
        except ReleaseBusy as busy:
            assert "wait for that run" in busy.remedy
            return None

    with ThreadPoolExecutor(2) as pool:
        return [receipt for receipt in pool.map(launch, range(2)) if receipt]


@pytest.mark.parametrize("machines", ["one", "two"])
def test_two_runs_at_once_send_once(house: House, monkeypatch: pytest.MonkeyPatch, machines: str) -> None:
    """However two launches of one release overlap, each file is sent once, and it ends published.

    On one machine the second launch is turned away; on two, no lock reaches, and the intents decide.
    """
    if machines == "two":
        monkeypatch.setattr(Medium, "alone", lambda *_: nullcontext(True))
    for number in range(4):
        turn = replace(house, shelf=replace(house.shelf, _base=f"turn-{number}"))
        house.faulty.files.clear()
        house.faulty.posts.clear()
        receipts = race(turn)
        assert receipts
        assert dict(house.faulty.posts) == {WHEEL: 1, SDIST: 1}
        assert {receipt.status for receipt in receipts} == {"published"}
        assert not turn.is_held


def test_a_run_that_is_overtaken_sends_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking for an intent and writing it another run may write its own; then that one counts."""
    looks, rest = evidence.next_intent, iter(["another run"])

    def overtaken(shelf: Shelf, index: str, filename: str) -> int | None:
        number = looks(shelf, index, filename)
        for _ in rest:
            with pytest.raises(Killed):
                house.publish(sender=KilledSender(), run_id="another")
        return number

    monkeypatch.setattr(Medium, "alone", lambda *_: nullcontext(True))
    monkeypatch.setattr(evidence, "next_intent", overtaken)
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == ("failed", {WHEEL: "not_sent", SDIST: "not_sent"})
    assert (house.faulty.total_posts, house.is_held) == (0, False)


def test_a_run_beside_another_waits_for_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that finds another's intent asks the index for a while before it speaks of doubt."""
    monkeypatch.setattr(Medium, "alone", lambda *_: nullcontext(True))
    late: list[Receipt] = []

    def meanwhile(name: str) -> None:
        if name == WHEEL and not late:
            house.faulty.stale_polls = 2
            late.append(house.publish(limit_seconds=5))

    house.publish(sender=PostingSender(house.index, after=meanwhile), limit_seconds=5)
    assert verdicts(late[0]) == {WHEEL: "already_identical", SDIST: "created"}
    assert dict(house.faulty.posts) == {WHEEL: 1, SDIST: 1}
    assert not house.is_held
