"""Running the line for one release in this process, with its history in the home's Dagster instance.

Add here what a program needs to start a release and learn how it ended.
Not here: choosing releases (orders), drawing progress (cli).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import dagster as dg

from foundry_assets import evidence
from foundry_assets.definitions import build_definitions
from foundry_assets.errors import Status
from foundry_assets.home import Foundry, Home
from foundry_assets.launching.jobs import RELEASE_JOB, launch_config
from foundry_assets.records import Outcome
from foundry_assets.release import PARTITION_SET, Release
from foundry_assets.settings import Mode
from foundry_assets.store import ArtefactStore, Shelf


@dataclass(frozen=True)
class Order:
    """One release to be run, with the choices made for it; `launcher` says who or what asked."""

    release: Release
    index: str
    mode: Mode = "release"
    confirm: str = ""
    allow_dirty: bool = False
    launcher: str = "command line"

    @property
    def tags(self) -> dict[str, str]:
        """How the run is found in the UI."""
        return {
            "package": self.release.name,
            "version": self.release.version,
            "index": self.index,
            "mode": self.mode,
            "launcher": self.launcher,
        }


@contextmanager
def open_instance(home: Home) -> Iterator[dg.DagsterInstance]:
    """Open the home's Dagster instance, where runs and their history are kept."""
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        yield instance


def run_line(
    order: Order, *, foundry: Foundry, instance: dg.DagsterInstance, store: ArtefactStore | None = None
) -> Outcome:
    """Release (or rehearse) once and give how it ended; expected faults end in the outcome, not in a raise."""
    began = time.time()
    run_id = str(uuid.uuid4())
    key = str(order.release)
    instance.add_dynamic_partitions(PARTITION_SET, [key])
    definitions = build_definitions(foundry=foundry, store=store)
    choices = launch_config(
        index=order.index, mode=order.mode, confirm=order.confirm, allow_dirty=order.allow_dirty
    )
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    result = definitions.resolve_job_def(RELEASE_JOB).execute_in_process(
        run_config=choices | quiet,
        instance=instance,
        partition_key=key,
        tags=order.tags,
        raise_on_error=False,
        run_id=run_id,
    )
    shelf = shelf_of(order.release, foundry=foundry, store=store, rehearsal=order.mode == "rehearse")
    ended = evidence.outcome_of(shelf, run_id)
    if ended is not None:
        return ended.model_copy(update={"seconds": round(time.time() - began, 3)})
    return _without_word(order, result, run_id, began)


def shelf_of(
    release: Release, *, foundry: Foundry, store: ArtefactStore | None = None, rehearsal: bool = False
) -> Shelf:
    """Give the release's part of the store that its runs write to."""
    root = (store.root if store else "") or str(foundry.home.store)
    return ArtefactStore(root=root).shelf(release, rehearsal=rehearsal)


def _without_word(order: Order, result: dg.ExecuteInProcessResult, run_id: str, began: float) -> Outcome:
    """Tell how a run ended that failed before it could write anything down."""
    events = [event for event in result.all_events if event.is_step_failure or event.is_failure]
    status: Status = "failed"
    return Outcome(
        release=str(order.release),
        name=order.release.name,
        version=order.release.version,
        index=order.index,
        status=status,
        run_id=run_id,
        seconds=round(time.time() - began, 3),
        evidence="",
        message=events[0].message or "" if events else "the run left no word",
    )
