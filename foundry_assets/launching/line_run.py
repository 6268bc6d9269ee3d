"""Running the line for one release in this process, with its history in the home's Dagster instance.

Add here what a program needs to start a release and learn how it ended.
Not here: choosing releases (orders), drawing progress (cli).
"""

from __future__ import annotations

import contextlib
import time
import uuid
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import dagster as dg

from foundry_assets import evidence
from foundry_assets.ahead import end_ahead
from foundry_assets.credential_source import VARIABLE_TAG
from foundry_assets.errors import FoundryError
from foundry_assets.foreseen import foresee_builds
from foundry_assets.home import Foundry
from foundry_assets.later import loads
from foundry_assets.launching.held_files import files_held_open
from foundry_assets.launching.history import alone_in
from foundry_assets.launching.jobs import launch_config
from foundry_assets.launching.last_words import of_error, of_step
from foundry_assets.launching.processes import PROCESS_TAG, is_gone, process_name
from foundry_assets.left_trees import drop_left_trees
from foundry_assets.line import release_definition
from foundry_assets.ordered_names import BATCH_TAG
from foundry_assets.records import Outcome
from foundry_assets.release import PARTITION_SET, Release
from foundry_assets.settings import Mode
from foundry_assets.settling import anchor
from foundry_assets.store import ArtefactStore, Shelf
from foundry_assets.subprocesses import while_waiting


@dataclass(frozen=True)
class Order:
    """One release to be run, with the choices made for it; `launcher` says who or what asked.

    `needs` are the releases of the same batch that must be on the index before, each after what it needs
    itself. `token_variable` names the environment variable with the credential, where it is not the usual
    one. `batch` is what the runs of one batch order have in common.
    """

    release: Release
    index: str
    mode: Mode = "release"
    confirm: str = ""
    allow_dirty: bool = False
    launcher: str = "command line"
    needs: tuple[Release, ...] = ()
    token_variable: str = ""
    batch: str = ""

    @property
    def tags(self) -> dict[str, str]:
        """How the run is found in the UI, and where it finds its credential."""
        tags = {
            "package": self.release.name,
            "version": self.release.version,
            "index": self.index,
            "mode": self.mode,
            "launcher": self.launcher,
            BATCH_TAG: self.batch,
            VARIABLE_TAG: self.token_variable,
        }
        return {name: value for name, value in tags.items() if value}


def run_line(
    order: Order, *, foundry: Foundry, instance: dg.DagsterInstance, store: ArtefactStore | None = None
) -> Outcome:
    """Release (or rehearse) once and give how it ended; an expected fault is an outcome, not a raise.

    Raises `KeyboardInterrupt` where a person stopped the run, which Dagster would tell as a failure.
    """
    while_waiting(loads())
    with files_held_open():
        run_id = str(uuid.uuid4())
        try:
            return _run(order, foundry, instance, store, run_id)
        finally:
            end_ahead(run_id)
            drop_left_trees(run_id)


def _run(
    order: Order, foundry: Foundry, instance: dg.DagsterInstance, store: ArtefactStore | None, run_id: str
) -> Outcome:
    began = time.time()
    key = str(order.release)
    with contextlib.suppress(OSError):  # a full disk: the steps tell
        foresee_builds(run_id, foundry.home, partial(_source, order, foundry, store))
    with alone_in(Path(instance.root_directory)):
        instance.add_dynamic_partitions(PARTITION_SET, [key])
    _end_what_was_killed(instance, key)
    choices = launch_config(
        index=order.index,
        mode=order.mode,
        confirm=order.confirm,
        allow_dirty=order.allow_dirty,
        needs=[str(needed) for needed in order.needs],
    )
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    result = _job(foundry.home_folder, foundry.catalog_file, store.root if store else "").execute_in_process(
        run_config=choices | quiet,
        instance=instance,
        partition_key=key,
        tags=order.tags | {PROCESS_TAG: process_name()},
        raise_on_error=False,
        run_id=run_id,
    )
    if _was_interrupted(result):
        raise KeyboardInterrupt
    try:
        shelf = shelf_of(order.release, foundry=foundry, store=store, rehearsal=order.mode == "rehearse")
    except FoundryError as error:  # a catalog that became wrong meanwhile, so that no store is known
        told = without_word(order, str(error), run_id=run_id, seconds=time.time() - began)
        return told.model_copy(update={"status": error.status})
    ended = evidence.outcome_of(shelf, run_id)
    if ended is not None:
        with contextlib.suppress(FoundryError, OSError):  # the run has told how it ended
            anchor(foundry.home, shelf)
        seconds = round(time.time() - began, 3)
        return ended.model_copy(update={"seconds": seconds, "ledger": shelf.ledger.head()})
    return without_word(order, last_words(result), run_id=run_id, seconds=time.time() - began)


def _source(order: Order, foundry: Foundry, store: ArtefactStore | None) -> object:
    """Give what will be built from; None where the stored bytes are the release."""
    shelf = shelf_of(order.release, foundry=foundry, store=store)
    if order.mode == "release" and evidence.is_frozen(shelf):
        return None
    return foundry.catalog.package(order.release.name).source


@lru_cache(maxsize=4)
def _job(home_folder: str, catalog_file: str, store_root: str) -> dg.JobDefinition:
    """Give the job that releases; one process runs it for many releases."""
    foundry = Foundry(home_folder=home_folder, catalog_file=catalog_file)
    return release_definition(foundry, ArtefactStore(root=store_root))


def shelf_of(
    release: Release, *, foundry: Foundry, store: ArtefactStore | None = None, rehearsal: bool = False
) -> Shelf:
    """Give the release's part of the store that its runs write to."""
    root = (store.root if store else "") or foundry.store_root
    return ArtefactStore(root=root).shelf(release, rehearsal=rehearsal)


def without_word(order: Order, message: str, *, run_id: str = "", seconds: float = 0.0) -> Outcome:
    """Give the outcome of a run that ended before it could write anything down."""
    return Outcome(
        release=str(order.release),
        name=order.release.name,
        version=order.release.version,
        index=order.index,
        status="failed",
        run_id=run_id,
        seconds=round(seconds, 3),
        evidence="",
        message=message,
    )


def last_words(result: dg.ExecuteInProcessResult) -> str:
    """Give what the first failing step said, as a person would read it in the UI."""
    for event in result.all_events:
        if event.is_step_failure:
            return of_step(event.step_failure_data) or event.message or ""
        if event.is_failure:
            return of_error(event.job_failure_data.error) or event.message or ""
    return "the run left no word"


def _was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Tell whether a person's interrupt ended the run: within a step, or between two of them."""
    for event in result.all_events:
        if event.is_step_failure:
            mark: Any = event.step_failure_data.error_source
        elif event.is_failure:
            mark = event.job_failure_data.failure_reason
        else:
            continue
        if mark is not None and mark.name in ("INTERRUPT", "UNEXPECTED_TERMINATION"):
            return True
    return False


def _end_what_was_killed(instance: dg.DagsterInstance, key: str) -> None:
    """Mark as failed the runs of a release whose process was killed: they would hold up the UI's queue."""
    wanted = dg.RunsFilter(
        tags={"dagster/partition": key}, statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING]
    )
    for run in instance.get_runs(filters=wanted):
        if is_gone(run.tags.get(PROCESS_TAG, "")):
            instance.report_run_failed(
                run, "The process of this run was killed; a later start found it gone."
            )
