"""Running several orders: one after the other, or side by side in processes.

Add here what concerns more than one release.
Not here: running one (line_run), choosing them (orders).
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from foundry_assets.home import Foundry
from foundry_assets.launching.line_run import Order, open_instance, run_line
from foundry_assets.progress import Listener, listening
from foundry_assets.records import Outcome


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
        return _side_by_side(orders, foundry, jobs, on_end)
    outcomes = []
    with open_instance(foundry.home) as instance, listening(on_event):
        for order in orders:
            outcomes.append(run_line(order, foundry=foundry, instance=instance))
            on_end(outcomes[-1])
    return outcomes


def _side_by_side(
    orders: Sequence[Order], foundry: Foundry, jobs: int, on_end: Callable[[Outcome], None]
) -> list[Outcome]:
    outcomes = []
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=min(jobs, len(orders)), mp_context=fresh) as pool:
        homes = str(foundry.home.root), str(foundry.catalog.file or "")
        for done in as_completed([pool.submit(_run_alone, order, *homes) for order in orders]):
            outcomes.append(done.result())
            on_end(outcomes[-1])
    return outcomes


def _run_alone(order: Order, home_folder: str, catalog_file: str) -> Outcome:
    foundry = Foundry(home_folder=home_folder, catalog_file=catalog_file)
    with open_instance(foundry.home) as instance:
        return run_line(order, foundry=foundry, instance=instance)
