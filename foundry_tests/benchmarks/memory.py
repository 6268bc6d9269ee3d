"""How much memory a release takes whose wheel is large.

Add here another process whose memory counts.
Not here: times.
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from foundry_tests.benchmarks.figures import Line
from foundry_tests.benchmarks.foundry import House, program
from foundry_tests.benchmarks.projects import heavy, small
from foundry_tests.benchmarks.timing import RunFailed
from foundry_tests.benchmarks.workshop import Workshop

_MEGABYTE = 1_000_000
_LOOK_SECONDS = 0.02
_FLAT_PART, _FLAT_MEGABYTES = 0.25, 15
"""What the largest process may grow by: a part of the wheel, less than reading half of it whole."""


@dataclass
class Peak:
    """The most memory (RSS, bytes) that the first process had, and any process, with its name."""

    main: int = 0
    largest: int = 0
    called: str = ""

    def look(self, process: psutil.Process) -> None:
        """Look at a process and all that it started."""
        for one in [process, *process.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                memory = one.memory_info().rss
                if one == process:
                    self.main = max(self.main, memory)
                if memory > self.largest:
                    self.largest, self.called = memory, " ".join(_short(one.cmdline()))


def memory(shop: Workshop) -> Iterator[Line]:
    """The largest process of a release with a wheel that cannot be compressed, looked at 50 times a second.

    It must be flat too: the same with a small package is told, and may be exceeded by a quarter of the wheel
    or 15 MB.
    """
    size = shop.scale.megabytes
    room = shop.room("memory")
    large, little = room / "bench-weights", room / "bench-light"
    heavy(large, "1.0", megabytes=size)
    small(little, "1.0")
    house = House.made(room, [large, little], shop.server.index, home=shop.folder / "home")
    shop.server.empty()
    reference = _watched(house, little.name)
    peak = _watched(house, large.name)
    shop.server.require(4)
    grown = (peak.largest - reference.largest) / _MEGABYTE
    problem = (
        f"not flat: {grown:.0f} MB more than a small release"
        if grown > max(size * _FLAT_PART, _FLAT_MEGABYTES)
        else ""
    )
    told = [f"{one.main / _MEGABYTE:.0f} MB in the main process" for one in (peak, reference)]
    note = (
        f"{told[0]}; largest: {peak.called}; a small release: {told[1]}, largest "
        f"{reference.largest / _MEGABYTE:.0f} MB ({reference.called})"
    )
    what = f"peak memory of a release with a {size} MB wheel"
    figures = [peak.largest / _MEGABYTE]
    yield Line("memory", what, "-", "MB", 300, figures, note=note, problem=problem)


def _watched(house: House, name: str) -> Peak:
    peak = Peak()
    words = [*program(), "release", name]
    log = house.catalog.with_name(f"{name}.log")
    with log.open("wb") as told:
        process = subprocess.Popen(
            words, cwd=house.catalog.parent, env=house.environment, stdout=told, stderr=subprocess.STDOUT
        )
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            with contextlib.suppress(psutil.Error):
                peak.look(watched)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
    if process.returncode:
        raise RunFailed(log.read_text("utf-8")[-4000:])
    return peak


def _short(words: list[str]) -> list[str]:
    """Give a command's names without the folders that they lie in."""
    return [Path(word).name for word in words if not word.startswith("-")][-4:]
