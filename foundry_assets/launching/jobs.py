"""The jobs: the whole line for one release, and the rehearsal of every package.

Add here a job with its selection, its prefilled form and the tags that every run of it carries.
Not here: running a job from a program (line_run), schedules and sensors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg

from foundry_assets.assets.rehearsal_report import BEGIN, REHEARSAL_ASSET
from foundry_assets.settings import Mode

RELEASE_JOB = "release"
REHEARSAL_JOB = "rehearsal"
TIME_LIMIT_SECONDS = 7200
REHEARSAL_LIMIT_SECONDS = 24 * 3600


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
