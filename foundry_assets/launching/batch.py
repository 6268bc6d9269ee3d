"""Running several orders: one after the other, or side by side in processes.

Add here what concerns more than one release.
Not here: running one (line_run), choosing them (orders).
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing.queues import Queue

from foundry_assets.home import Foundry
from foundry_assets.launching.line_run import Order, open_instance, run_line, without_word
from foundry_assets.progress import Event, Listener, listening
from foundry_assets.records import Outcome

_PARTING_SECONDS = 5.0
_parent: list[Listener] = []
"""Whom a worker process tells what goes on; set once, when it starts."""


def run_orders(
    orders: Sequence[Order],
    *,
    foundry: Foundry,
    jobs: int,
    on_event: Listener,
    on_end: Callable[[Outcome], None],
) -> list[Outcome]:
    """Run every order and give the outcomes in the order in which they ended; one failing stops no other."""
    if jobs > 1 and len(orders) > 1:
        return _side_by_side(orders, foundry, jobs, on_event, on_end)
    outcomes = []
    with open_instance(foundry.home) as instance, listening(on_event):
        for order in orders:
            outcomes.append(run_line(order, foundry=foundry, instance=instance))
            on_end(outcomes[-1])
    return outcomes


def _side_by_side(
    orders: Sequence[Order],
    foundry: Foundry,
    jobs: int,
    on_event: Listener,
    on_end: Callable[[Outcome], None],
) -> list[Outcome]:
    outcomes = []
    with open_instance(foundry.home):
        pass  # a new history is made here once, not by several processes in the same moment
    fresh = multiprocessing.get_context("spawn")
    place = str(foundry.home.root), str(foundry.catalog.file or "")
    events: Queue[Event | None] = fresh.Queue()
    with (
        _passing_on(events, on_event),
        ProcessPoolExecutor(
            min(jobs, len(orders)), mp_context=fresh, initializer=_tell_parent, initargs=(events,)
        ) as pool,
    ):
        running = {pool.submit(_run_alone, order, *place): order for order in orders}
        for done in as_completed(running):
            error = done.exception()
            outcomes.append(_broken(running[done], error) if error else done.result())
            on_end(outcomes[-1])
    return outcomes


def _broken(order: Order, error: BaseException) -> Outcome:
    told = f"its process ended without an outcome ({type(error).__name__}: {error})"
    return without_word(order, f"{told}\n  -> start it again: what was finished is kept")


@contextmanager
def _passing_on(events: Queue[Event | None], on_event: Listener) -> Iterator[None]:
    """Pass on, in this process, what the runs in other processes tell."""

    def pass_on() -> None:
        while (event := events.get()) is not None:
            on_event(event)

    thread = threading.Thread(target=pass_on, name="release events", daemon=True)
    thread.start()
    try:
        yield
    finally:
        events.put(None)
        thread.join(_PARTING_SECONDS)  # a process killed while it told something would keep it waiting
        events.close()


def _tell_parent(events: Queue[Event | None]) -> None:
    _parent.append(events.put)


def _run_alone(order: Order, home_folder: str, catalog_file: str) -> Outcome:
    foundry = Foundry(home_folder=home_folder, catalog_file=catalog_file)
    with open_instance(foundry.home) as instance, listening(_parent[0]):
        return run_line(order, foundry=foundry, instance=instance)
