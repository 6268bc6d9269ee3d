"""Work that a later step of a run will wait for, begun ahead of it in a thread of its own.

Add here who gets what was begun, and when what nobody waits for ends.
Not here: what is done ahead (wheel_builds, trials, senders).
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

import dagster as dg

from foundry_assets.leash import Leash
from foundry_assets.places import Home
from foundry_assets.steps import Step

Made = TypeVar("Made")


class Begun(Generic[Made]):
    """One piece of work, on a leash, in a scratch folder that it leaves behind it."""

    def __init__(
        self, name: str, make: Callable[[Path], Made], scratch: Path, ending: Callable[[], object]
    ) -> None:
        self._make, self._scratch, self._ending = make, scratch, ending
        self._leash = Leash()
        self._made: list[Made] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            with self._leash.worn():
                self._made.append(self._make(self._scratch))
        except BaseException as error:  # raised where it is waited for
            self._error = error

    def made(self) -> Made:
        """Wait for it; raises what it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._made[0]

    def end(self) -> None:
        """End it, wherever it is, and what it left."""
        self._leash.pull()
        self._ending()
        self._thread.join()


_begun: dict[tuple[str, str, str], tuple[Begun[Any], ExitStack]] = {}
"""By run, step and the sha256 of what it is about: what was begun for others is nobody's."""


def begin(
    step: Step,
    later: str,
    sha256: str,
    make: Callable[[Path], object],
    *,
    on_end: Callable[[], object] = lambda: None,
) -> None:
    """Begin what the step `later` of this run will need; `make` gets a scratch folder to work in.

    It may read of `step` what does not change, and must tell nothing by it: the step may have ended by then.
    `on_end` is called when it is to end.
    """
    begin_in(step.run_id, step.bench.foundry.home, later, sha256, make, on_end=on_end)


def begin_in(
    run_id: str,
    home: Home,
    later: str,
    sha256: str,
    make: Callable[[Path], object],
    *,
    on_end: Callable[[], object] = lambda: None,
) -> None:
    """Begin, as `begin` does, for a run that may not have come to its first step; what is begun goes on."""
    if (run_id, later, sha256) in _begun:
        return
    folders = ExitStack()
    scratch = folders.enter_context(home.scratch())
    _begun[run_id, later, sha256] = Begun(later, make, scratch, on_end), folders


@contextmanager
def taken(step: Step, later: str, sha256: str) -> Iterator[Begun[Any] | None]:
    """Give what was begun, there while the context lasts; None in a process that began nothing of it."""
    begun, folders = _begun.pop((step.run_id, later, sha256), (None, ExitStack()))
    with folders:
        try:
            yield begun
        finally:
            if begun is not None:
                begun.end()


def end_ahead(run_id: str = "") -> None:
    """End what was begun in this process for a run, or for any, and was not waited for."""
    for key in [key for key in tuple(_begun) if run_id in ("", key[0])]:
        begun, folders = _begun.pop(key)
        with folders:
            begun.end()


atexit.register(end_ahead)


def will_make(step: Step, asset: str) -> bool:
    """Tell whether an asset is part of this run."""
    selected = step.context.run.asset_selection  # empty: all of the job
    return not selected or dg.AssetKey(asset) in selected


def will_judge(step: Step, check: str, *, asset: str) -> bool:
    """Tell whether a check is part of this run."""
    selected = step.context.run.asset_check_selection
    return selected is None or dg.AssetCheckKey(dg.AssetKey(asset), check) in selected
