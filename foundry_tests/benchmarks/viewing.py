"""The browser's questions to `foundry ui` over a history of tens of thousands of releases.

Add here how another page's questions are timed.
Not here: the questions (questions), and growing the history (growing).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import dagster as dg
import requests

from foundry_assets.places import Home
from foundry_tests.benchmarks.figures import Line
from foundry_tests.benchmarks.growing import MODEL, MODEL_VERSION, grow_history
from foundry_tests.benchmarks.questions import Questions, Rounds, asked_by_pages, counts_partitions
from foundry_tests.benchmarks.settling_in import settled_house
from foundry_tests.benchmarks.workshop import Workshop
from foundry_tests.launching.kept_counts import EVERY, kept_counts
from foundry_tests.ui.serving import Place, View, view_of

_LIMIT_SECONDS = 600
_RUNS_ANEW = 2
_LOOK_SECONDS = 0.5
_KEPT = frozenset({"ASSET_MATERIALIZATION", "ASSET_MATERIALIZATION_PLANNED", "ASSET_OBSERVATION"})


def pages(shop: Workshop) -> Iterator[Line]:
    """Each page's questions as a browser asks them, to all that `foundry ui` starts.

    The figure is the slowest single query of a page; the note tells how long all of them take. Registered are
    partitions, runs with tags, and what the seven assets planned and materialised; results of checks are not.
    A page that counts partitions is timed in three ways: asked again with nothing new, after one more release
    was registered and counted meanwhile, and just when it was registered, so that Dagster counts while the
    page waits. Full size takes 6 GB of disk meanwhile.
    """
    count = shop.scale.registered
    room = _registered(shop, count)
    with view_of(Place(room)) as view, requests.Session() as session:
        session.trust_env = False
        for page, rounds in asked_by_pages(f"{MODEL}=={MODEL_VERSION}").items():

            def ask(rounds: Rounds = rounds) -> Answered:
                return Answered(
                    [_asked(session, f"{view.address}/graphql", questions) for questions in rounds]
                )

            first, *later = (ask() for _ in range(shop.scale.short_runs + 1))
            note = f"{page}: {first.seconds:.2f} s when first asked, {_middle(later):.2f} s then"
            what = f"{page}, {count:,} releases"
            yield Line("ui", what, "-", "s", 1.0, [one.slowest for one in later], note=note)
            if counts_partitions(rounds):
                yield from _with_one_more(view, Home(room / "home"), ask, page, what)


@dataclass(frozen=True)
class Answered:
    """How long the queries of a page took (seconds), by round; those of a round are asked at once."""

    rounds: list[list[float]]

    @property
    def slowest(self) -> float:
        """The seconds of the query that took longest."""
        return max(max(seconds) for seconds in self.rounds)

    @property
    def seconds(self) -> float:
        """The seconds until the last answer."""
        return sum(max(seconds) for seconds in self.rounds)


def _middle(answers: Sequence[Answered]) -> float:
    return median(one.seconds for one in answers)


def _with_one_more(
    view: View, home: Home, ask: Callable[[], Answered], page: str, what: str
) -> Iterator[Line]:
    """Time a page with one more release: counted by `foundry ui`, and by the page itself."""
    settled, waits, anew = [], [], []
    for _ in range(_RUNS_ANEW):
        _register_another(view)
        anew.append(ask())
        _register_another(view)
        waits.append(_until_counted(home))
        settled.append(ask())
    note = f"{page}: {_middle(settled):.2f} s with one more since, which took {median(waits):.1f} s to count"
    yield Line("ui", f"{what}, one more since", "-", "s", 1.0, [one.slowest for one in settled], note=note)
    note = f"{page}: {_middle(anew):.2f} s at once after one more"
    yield Line("ui", f"{what}, one more just now", "-", "s", 1.0, [one.slowest for one in anew], note=note)


def _register_another(view: View) -> None:
    """Register one more release, as any launch does."""
    told = view.add(f"bench-another=={uuid.uuid4().int}")
    if told["__typename"] != "AddDynamicPartitionSuccess":
        raise RuntimeError(f"no release was registered: {told}")


def _until_counted(home: Home) -> float:
    """Wait until each asset's partitions were counted; gives the seconds, or raises `TimeoutError`."""
    began = time.monotonic()
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        while len(kept_counts(instance)) < len(EVERY):
            if time.monotonic() > began + _LIMIT_SECONDS:
                raise TimeoutError("`foundry ui` did not count what was registered")
            time.sleep(_LOOK_SECONDS)
    return time.monotonic() - began


def _registered(shop: Workshop, count: int) -> Path:
    """Give a folder with catalog and home, in whose history `count` releases are registered."""
    house = settled_house(shop, "ui")
    shop.say(f"  registering {count:,} releases")
    grow_history(Home(house.home), count, event_types=_KEPT)
    return house.catalog.parent


def _asked(session: requests.Session, address: str, questions: Questions) -> list[float]:
    """Ask everything at once and give the seconds until each answer.

    Raises `RuntimeError` for an answer that is an error: the pages' queries then select nothing of it.
    """

    def ask(question: tuple[str, dict[str, Any]]) -> float:
        query, variables = question
        body = {"query": query, "variables": variables}
        told = session.post(address, json=body, timeout=_LIMIT_SECONDS).json()
        if "errors" in told or not all(value or value == [] for value in told["data"].values()):
            raise RuntimeError(f"{query.split('(')[0].strip()}: {str(told)[:2000]}")
        return time.perf_counter() - began

    with ThreadPoolExecutor(len(questions)) as at_once:
        began = time.perf_counter()
        return list(at_once.map(ask, questions))
