"""The front door: everything that Dagster loads, in the order in which a release flows.

Add here a new asset, gate, job, schedule or sensor, and the resources that they share.
Not here: any logic.
"""

from __future__ import annotations

from typing import Any

import dagster as dg

from foundry_assets.assets import line
from foundry_assets.assets.indexes import index_assets
from foundry_assets.assets.rehearsal_report import rehearsal_checks, rehearsal_report
from foundry_assets.checks import gates
from foundry_assets.home import Foundry
from foundry_assets.known_at_load import catalog_at_load, owned
from foundry_assets.launching.holding import lift_hold
from foundry_assets.launching.jobs import release_job
from foundry_assets.launching.rehearsal_job import rehearsal_job
from foundry_assets.launching.schedules import rehearsal_schedule
from foundry_assets.launching.sensors import failed_releases, version_bumps
from foundry_assets.line import resources_of
from foundry_assets.settings import ReleaseSettings, launch_form
from foundry_assets.store import ArtefactStore


def build_definitions(**overrides: Any) -> dg.Definitions:
    """Make the definitions anew; `overrides` replace resources by name (`foundry`, `store`, `settings`)."""
    foundry = overrides.pop("foundry", None) or Foundry()
    store = overrides.pop("store", None) or ArtefactStore()
    settings = overrides.pop("settings", None) or ReleaseSettings.configure_at_launch()
    if overrides:
        raise TypeError(f"no resource is named {', '.join(overrides)}")
    known = catalog_at_load(foundry)
    return dg.Definitions(
        assets=[*owned(line, known), rehearsal_report, *index_assets(known.index_names)],
        asset_checks=[*gates, *rehearsal_checks],
        jobs=[release_job, rehearsal_job, lift_hold],
        schedules=[rehearsal_schedule(foundry)],
        sensors=[version_bumps, failed_releases],
        resources=resources_of(foundry, store, settings),
        executor=dg.in_process_executor,
    )


_FORM = launch_form(catalog_at_load(Foundry()).index_names)

defs = build_definitions(settings=_FORM.configure_at_launch())
