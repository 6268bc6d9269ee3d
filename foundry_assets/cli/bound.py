"""A program that ends when its starter does: `python -m foundry_assets.cli.bound PID LOG MODULE WORD...`.

Add here what makes sure that a server never outlives its starter, however that one ended.
Not here: which servers there are (serving), and ending them in good order (subprocesses).
"""

from __future__ import annotations

import contextlib
import gc
import os
import runpy
import sys
import threading
import time
from pathlib import Path

import psutil

_LOOK_SECONDS = 0.5
_COLLECTED_AFTER = (50_000, 20, 50)
"""When Python looks for garbage. Left to itself it does so some hundred times in an answer of a hundred
thousand values, and finds none: a third of what a page costs that counts fifty thousand releases."""


def bound_to(pid: int, *words: str, log: Path) -> list[str]:
    """Give the command of `python -m words...` that ends with the process `pid`; its words go to `log`."""
    return [sys.executable, "-m", "foundry_assets.cli.bound", str(pid), str(log), *words]


def end_with(starter: psutil.Process) -> None:
    """Wait until `starter` is gone, then end this process and all that it started, at once.

    Nobody is left to wait for an orderly end, and the line is made to be cut off anywhere.
    """
    while _is_ours(starter):
        time.sleep(_LOOK_SECONDS)
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    os._exit(1)


def _is_ours(starter: psutil.Process) -> bool:
    """Tell whether the starter lives; where a dead parent is replaced, it may still be seen as a zombie."""
    return starter.is_running() and (sys.platform == "win32" or os.getppid() == starter.pid)


def main(arguments: list[str]) -> None:
    """Run a module as the main program, watched from a thread."""
    pid, log, module, *rest = arguments
    with Path(log).open("ab", buffering=0) as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    try:
        starter = psutil.Process(int(pid))
    except psutil.NoSuchProcess:
        return
    gc.set_threshold(*_COLLECTED_AFTER)
    threading.Thread(target=end_with, args=(starter,), name="bound to its starter", daemon=True).start()
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
