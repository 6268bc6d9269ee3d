"""What a second build waits for: the first one at work, another time, and the bytes to compare with.

Add here another thing that two builds of one wheel agree on.
Not here: two builds of a release (test_wheel_builds), and what they find (test_builds).
"""

from __future__ import annotations

import os
import tarfile
import threading
import time
from pathlib import Path

import pytest

from foundry_assets.craft.building import build_sdist, ready_wheel, rebuild_wheel
from foundry_assets.craft.building.first_build import APART_SECONDS, FirstBuild
from foundry_tests.craft.building.projects import OWN_BACKEND, PROJECT, SETUPTOOLS, demo, write

_LIMIT_SECONDS = 30.0
_EPOCH = 1_700_000_000


def test_nothing_begins_before_the_first_backend_is_asked() -> None:
    """Until then the second build leaves the process to the first one."""
    first, asked = FirstBuild(), threading.Event()

    def wait() -> None:
        first.wait_until_asked()
        asked.set()

    thread = threading.Thread(target=wait)
    thread.start()
    assert not asked.wait(0.05)
    first.ask()
    assert asked.wait(_LIMIT_SECONDS)
    thread.join()


def test_a_second_build_that_overlaps_begins_in_another_second() -> None:
    """While the first one goes on, the time that is written into files in whole seconds has changed."""
    first = FirstBuild()
    began = time.monotonic()
    first.ask()
    first.wait_until_apart()
    assert time.monotonic() - began >= APART_SECONDS


def test_a_second_build_follows_a_short_first_one_at_once() -> None:
    """Where the first has ended, there is nothing to wait for."""
    first = FirstBuild()
    first.ask()
    first.end("abc")
    began = time.monotonic()
    first.wait_until_apart()
    assert time.monotonic() - began < APART_SECONDS
    assert first.as_made() == "abc"


def test_one_of_an_earlier_day_is_waited_for_by_nobody() -> None:
    """It was asked and ended long ago."""
    first = FirstBuild.made("abc")
    assert first.wait_until_asked()
    first.wait_until_apart()
    assert first.as_made() == "abc"
    assert first.kept() == ""


def test_a_dropped_one_lets_its_second_build_go() -> None:
    """Whoever waits for a first build that failed does not begin."""
    first = FirstBuild()
    first.drop()
    assert not first.wait_until_asked()
    assert first.as_made() == first.kept() == ""


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no umask")
def test_a_second_build_that_differs_in_modes_alone_is_the_first(tmp_path: Path) -> None:
    """Setuptools writes the umask's modes into a wheel; that is seen without compressing it once more."""
    tree = demo(tmp_path / "one", backend=SETUPTOOLS)
    sdist = build_sdist(tree, tmp_path / "out", scratch=tmp_path / "scratch", epoch=_EPOCH)
    told = FirstBuild()
    ready = ready_wheel(sdist.path, scratch=tmp_path / "scratch", epoch=_EPOCH)
    wheel = ready.build(tmp_path / "out", first=told)
    for kept, is_same in ((told.kept(), True), ("", False)):
        first = FirstBuild()
        first.end(wheel.as_made, kept)
        place = tmp_path / f"again-{is_same}"
        again = rebuild_wheel(sdist.path, place / "out", first=first, scratch=place, epoch=_EPOCH)
        assert (again is None) == is_same
        assert again is None or (again.sha256 == wheel.sha256 and again.as_made != wheel.as_made)


_ASKING_BACKEND = """\
import zipfile


def get_requires_for_build_wheel(settings=None):
    print("what is needed?")
    return []


def build_wheel(folder, settings=None, metadata=None):
    print("a wheel is built")
    with zipfile.ZipFile(folder + "/demo-1.0-py3-none-any.whl", "w") as made:
        made.writestr(zipfile.ZipInfo("demo.py"), "")
    return "demo-1.0-py3-none-any.whl"
"""


def test_a_second_build_is_not_asked_what_the_first_one_said(tmp_path: Path) -> None:
    """What it needs is known; a second build of an earlier day's wheel has to ask."""
    tree = write(tmp_path / "demo-1.0", {"pyproject.toml": OWN_BACKEND + PROJECT, "own.py": _ASKING_BACKEND})
    sdist = tmp_path / "demo-1.0.tar.gz"
    with tarfile.open(sdist, "w:gz") as packed:
        packed.add(tree, "demo-1.0")
    told, heard = FirstBuild(), list[str]()
    ready_wheel(sdist, scratch=tmp_path / "one", epoch=_EPOCH, on_line=heard.append).build(
        tmp_path / "out", first=told
    )
    assert heard == ["what is needed?", "a wheel is built"]
    for first, asks in ((told, []), (FirstBuild.made(told.as_made()), ["what is needed?"])):
        heard.clear()
        place = tmp_path / f"again-{len(asks)}"
        assert (
            rebuild_wheel(
                sdist, place / "out", first=first, scratch=place, epoch=_EPOCH, on_line=heard.append
            )
            is None
        )
        assert heard == [*asks, "a wheel is built"]
