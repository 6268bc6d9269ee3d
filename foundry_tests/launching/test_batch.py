"""Several releases in one call, one after the other or side by side: no one's failure stops another.

Add here what is promised about more than one release.
Not here: what becomes of each (test_story).
"""

from __future__ import annotations

from dataclasses import replace

import psutil
import pytest

from foundry_assets.assets import line
from foundry_assets.checks import gates
from foundry_assets.launching import workers
from foundry_assets.launching.batch import NotBegun, run_orders
from foundry_assets.launching.line_run import Order, without_word
from foundry_assets.progress import Event
from foundry_assets.records import Outcome
from foundry_assets.release import Release
from foundry_tests.story_fixtures import House, quick_project


def test_two_releases_side_by_side_are_both_published_and_told(house: House) -> None:
    """With two jobs, two processes share home, summary and index; events and outcomes reach the caller."""
    orders = [house.order(quick_project(house.root / name, name=name)) for name in ("story-a", "story-b")]
    events: list[Event] = []
    ended: list[Outcome] = []
    outcomes = run_orders(orders, foundry=house.foundry, jobs=2, on_event=events.append, on_end=ended.append)
    told = "\n".join(outcome.message for outcome in outcomes)
    assert [outcome.status for outcome in outcomes] == ["published", "published"], told
    assert {outcome.release for outcome in outcomes} == {"story-a==1.0", "story-b==1.0"}
    assert ended == outcomes
    steps = {(event.release, event.step) for event in events if event.kind == "ended"}
    assert len(steps) == 2 * (len(line) + len(gates))
    assert len(house.served("story-a")) == len(house.served("story-b")) == 2


def test_one_that_fails_stops_no_other(house: House) -> None:
    """In a row of three, the blocked one in the middle is told, and the third still runs."""
    order = house.order(quick_project(house.root / "source"))
    unknown = replace(order, release=Release.of("story-unknown", "1.0"))
    wrong = replace(order, release=Release.of("story-quick", "3.0"))
    events: list[Event] = []
    ended: list[Outcome] = []
    outcomes = run_orders(
        [unknown, wrong, replace(order, mode="rehearse")],
        foundry=house.foundry,
        jobs=1,
        on_event=events.append,
        on_end=ended.append,
    )
    statuses = [outcome.status for outcome in outcomes]
    assert statuses == ["blocked", "blocked", "rehearsed"], outcomes[-1].message
    assert ended == outcomes
    assert events


def _ended(order: Order, *, good: bool) -> Outcome:
    told = without_word(order, "as the test has it")
    return told.model_copy(update={"status": "published" if good else "failed"})


def _orders(**needs: str) -> list[Order]:
    """Order releases 1.0 of packages called so; each needs those that are named for it."""
    releases = {name: Release.of(name, "1.0") for name in {*needs, *" ".join(needs.values()).split()}}
    return [
        Order(releases[name], index="local", needs=tuple(releases[one] for one in named.split()))
        for name, named in needs.items()
    ]


def test_each_release_comes_after_what_it_needs_and_a_failure_stops_only_those_that_need_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stopped ones are told as never begun, with the one that is to blame, and the rest is released."""
    begun: list[str] = []

    def run(order: Order, **_: object) -> Outcome:
        begun.append(order.release.name)
        return _ended(order, good=order.release.name != "bad")

    monkeypatch.setattr(workers, "run_line", run)
    orders = _orders(top="low mid", mid="low", low="", after="bad", later="bad after", lost="gone", bad="")
    ended: list[Outcome] = []
    outcomes = run_orders(orders, foundry=house.foundry, jobs=1, on_event=lambda _: None, on_end=ended.append)
    assert begun == ["low", "bad", "mid", "top"]
    assert ended == outcomes
    blamed = {one.name: one.culprit for one in outcomes if isinstance(one, NotBegun)}
    assert blamed == {"after": "bad==1.0", "later": "bad==1.0", "lost": "gone==1.0"}
    (after,) = [one for one in outcomes if one.name == "after"]
    assert (after.status, after.run_id) == ("blocked", "")
    assert "it needs bad==1.0" in after.message
    assert "culprit" not in after.model_dump_json()


def test_a_stop_by_hand_reaches_the_caller_and_begins_nothing_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ended before was told; what comes after is not begun."""

    def run(order: Order, **_: object) -> Outcome:
        if order.release.name == "second":
            raise KeyboardInterrupt
        return _ended(order, good=True)

    monkeypatch.setattr(workers, "run_line", run)
    ended: list[Outcome] = []
    with pytest.raises(KeyboardInterrupt):
        run_orders(
            _orders(first="", second="", third=""),
            foundry=house.foundry,
            jobs=1,
            on_event=lambda _: None,
            on_end=ended.append,
        )
    assert [one.name for one in ended] == ["first"]


@pytest.mark.slow
def test_a_worker_that_is_killed_takes_along_only_what_was_at_work(house: House) -> None:
    """Those that wait are released by fresh processes, and those that were cut off are told so."""
    names = ("story-a", "story-b", "story-c", "story-d")
    orders = [house.order(quick_project(house.root / name, name=name)) for name in names]
    killed: list[int] = []

    def kill(event: Event) -> None:
        if event.kind == "ended" and not killed:
            found = [one for one in psutil.Process().children() if "multiprocessing" in str(one.cmdline())]
            worker = next(one for one in found if "resource_tracker" not in str(one.cmdline()))
            killed.append(worker.pid)
            worker.kill()

    outcomes = run_orders(orders, foundry=house.foundry, jobs=2, on_event=kill, on_end=lambda _: None)
    assert killed
    statuses = {one.name: one.status for one in outcomes}
    assert statuses == dict(zip(names, ("failed", "failed", "published", "published"), strict=True))
    assert "its process ended without an outcome" in outcomes[0].message
