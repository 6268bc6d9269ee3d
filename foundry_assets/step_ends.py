"""The end of a step: written down in evidence, summary and page, and shown in the UI where the end was bad.

Add here what every bad end of a step does.
Not here: what a step does until then (steps), and what settling writes (settling).
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

import dagster as dg

from foundry_assets.errors import FoundryError, Status
from foundry_assets.hold_page import show_hold
from foundry_assets.launched import launch_of
from foundry_assets.release import Release
from foundry_assets.settling import Published, Settled, settle

if TYPE_CHECKING:
    from foundry_assets.steps import Context, Step

PAGE_ASSET = "summary_json"
"""The asset on whose page in the UI a release's Change Control page is shown."""
_MOST_CHARACTERS = 20_000
"""What the UI gets of a page; an event row keeps it for ever."""


def settle_step(step: Step, status: Status, message: str) -> Settled:
    """Write down how the run of this step ended; `failed_step` is told where no verdict says it already.

    What was set aside because it was no summary is told in the run's log.
    """
    is_good = status in ("published", "rehearsed")
    settled = settle(
        home=step.bench.foundry.home,
        shelf=step.shelf,
        index=step.index_name,
        status=status,
        message=message,
        run_id=step.run_id,
        began_at=_run_began(step.context),
        failed_step="" if is_good or any(verdict.blocks for verdict in step.judged) else step.name,
        is_rehearsal=step.is_rehearsal,
        launched=launch_of(step.context.run.tags),
    )
    if settled.summary.remark:
        step.context.log.warning(settled.summary.remark)
    if step.name != PAGE_ASSET:
        show_page(step.context.instance, step.release, settled)
    if not step.is_rehearsal:
        show_hold(step.context.instance, step.shelf, step.index_name)
    return settled


def write_down(step: Step, status: Status, message: str) -> None:
    """Settle after a failure; where even that fails, the first failure is still the one that is raised."""
    try:
        settle_step(step, status, message)
    except (FoundryError, OSError) as error:
        step.say(f"this end could not be written down: {error}")


def show_page(instance: dg.DagsterInstance, release: Release, published: Published) -> None:
    """Show a page in the UI at once, although no run has come as far as the asset that it belongs to."""
    seen = dg.AssetObservation(
        asset_key=PAGE_ASSET,
        partition=str(release),
        description=f"{published.entry.status}: {published.entry.message}"[:_MOST_CHARACTERS],
        metadata=page_metadata(published),
    )
    with contextlib.suppress(Exception):  # the page is written; a history that takes no event hides nothing
        instance.report_runless_asset_event(seen)


def page_metadata(published: Published) -> dict[str, Any]:
    """Give what an event in the UI holds of a release's entry and page."""
    return {
        "run_id": published.entry.run_id,
        "summary": str(published.summary.path),
        "change_control": dg.MetadataValue.md(published.page_text[:_MOST_CHARACTERS]),
        **({"set_aside": str(published.summary.set_aside)} if published.summary.set_aside else {}),
    }


def _run_began(context: Context) -> float:
    record = context.instance.get_run_record_by_id(context.run.run_id)
    return record.create_timestamp.timestamp() if record else time.time()
