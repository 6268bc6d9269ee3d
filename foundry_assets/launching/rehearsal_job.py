"""The job `rehearsal`: the rehearsal of every package, its form and the tags that every run of it carries.

Add here another choice of the form.
Not here: what a rehearsal does (rehearsal), when one begins (schedules), running one now (rehearsal_now).
"""

from __future__ import annotations

from typing import Any

import dagster as dg

from foundry_assets.assets.rehearsal_report import BEGIN, REHEARSAL_ASSET

REHEARSAL_JOB = "rehearsal"
REHEARSAL_LIMIT_SECONDS = 24 * 3600


def rehearsal_config(*, index: str = "", upload: bool = False) -> dict[str, Any]:
    """Give the rehearsal's form, filled in."""
    form = {BEGIN: {"config": {"index": index, "upload": upload}}}
    return {"ops": {REHEARSAL_ASSET: {"ops": form}}}


rehearsal_job = dg.define_asset_job(
    REHEARSAL_JOB,
    selection=dg.AssetSelection.groups("rehearsal"),
    description="Rehearses every catalog package for the month: everything except changing a real index.",
    tags={"dagster/max_retries": "0", "dagster/max_runtime": str(REHEARSAL_LIMIT_SECONDS)},
    config=rehearsal_config(),
)
