"""Carrying out a batch order: every entry placed, then released after what it needs, then reported.

Add here a step between reading an order and telling its result.
Not here: the forms of order and result (ordering), running releases (batch), the command (cli).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from foundry_assets import evidence
from foundry_assets.craft.dependency_order import everything_needed
from foundry_assets.craft.summary import read_entries
from foundry_assets.craft.summary.form import ReleaseAssembly
from foundry_assets.errors import Fault, FoundryError
from foundry_assets.home import Foundry
from foundry_assets.launching.batch import NotBegun, run_orders
from foundry_assets.launching.line_run import Order, shelf_of
from foundry_assets.launching.orders import Choice, order_package
from foundry_assets.ordered_names import keep_names
from foundry_assets.ordering.form import BatchOrder, OrderParameters
from foundry_assets.ordering.needs import needs_of
from foundry_assets.ordering.placing import Placed, place
from foundry_assets.ordering.reading import OrderInvalid
from foundry_assets.ordering.reporting import (
    Ended,
    assembly_of,
    ended_by,
    errors_of,
    execution_of,
    inputs_of,
    outcome_of,
    status_of,
)
from foundry_assets.ordering.result import OrderResult
from foundry_assets.progress import Listener
from foundry_assets.records import Outcome, utc_now
from foundry_assets.release import Release

_SOURCE_STEP = "staged_workspace"
Ending = Literal["good", "bad", "stopped"]


@dataclass(frozen=True)
class CarriedOut:
    """The result of an order, and how it ended: well, badly, or because a person stopped it."""

    result: OrderResult
    ending: Ending


@dataclass
class _Batch:
    """An order at work; `indexes` (release -> where it goes) and `ends` (release -> how it ended) grow."""

    parameters: OrderParameters
    foundry: Foundry
    choice: Choice
    placed: Sequence[Placed]
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    indexes: dict[str, str] = field(default_factory=dict)
    ends: dict[str, Ended] = field(default_factory=dict)

    @property
    def is_rehearsal(self) -> bool:
        return self.choice.mode == "rehearse"


def carry_out(
    order: BatchOrder,
    *,
    index: str = "",
    jobs: int = 1,
    on_event: Listener,
    on_end: Callable[[Outcome], None],
) -> CarriedOut:
    """Release what is ordered, up to `jobs` packages at a time, and give the result.

    `index` wins over what the order says, and must not contradict it; without either, the catalog's entry or
    default says where a package goes, which is `local` until somebody decides otherwise. What is wrong with
    one entry's source stops it and those that need it, and no other. Raises `OrderInvalid`, or another
    `CallIsWrong`, where nothing can be begun.
    """
    began_at, began = utc_now(), time.monotonic()
    batch = _open(order.parameters, index)
    ending: Ending = "good"
    try:
        _run(batch, jobs=jobs, on_event=on_event, on_end=on_end)
    except KeyboardInterrupt:
        ending = "stopped"
    ends = [batch.ends.get(str(one.release)) or _never_ended(one, batch, began_at) for one in batch.placed]
    if ending == "good" and not all(end.is_good for end in ends):
        ending = "bad"
    result = OrderResult(
        run_id=batch.run_id,
        started_at=began_at,
        completed_at=utc_now(),
        duration_seconds=round(time.monotonic() - began, 3),
        generated_at=utc_now(),
        status=status_of(ends),
        inputs=inputs_of(order.parameters),
        execution=execution_of(order.parameters),
        result=outcome_of(batch.placed, ends),
        errors=errors_of(batch.placed, ends),
        release_assembly=_assembly(batch),
    )
    return CarriedOut(result, ending)


def _assembly(batch: _Batch) -> ReleaseAssembly:
    """Give what the summary says of the releases; nothing where it cannot be read."""
    try:
        entries = read_entries(batch.foundry.home.summary)
    except (FoundryError, OSError):
        entries = {}
    return assembly_of(batch.placed, entries, is_rehearsal=batch.is_rehearsal)


def _open(parameters: OrderParameters, index: str) -> _Batch:
    """Place every entry; raises where the order as a whole cannot be meant."""
    said = parameters.said
    if index and said.index and index != said.index:
        what = f"it says `{said.index}`, and the command line says `{index}`"
        raise OrderInvalid("the order", [Fault("parameters.context.index", what, "leave one of the two")])
    foundry = Foundry(home_folder=said.home or "")
    choice = Choice(
        index=index or said.index or "",
        mode="rehearse" if said.dry_run else "release",
        allow_dirty=bool(said.allow_dirty),
        launcher="batch order",
    )
    if choice.index:
        foundry.catalog.index(choice.index)
    return _Batch(parameters, foundry, choice, place(parameters))


def _run(batch: _Batch, *, jobs: int, on_event: Listener, on_end: Callable[[Outcome], None]) -> None:
    """Order what can be ordered, and run it; tells how each entry ended, also one that was never begun."""
    names = {one.entry.package: one.release.name for one in batch.placed}
    keep_names(batch.foundry.home, batch.run_id, names)
    needs = everything_needed(needs_of(batch.parameters.entries))
    orders = []
    for one in batch.placed:
        try:
            order = _ordered(one, batch)
        except FoundryError as error:
            batch.ends[str(one.release)] = Ended("error", str(error), error.status)
            on_end(_outcome(one, error))
        else:
            orders.append(_with(order, batch, needs[str(one.release)]))
            batch.indexes[str(one.release)] = order.index

    def ended(outcome: Outcome) -> None:
        batch.ends[outcome.release] = _ended(batch, outcome)
        on_end(outcome)

    run_orders(orders, foundry=batch.foundry, jobs=jobs, on_event=on_event, on_end=ended)


def _ordered(one: Placed, batch: _Batch) -> Order:
    """Order an entry; a file of it that cannot be read is its own fault, and raises as all others."""
    try:
        return order_package(one.package(), batch.choice, batch.foundry)
    except OSError as error:
        raise FoundryError(
            f"`{one.folder}` cannot be read: {error}", remedy="mend the file or its rights, and order again"
        ) from error


def _with(order: Order, batch: _Batch, needs: Sequence[str]) -> Order:
    is_local = batch.foundry.catalog.index(order.index).is_local
    return replace(
        order,
        needs=tuple(map(Release.parse, needs)),
        token_variable="" if is_local else batch.parameters.token_env or "",
        batch=batch.run_id,
    )


def _ended(batch: _Batch, outcome: Outcome) -> Ended:
    if isinstance(outcome, NotBegun):
        return Ended("pending", f"it needs {outcome.culprit}, which did not end well")
    return ended_by(outcome, released_at=_released_at(batch, outcome))


def _released_at(batch: _Batch, outcome: Outcome) -> str:
    """Give when a version was published whose source is another by now; empty for any other bad end."""
    failed = any(check.name == _SOURCE_STEP and not check.passed for check in outcome.checks)
    if outcome.status != "blocked" or not failed:
        return ""
    return _published_at(Release.parse(outcome.release), outcome.index, batch)


def _published_at(release: Release, index: str, batch: _Batch) -> str:
    """Give when a release was last seen published at an index; empty for never, and in a rehearsal."""
    if batch.is_rehearsal:
        return ""
    receipt = evidence.receipt_at(shelf_of(release, foundry=batch.foundry), index)
    return receipt.at if receipt and receipt.status == "published" else ""


def _never_ended(one: Placed, batch: _Batch, began_at: str) -> Ended:
    """Tell of an entry whose run did not come to tell its own end, by what the store knows of it."""
    index = batch.indexes.get(str(one.release), "")
    at = _published_at(one.release, index, batch) if index else ""
    if at >= began_at:
        return Ended("published")
    if at:
        return Ended("skipped_existing", f"{one.release} was published at `{index}` on {at}")
    return Ended("pending", f"the order was stopped before {one.release} ended; give it again to go on")


def _outcome(one: Placed, error: FoundryError) -> Outcome:
    """Tell people of an entry that could not even be ordered, in the form of all other ends."""
    return Outcome(
        release=str(one.release),
        name=one.release.name,
        version=one.release.version,
        index="",
        status=error.status,
        run_id="",
        seconds=0.0,
        evidence="",
        message=str(error),
    )
