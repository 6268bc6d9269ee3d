"""A process that runs releases for another one: what it loads, whom it tells, and when it ends.

Add here what happens inside such a process.
Not here: starting, feeding and ending it (workers), and running one release (line_run).
"""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import signal
import threading
from multiprocessing.queues import Queue
from types import FrameType

import dagster as dg
import psutil

from foundry_assets.craft.uploading.fork_server import uploads_forked
from foundry_assets.garbage import collect_rarely
from foundry_assets.home import Foundry, Home
from foundry_assets.later import loads
from foundry_assets.launching.history import open_instance
from foundry_assets.launching.line_run import Order, run_line
from foundry_assets.progress import Event, Listener, listening
from foundry_assets.records import Outcome

_EXIT_STOPPED = 130
_open_for_good = contextlib.ExitStack()
_parent: list[Listener] = []
"""Whom this process tells what goes on; set once, when it starts."""


def begin_work(events: Queue[Event | None]) -> None:
    """Make a worker: it tells its parent what goes on, and an interrupt ends it where no run takes it."""
    collect_rarely()
    _parent.append(events.put)
    _open_for_good.enter_context(uploads_forked())
    signal.signal(signal.SIGINT, _leave)
    threading.Thread(target=_end_with_parent, name="bound to its starter", daemon=True).start()


def _end_with_parent() -> None:
    """End at once where the process that gave the orders is gone: nobody would hear how they end.

    The line is made to be cut off anywhere, and a second start must not meet the first one's leftovers.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    parent.join()
    end_below(psutil.Process())
    os._exit(1)


def _leave(_: int, __: FrameType | None) -> None:
    os._exit(_EXIT_STOPPED)


def get_ready() -> None:
    """Load what releases need later too: to be asked at all, a process has loaded the rest."""
    for load in loads():
        load()


def run_alone(order: Order, home_folder: str, catalog_file: str) -> Outcome:
    """Run one order in this process, for a home and a catalog that are given by their paths."""
    foundry = Foundry(home_folder=home_folder, catalog_file=catalog_file)
    with listening(_parent[0]):
        return run_line(order, foundry=foundry, instance=_history(foundry.home))


@functools.cache
def _history(home: Home) -> dg.DagsterInstance:
    """Give the history that this process writes to until it ends."""
    return _open_for_good.enter_context(open_instance(home))


def end_below(process: psutil.Process) -> None:
    """End all that a process has started."""
    for one in process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
