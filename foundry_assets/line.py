"""The line by itself: what one release needs of Dagster's definitions, and nothing beside it.

Add here what every run of the line works with.
Not here: what the UI shows and the daemon starts beside it (definitions), and running it (launching).
"""

from __future__ import annotations

from typing import Any

import dagster as dg

from foundry_assets.assets import line
from foundry_assets.checks import gates
from foundry_assets.home import Foundry
from foundry_assets.launching.jobs import RELEASE_JOB, release_job
from foundry_assets.settings import ReleaseSettings
from foundry_assets.steps import Workbench
from foundry_assets.store import ArtefactStore


def resources_of(foundry: Foundry, store: ArtefactStore, settings: Any) -> dict[str, Any]:
    """Give the resources of a run; `settings` is the launch form, filled in when a run is launched."""
    return {
        "foundry": foundry,
        "store": store,
        "settings": settings,
        "bench": Workbench(foundry=foundry, store=store, settings=settings),
    }


def release_definition(foundry: Foundry, store: ArtefactStore) -> dg.JobDefinition:
    """Give the job that releases, as the definitions have it; nothing else of them is loaded."""
    form = ReleaseSettings.configure_at_launch()
    definitions = dg.Definitions(
        assets=line,
        asset_checks=gates,
        jobs=[release_job],
        resources=resources_of(foundry, store, form),
        executor=dg.in_process_executor,
    )
    return definitions.resolve_job_def(RELEASE_JOB)
