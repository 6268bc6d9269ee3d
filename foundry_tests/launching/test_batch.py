"""Several releases in one call, one after the other or side by side: no one's failure stops another.

Add here what is promised about more than one release.
Not here: what becomes of each (test_story).
"""

from __future__ import annotations

from dataclasses import replace

from foundry_assets.assets import line
from foundry_assets.checks import gates
from foundry_assets.launching.batch import run_orders
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
