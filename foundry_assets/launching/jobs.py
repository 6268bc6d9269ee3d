"""The job `release`: the whole line for one release, its form and the tags that every run of it carries.

Add here another choice of the form that a program fills in.
Not here: running it from a program (line_run), the job of the rehearsal (rehearsal_job), sensors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg

from foundry_assets.settings import Mode

RELEASE_JOB = "release"
TIME_LIMIT_SECONDS = 7200


def launch_config(
    *,
    index: str = "",
    mode: Mode = "release",
    confirm: str = "",
    allow_dirty: bool = False,
    needs: Sequence[str] = (),
) -> dict[str, Any]:
    """Give the launch form, filled in; `needs` is only there where something is needed."""
    choices: dict[str, Any] = {"index": index, "mode": mode, "confirm": confirm, "allow_dirty": allow_dirty}
    choices |= {"needs": list(needs)} if needs else {}
    return {"resources": {"settings": {"config": choices}}}


release_job = dg.define_asset_job(
    RELEASE_JOB,
    selection=dg.AssetSelection.groups("release"),
    description="Releases one package: stage, stub, build, check, probe, send once, tell.",
    tags={"dagster/max_retries": "0", "dagster/max_runtime": str(TIME_LIMIT_SECONDS)},
    config=launch_config(),
)
