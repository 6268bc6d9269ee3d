"""The browser's questions to `foundry ui` over a history of tens of thousands of releases.

Add here how another page's questions are timed.
Not here: the questions (questions), and growing the history (growing).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from foundry_assets.places import Home
from foundry_tests.benchmarks.figures import Line
from foundry_tests.benchmarks.foundry import House
from foundry_tests.benchmarks.growing import MODEL, MODEL_VERSION, grow_history
from foundry_tests.benchmarks.projects import small
from foundry_tests.benchmarks.questions import asked_by_pages
from foundry_tests.benchmarks.workshop import Workshop
from foundry_tests.ui.serving import Place, view_of

_LIMIT_SECONDS = 600
_KEPT = frozenset({"ASSET_MATERIALIZATION", "ASSET_MATERIALIZATION_PLANNED", "ASSET_OBSERVATION"})


def pages(shop: Workshop) -> Iterator[Line]:
    """Each page's questions at once, to `foundry ui` with its code server and daemon, until the last answer.

    Registered are partitions, runs with tags, and what the seven assets planned and materialised; results of
    checks are not. The first asking, after which Dagster remembers what it counted, is told apart.
    """
    count = shop.scale.registered
    room = shop.room("ui")
    source = room / MODEL
    house = House.made(room, [source], shop.server.index, home=room / "home")
    shop.server.empty()
    small(source, MODEL_VERSION)
    house.command("release", MODEL)
    shop.say(f"  registering {count:,} releases")
    grow_history(Home(house.home), count, event_types=_KEPT)
    began = time.perf_counter()
    with view_of(Place(room)) as view, requests.Session() as session:
        session.trust_env = False
        started = f"foundry ui was ready after {time.perf_counter() - began:.1f} s; "
        for page, questions in asked_by_pages(f"{MODEL}=={MODEL_VERSION}").items():
            first, *later = (
                _asked(session, f"{view.address}/graphql", questions)
                for _ in range(shop.scale.short_runs + 1)
            )
            what = f"{page}, {count:,} releases"
            note = f"{page}: {started}first asked: {first:.2f} s"
            started = ""
            yield Line("ui", what, "-", "s", 1.0, later, note=note)


def _asked(session: requests.Session, address: str, questions: Sequence[tuple[str, dict[str, Any]]]) -> float:
    """Ask everything at once and give the seconds until the last answer.

    Raises `RuntimeError` for an answer that is an error: the pages' queries then select nothing of it.
    """

    def ask(question: tuple[str, dict[str, Any]]) -> None:
        query, variables = question
        body = {"query": query, "variables": variables}
        told = session.post(address, json=body, timeout=_LIMIT_SECONDS).json()
        if "errors" in told or not all(value or value == [] for value in told["data"].values()):
            raise RuntimeError(f"{query.split('(')[0].strip()}: {str(told)[:2000]}")

    with ThreadPoolExecutor(len(questions)) as at_once:
        began = time.perf_counter()
        list(at_once.map(ask, questions))
        return time.perf_counter() - began
