"""Second builds of wheels: got ready beside the first, at another time, going on beside the checks.

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

from foundry_assets.craft.building import Built, FirstBuild, rebuild_wheel
from foundry_assets.leash import Leash
from foundry_assets.steps import Step
from foundry_assets.store import Manifest

CHECK = "wheel_is_reproducible"
Made = Built | None
"""What `rebuild_wheel` gives: None for the very bytes of the first build."""


class _UnderWay:
    """One second build in a thread of its own, with a leash, and with folders that it leaves behind it.

    It gets ready while the first backend is at work, and has its own asked at another time.
    """

    def __init__(self, make: Callable[..., Made], folders: ExitStack) -> None:
        self._make = make
        self._folders = folders
        self._leash = Leash()
        self.first = FirstBuild()
        self._made: Made = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="second build", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            with self._leash.worn():
                self._made = self._make(first=self.first)
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
        self.first.drop()
        self._thread.join()
        self._folders.close()


_Key = tuple[str, str]
_ready: dict[_Key, _UnderWay] = {}
_under_way: dict[_Key, _UnderWay] = {}
"""By run, and by what is built from (`_ready`) or compared with: what was begun for others is nobody's."""


def prepare_second_build(step: Step, sdist: Manifest, settings: dict[str, Any]) -> FirstBuild | None:
    """Get ready to build a second time, unless this run does not judge it.

    Gives whom the first build must tell of itself.
    """
    selected = step.context.run.asset_check_selection
    if selected is not None and dg.AssetCheckKey(dg.AssetKey("wheel"), CHECK) not in selected:
        return None
    folders = ExitStack()
    scratch = folders.enter_context(step.bench.foundry.home.scratch())
    ready = _UnderWay(_building(step, settings, scratch), folders)
    _ready[step.run_id, sdist.sha256] = ready
    return ready.first


def keep_second_build(step: Step, sdist: Manifest, wheel: Manifest) -> None:
    """Let what was prepared be found by the wheel that it is compared with, now that there is one."""
    if ready := _ready.pop((step.run_id, sdist.sha256), None):
        _under_way[step.run_id, wheel.sha256] = ready


@contextmanager
def second_build(step: Step, wheel: Manifest, settings: dict[str, Any]) -> Iterator[Made]:
    """Give the second build, there while the context lasts: the one under way, else one that is made now.

    A process that did not make the wheel itself, or made it before, has none under way.
    """
    begun = _under_way.pop((step.run_id, wheel.sha256), None)
    if begun is None:
        first = FirstBuild.made(str(wheel.facts.get("as_made", "")))
        yield _building(step, settings, step.scratch)(first=first)
        return
    try:
        yield begun.made()
    finally:
        begun.end()


def end_second_builds(run_id: str = "") -> None:
    """End what was begun in this process for a run, or for any, and was not waited for."""
    for waiting in (_ready, _under_way):
        for key in [key for key in tuple(waiting) if run_id in ("", key[0])]:
            if begun := waiting.pop(key, None):
                begun.end()


atexit.register(end_second_builds)


def _building(step: Step, settings: dict[str, Any], scratch: Path) -> Callable[..., Made]:
    """Give the act of building again, with all that it takes of the step, which may have ended by then."""
    sdist = step.shelf.fetch("sdist", scratch / "sdist")
    return partial(
        rebuild_wheel,
        scratch / "sdist" / sdist.file.path,
        scratch / "second" / "out",
        scratch=scratch / "second",
        **settings,
    )
