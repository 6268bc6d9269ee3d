"""The two builds of a wheel: the first got ready beside the sdist's checks, the second beside the first.

Add here what decides when a build begins, and who gets it.
Not here: building (craft/building), threads (ahead), and the verdict (checks/reproducible).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

from foundry_assets.ahead import begin, taken, will_judge, will_make
from foundry_assets.craft.building import Built, FirstBuild, ReadyWheel, ready_wheel, rebuild_wheel
from foundry_assets.steps import Step
from foundry_assets.store import Manifest

CHECK = "wheel_is_reproducible"


def begin_wheel(step: Step, sdist: Manifest, settings: dict[str, Any]) -> None:
    """Get a wheel's first build ready while its sdist is judged, unless this run makes no wheel.

    It waits for the sdist to be unpacked: two threads of one interpreter would only keep each other from it,
    and it is the hooks, in programs of their own, that go on beside the judging.
    """
    if will_make(step, "wheel"):
        is_unpacked = Event()
        begin(step, "wheel", sdist.sha256, partial(_ready, step, settings, on_unpacked=is_unpacked.set))
        is_unpacked.wait()


@contextmanager
def first_build(step: Step, sdist: Manifest, settings: dict[str, Any]) -> Iterator[ReadyWheel]:
    """Give the first build, there while the context lasts: what was got ready, else what is now."""
    with taken(step, "wheel", sdist.sha256) as begun:
        yield begun.made() if begun else _ready(step, settings, step.scratch)


def _ready(
    step: Step, settings: dict[str, Any], scratch: Path, *, on_unpacked: Callable[[], object] = lambda: None
) -> ReadyWheel:
    try:
        sdist = step.shelf.fetch("sdist", scratch / "sdist")
        file = scratch / "sdist" / sdist.file.path
        return ready_wheel(file, scratch=scratch, on_unpacked=on_unpacked, **settings)
    finally:
        on_unpacked()  # also of one that cannot be unpacked, as the wheel's step will tell


def begin_second_build(step: Step, sdist: Manifest, settings: dict[str, Any]) -> FirstBuild:
    """Begin to get ready to build a second time, unless this run does not judge it.

    Gives whom the first build must tell of itself.
    """
    first = FirstBuild()
    if will_judge(step, CHECK, asset="wheel"):
        begin(step, CHECK, sdist.sha256, partial(_again, step, settings, first), on_end=first.drop)
    return first


@contextmanager
def second_build(
    step: Step, sdist: Manifest, wheel: Manifest, settings: dict[str, Any]
) -> Iterator[Built | None]:
    """Give the second build, there while the context lasts: the one under way, else one that is made now.

    It is None for the very bytes of the first one. A process that did not make the wheel itself, or made it
    before, has none under way.
    """
    with taken(step, CHECK, sdist.sha256) as begun:
        if begun is not None:
            yield begun.made()
            return
        first = FirstBuild.made(str(wheel.facts.get("as_made", "")))
        yield _again(step, settings, first, step.scratch)


def _again(step: Step, settings: dict[str, Any], first: FirstBuild, scratch: Path) -> Built | None:
    sdist = step.shelf.fetch("sdist", scratch / "sdist")
    place = scratch / "second"
    return rebuild_wheel(
        scratch / "sdist" / sdist.file.path, place / "out", first=first, scratch=place, **settings
    )
