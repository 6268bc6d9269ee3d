"""Those who run releases: this process, one after the other, or several that live on and work side by side.

Add here how a process that runs releases is started, heard, and ended.
Not here: which release comes when (batch), and running one (line_run).
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.queues import Queue
from typing import Protocol

import dagster as dg
import psutil

from foundry_assets.craft.uploading.fork_server import uploads_forked
from foundry_assets.home import Foundry
from foundry_assets.launching.history import open_instance
from foundry_assets.launching.line_run import Order, run_line, without_word
from foundry_assets.launching.worker_process import begin_work, end_below, get_ready, run_alone
from foundry_assets.progress import Event, Listener, listening
from foundry_assets.records import Outcome

_PARTING_SECONDS = 5.0
_STOPPING_SECONDS = (3.0, 10.0)
"""How long a worker is left to stop by itself, and then once it was told to."""
_fresh = multiprocessing.get_context("spawn")


class Runner(Protocol):
    """Runs orders in the order in which they are given, as many at a time as it has hands."""

    def begin(self, orders: Iterable[Order]) -> None:
        """Take orders on."""

    def next_ended(self) -> Outcome | None:
        """Give how one of them ended, waiting for it; None where none is left."""

    def stop(self) -> list[Outcome]:
        """Stop whatever is at work, and give how those ended that came to an end all the same."""


@contextmanager
def open_runner(foundry: Foundry, *, orders: int, jobs: int, on_event: Listener) -> Iterator[Runner]:
    """Give a runner with `jobs` hands for so many orders; whatever is at work at the end is stopped."""
    jobs = min(jobs, orders)
    if jobs <= 1:
        several = uploads_forked() if orders > 1 else contextlib.nullcontext()
        with several, open_instance(foundry.home) as instance, listening(on_event):
            yield _Alone(foundry, instance)
        return
    events: Queue[Event | None] = _fresh.Queue()
    workers = _Workers(foundry, jobs, events)
    with _passing_on(events, on_event):
        try:
            yield workers
        finally:
            workers.stop()


class _Alone:
    """This process, which runs one order after the other."""

    def __init__(self, foundry: Foundry, instance: dg.DagsterInstance) -> None:
        self._foundry = foundry
        self._instance = instance
        self._waiting: deque[Order] = deque()

    def begin(self, orders: Iterable[Order]) -> None:
        self._waiting.extend(orders)

    def next_ended(self) -> Outcome | None:
        if not self._waiting:
            return None
        return run_line(self._waiting.popleft(), foundry=self._foundry, instance=self._instance)

    def stop(self) -> list[Outcome]:
        self._waiting.clear()
        return []


class _Workers:
    """Processes that live on from one order to the next, so that heavy imports are paid once each.

    No more orders are handed out than there are processes: one that is killed takes its pool along, and with
    it only what was at work.
    """

    def __init__(self, foundry: Foundry, jobs: int, events: Queue[Event | None]) -> None:
        self._place = str(foundry.home.root), str(foundry.catalog.file or "")
        self._jobs = jobs
        self._events = events
        self._others = set(multiprocessing.active_children())
        self._pool = self._new_pool()
        self._waiting: deque[Order] = deque()
        self._running: dict[Future[Outcome], Order] = {}

    def begin(self, orders: Iterable[Order]) -> None:
        self._waiting.extend(orders)
        while self._waiting and len(self._running) < self._jobs:
            order = self._waiting.popleft()
            self._running[self._submit(order)] = order

    def next_ended(self) -> Outcome | None:
        if not self._running:
            return None
        ended, _ = wait(self._running, return_when=FIRST_COMPLETED)
        future = next(iter(ended))
        order, error = self._running.pop(future), future.exception()
        self.begin(())
        if isinstance(error, KeyboardInterrupt):
            raise error
        return _broken(order, error) if error else future.result()

    def stop(self) -> list[Outcome]:
        """End the processes; one at work is left a moment for it, then told to stop, then ended."""
        workers = list(self._alive())
        self._pool.shutdown(wait=not self._running, cancel_futures=True)
        for seconds, end in zip(_STOPPING_SECONDS, (_interrupt, _kill), strict=True):
            _, workers = psutil.wait_procs(workers, timeout=seconds)
            for process in workers:
                end(process)
        ended = [one for one in self._running if one.done() and not one.cancelled() and not one.exception()]
        self._running.clear()
        return [one.result() for one in ended]

    def _alive(self) -> Iterator[psutil.Process]:
        for process in set(multiprocessing.active_children()) - self._others:
            with contextlib.suppress(psutil.NoSuchProcess):
                yield psutil.Process(process.pid)

    def _submit(self, order: Order) -> Future[Outcome]:
        with _deaf_to_interrupts():
            try:
                return self._pool.submit(run_alone, order, *self._place)
            except BrokenProcessPool:
                self._pool = self._new_pool()
                return self._pool.submit(run_alone, order, *self._place)

    def _new_pool(self) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(
            self._jobs, mp_context=_fresh, initializer=begin_work, initargs=(self._events,)
        )
        with _deaf_to_interrupts():
            for _ in range(self._jobs):  # each begins to load what it needs while orders are got ready
                pool.submit(get_ready)
        return pool


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Start processes so that Ctrl-C does not reach them before they know what to do about it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt(process: psutil.Process) -> None:
    """Tell a worker to stop: Dagster takes this for an interrupt, and a worker without a run just ends."""
    if sys.platform == "win32":  # where one process cannot interrupt another
        _kill(process)
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process.terminate()


def _kill(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        end_below(process)
        process.kill()


def _broken(order: Order, error: BaseException) -> Outcome:
    told = f"its process ended without an outcome ({type(error).__name__}: {error})"
    return without_word(order, f"{told}\n  -> start it again: what was finished is kept")


@contextmanager
def _passing_on(events: Queue[Event | None], on_event: Listener) -> Iterator[None]:
    """Pass on, in this process, what the runs in other processes tell."""

    def pass_on() -> None:
        while (event := events.get()) is not None:
            on_event(event)

    thread = threading.Thread(target=pass_on, name="release events", daemon=True)
    thread.start()
    try:
        yield
    finally:
        events.put(None)
        thread.join(_PARTING_SECONDS)  # a process killed while it told something would keep it waiting
        events.close()
