"""Running a program and taking its time, and taking runs in turn.

Add here another thing that is measured of a program from outside.
Not here: which programs (peers, foundry), and what follows from the figures (figures).
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_LIMIT_SECONDS = 3600.0
_LAST_CHARACTERS = 4000


class RunFailed(RuntimeError):
    """A run that should have been measured did not end well."""


def timed(argv: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str]) -> float:
    """Run a program to its end and give the seconds; raises `RunFailed` with its last words."""
    with tempfile.TemporaryFile() as words:
        began = time.perf_counter()
        ended = subprocess.run(
            [str(word) for word in argv],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            timeout=_LIMIT_SECONDS,
            check=False,
        )
        seconds = time.perf_counter() - began
        if ended.returncode:
            words.seek(0)
            said = words.read().decode("utf-8", "replace")[-_LAST_CHARACTERS:]
            raise RunFailed(f"{' '.join(str(word) for word in argv)}: exit code {ended.returncode}\n{said}")
    return seconds


def in_turn(runs: int, *sides: Callable[[int], float]) -> list[list[float]]:
    """Take runs in turn, each side once a round, and give each side's seconds.

    Each side is told the round's number. Every other round begins with the last side, so that what slows the
    machine down for a while, or fills a cache, meets all alike.
    """
    taken: list[list[float]] = [[] for _ in sides]
    for number in range(runs):
        order = list(enumerate(sides))
        for place, side in reversed(order) if number % 2 else order:
            taken[place].append(side(number))
    return taken
