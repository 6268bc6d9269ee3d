"""What the foundry adds to one release, as processor seconds.

Add here another part that the seconds are told by.
Not here: keeping the account inside the process (accounting).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from foundry_tests.benchmarks.figures import Line
from foundry_tests.benchmarks.foundry import House
from foundry_tests.benchmarks.peers import surroundings
from foundry_tests.benchmarks.projects import small
from foundry_tests.benchmarks.timing import RunFailed
from foundry_tests.benchmarks.workshop import Workshop

_HOOKS = "the backend's hooks (taken off)"
_HOOK = "_in_process.py"
"""The script of pyproject_hooks that calls a backend's hook, the last but two of the command's words."""


def added_cpu(shop: Workshop) -> Iterator[Line]:
    """Processor seconds, user and system, of a whole `foundry release NAME` but for the backend's hooks.

    Counted is the process with everything that it started: the upload process, the checks' programs, uv's
    making of environments and asking for versions, and the sandbox around each. Taken off are the processes
    that run a hook of the backend (PEP 517: `build_sdist`, `build_wheel` and what they require), the second
    build's among them. Waiting for the network costs no processor time; what uv and the upload spend on it
    stays in. The parts are told in the note; the second line is the same for many releases of one command,
    whose workers load Dagster once. Not measured on Windows, which does not tell a process what its
    children's children used.
    """
    if sys.platform == "win32":
        shop.say("  not measured on Windows")
        return
    room = shop.room("added-cpu")
    source = room / "bench-cost"
    house = House.made(room, [source], shop.server.index, home=shop.folder / "home")
    untimed = 0 if house.home.exists() else 1
    accounts = []
    for number in range(shop.scale.short_runs + untimed):
        small(source, f"1.{number}")
        shop.server.empty()
        accounts.append(_account(house, room / "account.json", "bench-cost"))
    if shop.profile:
        small(source, "2.0")
        shop.server.empty()
        _account(house, room / "account.json", "bench-cost", profile=shop.profile.resolve())
    later = sorted(accounts[untimed:], key=_added)
    what = "CPU that a small release adds to its backend's hooks"
    parts = ", ".join(f"{k} {v:.2f}" for k, v in later[len(later) // 2].items())
    floor = median(_empty_line(shop.folder / "empty-line", shop.scale.short_runs))
    note = (
        f"of the middle run: {parts}; an empty line of as many steps and checks by Dagster alone: {floor:.2f}"
    )
    yield Line("added-cpu", what, "-", "CPU s", 2.0, [_added(one) for one in later], note=note)
    yield _at_once(shop, hooks=median(one[_HOOKS] for one in later))


def _at_once(shop: Workshop, *, hooks: float) -> Line:
    """Account for many releases of one command; `hooks` is what the backend takes of each (CPU seconds)."""
    room, count = shop.room("added-cpu-at-once"), shop.scale.packages
    sources = [room / f"bench-cost{number}" for number in range(count)]
    house = House.made(room, sources, shop.server.index, home=shop.folder / "home")
    added = []
    for number in range(max(1, shop.scale.runs // 2)):
        for source in sources:
            small(source, f"1.{number}")
        shop.server.empty()
        parts = _account(house, room / "account.json", "--all", "--jobs", "2")
        added.append(sum(parts.values()) / count - hooks)
    return Line(
        "added-cpu", f"the same, each of {count} releases of one command, two jobs", "-", "CPU s", 2.0, added
    )


def _added(parts: dict[str, float]) -> float:
    return sum(parts.values()) - parts[_HOOKS]


def _empty_line(home: Path, runs: int) -> list[float]:
    """Give the processor seconds of runs of the empty line, each a cold process in a home that exists."""
    home.mkdir()
    words = ["-m", "foundry_tests.benchmarks.empty_line", str(home)]
    return [_processor_seconds(words, cwd=home, env=surroundings()) for _ in range(runs + 1)][1:]


def _account(house: House, out: Path, *asked: str, profile: Path | None = None) -> dict[str, float]:
    """Run `foundry release` with what is `asked` and give the processor seconds by parts.

    Of workers, the hooks that they run are not told apart.
    """
    places = [str(out), *([str(profile)] if profile else [])]
    words = ["-m", "foundry_tests.benchmarks.accounting", *places, "--", "release", *asked]
    seconds = _processor_seconds(words, cwd=house.catalog.parent, env=house.environment)
    return _parts(seconds, json.loads(out.read_text("utf-8")))


def _processor_seconds(words: Sequence[str], *, cwd: Path, env: dict[str, str]) -> float:
    """Run this interpreter and give what it and its children used; raises `RunFailed` with its last words."""
    if sys.platform == "win32":
        raise NotImplementedError
    here = str(Path(__file__).parent.parent.parent)
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=cwd,
            env=env | {"PYTHONPATH": here},
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            told.seek(0)
            raise RunFailed(told.read().decode("utf-8", "replace")[-4000:])
    return used.ru_utime + used.ru_stime


def _parts(total: float, children: Sequence[dict[str, Any]]) -> dict[str, float]:
    hooks = sum(child["cpu"] for child in children if _is_hook(child["command"]))
    installers = sum(child["cpu"] for child in children if _is_installer(child["command"]))
    others = sum(child["cpu"] for child in children) - hooks - installers
    return {
        "the foundry's own process": total - hooks - installers - others,
        "uv": installers,
        "upload and checks": others,
        _HOOKS: hooks,
    }


def _is_hook(command: Sequence[str]) -> bool:
    return any(Path(word).name == _HOOK for word in command)


def _is_installer(command: Sequence[str]) -> bool:
    return not _is_hook(command) and any(Path(word).stem in ("uv", "pip") for word in command)
