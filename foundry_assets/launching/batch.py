"""Running several orders, each after what it needs: one after the other, or side by side in processes.

Add here what concerns more than one release.
Not here: running one (line_run), choosing them (orders), the processes (workers), which comes first (craft).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import Field

from foundry_assets.craft.dependency_order import Succession
from foundry_assets.home import Foundry
from foundry_assets.launching.line_run import Order
from foundry_assets.launching.workers import open_runner
from foundry_assets.progress import Listener
from foundry_assets.records import Outcome

GOOD = ("published", "rehearsed")


class NotBegun(Outcome):
    """How a release ended that was never begun: one that it needs, the `culprit`, did not end well."""

    culprit: str = Field(exclude=True)


def run_orders(
    orders: Sequence[Order],
    *,
    foundry: Foundry,
    jobs: int,
    on_event: Listener,
    on_end: Callable[[Outcome], None],
) -> list[Outcome]:
    """Run every order after those that it needs, and give the outcomes in the order in which they ended.

    One that fails stops those that need it, which end as `NotBegun`, and no other; a needed release that is
    none of the orders counts as failed. Each release may be ordered once. Where a person stops it, those that
    end within a moment are still told; then `KeyboardInterrupt` goes on to the caller.
    """
    by_release = {str(order.release): order for order in orders}
    line = Succession({name: list(map(str, order.needs)) for name, order in by_release.items()})
    outcomes: list[Outcome] = []

    def tell(outcome: Outcome) -> None:
        outcomes.append(outcome)
        on_end(outcome)

    def go_on() -> None:
        stopped = set(line.stopped)
        runner.begin([by_release[name] for name in line.ready()])
        for name, culprit in line.stopped.items():
            if name not in stopped:
                tell(_not_begun(by_release[name], culprit))

    with open_runner(foundry, orders=len(orders), jobs=jobs, on_event=on_event) as runner:
        try:
            go_on()
            while (outcome := runner.next_ended()) is not None:
                tell(outcome)
                line.end(outcome.release, is_good=outcome.status in GOOD)
                go_on()
        except KeyboardInterrupt:
            for outcome in runner.stop():
                tell(outcome)
            raise
    return outcomes


def _not_begun(order: Order, culprit: str) -> NotBegun:
    return NotBegun(
        release=str(order.release),
        name=order.release.name,
        version=order.release.version,
        index=order.index,
        status="blocked",
        run_id="",
        seconds=0.0,
        evidence="",
        message=f"it was not begun: it needs {culprit}, which did not end well\n"
        f"  -> see to {culprit}, then start again: what was finished is kept",
        culprit=culprit,
    )
