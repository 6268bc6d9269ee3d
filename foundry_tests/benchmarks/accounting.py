"""`foundry` in a process that keeps account of its children: `python -m ... OUT.json [PROFILE] -- WORDS`.

Add here another thing that only the process itself knows of its children.
Not here: what is made of the account (adding).
"""

from __future__ import annotations

import cProfile
import ctypes
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_BECOME_SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER (prctl(2)): orphans of our descendants become our children."""
_PARTING_SECONDS = 5.0


class Account:
    """The processor time of every child that was waited for, with its command line.

    bubblewrap's own process ends without waiting for what it started; on Linux these processes become ours,
    and are asked about at the end.
    """

    def __init__(self) -> None:
        self._commands: dict[int, list[str]] = {}
        self.children: list[dict[str, Any]] = []

    def keep(self) -> None:
        """Learn of every program from now on: its start from `Popen`, its end from the system's wait."""
        start = subprocess.Popen._execute_child  # type: ignore[attr-defined]

        def started(process: subprocess.Popen[Any], *words: Any) -> None:
            start(process, *words)
            self._commands[process.pid] = [str(word) for word in words[0]]

        subprocess.Popen._execute_child = started  # type: ignore[attr-defined]
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_BECOME_SUBREAPER, 1, 0, 0, 0)
        if sys.platform != "win32":
            os.waitpid = self._waited

    def _waited(self, pid: int, options: int) -> tuple[int, int]:
        if sys.platform == "win32":
            raise NotImplementedError
        found, status, used = os.wait4(pid, options)
        if found and found in self._commands:
            self._note(self._commands[found], used.ru_utime + used.ru_stime)
        return found, status

    def _note(self, command: list[str], seconds: float) -> None:
        self.children.append({"command": command, "cpu": seconds})

    def close(self) -> None:
        """Take in what was left behind: each is of the program that started last before it."""
        if sys.platform == "win32":
            return
        ends_at = time.monotonic() + _PARTING_SECONDS
        while time.monotonic() < ends_at:
            try:
                found, _, used = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not found:
                time.sleep(0.01)
                continue
            starter = max((pid for pid in self._commands if pid < found), default=0)
            self._note(self._commands.get(starter, []), used.ru_utime + used.ru_stime)


def main(out: Path, profile: Path | None, words: list[str]) -> None:
    """Run `foundry` with these words, then write the account."""
    account = Account()
    account.keep()
    sys.argv = ["foundry", *words]
    profiler = cProfile.Profile() if profile else None
    try:
        from foundry_assets.cli import main as foundry

        if profiler:
            profiler.runcall(foundry)
        else:
            foundry()
    finally:
        account.close()
        out.write_text(json.dumps(account.children), encoding="utf-8")
        if profiler and profile:
            profiler.dump_stats(profile)


if __name__ == "__main__":
    at = sys.argv.index("--")
    places = [Path(place) for place in sys.argv[1:at]]
    main(places[0], places[1] if len(places) > 1 else None, sys.argv[at + 1 :])
