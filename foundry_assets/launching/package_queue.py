"""The queue of runs, with one run a package at a time, however a run was launched.

Add here what every run must carry before it waits in the queue.
Not here: how many may run at once (the instance's `dagster.yaml`), and what a run tells later (assets).
"""

from __future__ import annotations

import dagster as dg

from foundry_assets.errors import FoundryError
from foundry_assets.launched import LAUNCHER, launch_of
from foundry_assets.release import Release


class PackageQueue(dg.QueuedRunCoordinator):
    """Dagster's own queue; a run for a release gets the tags `package` and `version` that it is counted by.

    The job has them from a program, a sensor or a schedule; what a person launches for a single asset in
    the browser has none.
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
        return {}
    launcher = launch_of(run.tags).by
    return {"package": release.name, "version": release.version, LAUNCHER: launcher}
