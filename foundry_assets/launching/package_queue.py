"""The queue of runs, with one run a package at a time, however a run was launched.

Add here what every run must carry before it waits in the queue.
Not here: how many may run at once (the instance's `dagster.yaml`), and what a run tells later (assets).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from foundry_assets.errors import FoundryError
from foundry_assets.launched import INDEX_TAG, LAUNCHER, launch_of
from foundry_assets.release import Release


class PackageQueue(dg.QueuedRunCoordinator):
    """Dagster's own queue; a run for a release gets the tags that it is counted and found by.

    The job has them from a program, a sensor or a schedule; what a person launches in the browser, the job
    or a single asset, has none.
    """

    def submit_run(self, context: dg.SubmitRunContext) -> dg.DagsterRun:
        """Tag the run by its release and put it into the queue; a wrong key is the run's own failure."""
        run = context.dagster_run
        missing = {name: value for name, value in _tags(run).items() if name not in run.tags}
        if missing:
            self._instance.add_run_tags(run.run_id, missing)
        return super().submit_run(context)


def _tags(run: dg.DagsterRun) -> dict[str, str]:
    try:
        release = Release.parse(run.tags.get("dagster/partition", ""))
    except FoundryError:
        return _of_rehearsal(run)
    form = _form(run.run_config)
    told = {
        "package": release.name,
        "version": release.version,
        "index": form.get("index") or run.tags.get(INDEX_TAG) or _own_index(release),
        "mode": form.get("mode") or "release",
        LAUNCHER: launch_of(run.tags).by,
    }
    return {name: str(value) for name, value in told.items() if value}


def _of_rehearsal(run: dg.DagsterRun) -> dict[str, str]:
    """Give a rehearsal that was launched as a single asset its job's time; other runs get nothing."""
    from foundry_assets.assets.rehearsal_report import REHEARSAL_ASSET
    from foundry_assets.launching.rehearsal_job import REHEARSAL_LIMIT_SECONDS

    if dg.AssetKey(REHEARSAL_ASSET) not in (run.asset_selection or ()):
        return {}
    return {"dagster/max_runtime": str(REHEARSAL_LIMIT_SECONDS), LAUNCHER: launch_of(run.tags).by}


def _form(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what was filled in; whatever a form could not be is told by the run."""
    found: Any = config
    for key in ("resources", "settings", "config"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _own_index(release: Release) -> str:
    """Give the package's index by the catalog; "" where this process sees no catalog with it."""
    from foundry_assets.home import Foundry

    try:
        catalog = Foundry().catalog
        return catalog.index_for(catalog.package(release.name))
    except (FoundryError, OSError):
        return ""
