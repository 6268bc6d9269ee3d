"""Second builds of wheels: begun when the first is there, beside the checks that follow, judged by their own.

Add here what decides when a second build begins, who gets it, and when one that nobody waits for ends.
Not here: building (craft/building), and the verdict (checks/reproducible).
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg

from foundry_assets.craft.building import Built, rebuild_wheel
from foundry_assets.leash import Leash
from foundry_assets.steps import Step
from foundry_assets.store import Manifest

CHECK = "wheel_is_reproducible"
Made = Built | None
"""What `rebuild_wheel` gives: None for the very bytes of the first build."""


class _UnderWay:
    """One second build in a thread of its own, with a leash, and with folders that it leaves behind it."""

    def __init__(self, make: Callable[[], Made], folders: ExitStack) -> None:
        self._make = make
        self._folders = folders
        self._leash = Leash()
        self._made: Made = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="second build", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            with self._leash.worn():
                self._made = self._make()
        except BaseException as error:  # raised where it is waited for
            self._error = error

    def made(self) -> Made:
        """Wait for it; raises what it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._made

    def end(self) -> None:
        """End it, wherever it is, and remove its folders."""
        self._leash.pull()
        self._thread.join()
        self._folders.close()


_Key = tuple[str, str, str]
_under_way: dict[_Key, _UnderWay] = {}
"""By run, sdist and wheel: what was begun for other bytes is nobody's."""


def begin_second_build(step: Step, sdist: Manifest, wheel: Manifest, settings: dict[str, Any]) -> None:
    """Begin to build the wheel again, with the same settings, unless this run does not judge it."""
    selected = step.context.run.asset_check_selection
    if selected is None or dg.AssetCheckKey(dg.AssetKey("wheel"), CHECK) in selected:
        folders = ExitStack()
        scratch = folders.enter_context(step.bench.foundry.home.scratch())
        _under_way[_key(step, sdist, wheel)] = _UnderWay(_building(step, wheel, settings, scratch), folders)


@contextmanager
def second_build(step: Step, sdist: Manifest, wheel: Manifest, settings: dict[str, Any]) -> Iterator[Made]:
    """Give the second build, there while the context lasts: the one under way, else one that is made now.

    A process that did not make the wheel itself, or made it before, has none under way.
    """
    begun = _under_way.pop(_key(step, sdist, wheel), None)
    if begun is None:
        yield _building(step, wheel, settings, step.scratch)()
        return
    try:
        yield begun.made()
    finally:
        begun.end()


def end_second_builds(run_id: str = "") -> None:
    """End what was begun in this process for a run, or for any, and was not waited for."""
    for key in [key for key in tuple(_under_way) if run_id in ("", key[0])]:
        if begun := _under_way.pop(key, None):
            begun.end()


atexit.register(end_second_builds)


def _building(step: Step, wheel: Manifest, settings: dict[str, Any], scratch: Path) -> Callable[[], Made]:
    """Give the act of building again, with all that it takes of the step, which may have ended by then."""
    sdist = step.shelf.fetch("sdist", scratch / "sdist")
    return partial(
        rebuild_wheel,
        scratch / "sdist" / sdist.file.path,
        scratch / "second" / "out",
        as_made=str(wheel.facts.get("as_made", "")),
        scratch=scratch / "second",
        **settings,
    )


def _key(step: Step, sdist: Manifest, wheel: Manifest) -> _Key:
    return step.run_id, sdist.sha256, wheel.sha256
