"""A hold as people see it on the receipt's page in the UI, with the words that lift it.

Add here what that page tells about holds and corrections.
Not here: what a hold means (evidence), and lifting one (launching/holding, cli/holding).
"""

from __future__ import annotations

import contextlib
from typing import Any

import dagster as dg
import yaml

from foundry_assets import evidence
from foundry_assets.records import Correction, Hold
from foundry_assets.store import Shelf

RECEIPT_ASSET = "upload_receipt"
CORRECTION = "write_correction"
"""The one step of the job `lift_hold`."""
_Told = dict[str, Any]


def show_hold(instance: dg.DagsterInstance, shelf: Shelf, index: str) -> None:
    """Show a standing hold on the receipt's page of its release; without one nothing is shown."""
    hold = evidence.standing_hold(shelf, index)
    if hold:
        _show(instance, hold.release, f"held at `{index}`: {hold.because}", _held(hold))


def show_correction(instance: dg.DagsterInstance, correction: Correction) -> None:
    """Show on the same page that the hold was lifted, by whom and why."""
    told: _Told = {
        "hold": f"number {correction.number} at {correction.index} is lifted",
        "because": correction.because,
        "by": correction.by,
        "what_now": "launch the `release` job: it asks the index first and sends only what is absent there",
    }
    _show(instance, correction.release, f"the hold at `{correction.index}` is lifted", told)


def correction_form(release: str = "", index: str = "") -> _Told:
    """Give the form of the job `lift_hold`; the reason is left to the person."""
    return {"ops": {CORRECTION: {"config": {"release": release, "index": index, "because": ""}}}}


def _held(hold: Hold) -> _Told:
    command = f'foundry lift-hold {hold.release} --index {hold.index} --because "..."'
    form = yaml.safe_dump(correction_form(hold.release, hold.index), sort_keys=False)
    words = (
        f"Nothing of **{hold.release}** is sent to `{hold.index}` until a person writes why it may go on.\n\n"
        "1. Find out what the index holds.\n"
        "2. Launch the job `lift_hold` with this form; `because` is what you found out and what changed"
        f"\n\n```\n{form}```\n\n"
        f"or, at a terminal,\n\n```\n{command}\n```\n\n"
        "3. Launch the `release` job again.\n"
    )
    return {
        "hold": f"number {hold.number} at {hold.index} since {hold.at}",
        "because": hold.because,
        "files": ", ".join(hold.files) or "none named",
        "lift_it_with": command,
        "what_now": dg.MetadataValue.md(words),
    }


def _show(instance: dg.DagsterInstance, release: str, told: str, metadata: _Told) -> None:
    seen = dg.AssetObservation(
        asset_key=RECEIPT_ASSET, partition=release, description=told, metadata=metadata
    )
    with contextlib.suppress(Exception):  # the hold itself is in the store
        instance.report_runless_asset_event(seen)
