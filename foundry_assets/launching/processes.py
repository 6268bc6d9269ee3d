"""The process in which a run works, as its tag names it: so that a run whose process was killed is found.

Add here how a process is told from every other.
Not here: what becomes of a run whose process is gone (line_run, failed_runs).
"""

from __future__ import annotations

import os

import psutil

from foundry_assets.launched import machine

PROCESS_TAG = "foundry/process"
"""The run tag that names the process of a run, where it is the command line's or a Celery worker's."""


def process_name() -> str:
    """Name this process so that nothing else, on no other machine, is ever named alike."""
    return f"{machine()} {os.getpid()} {psutil.Process().create_time()}"


def is_gone(process: str) -> bool:
    """Tell whether the process of that name is over; of another machine's nobody can tell here.

    One that waits to be collected by its parent is over too: in a container nobody may ever collect it.
    """
    host, pid, created = [*process.split(), "", "", ""][:3]
    if host != machine():
        return False
    try:
        found = psutil.Process(int(pid))
        return str(found.create_time()) != created or found.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
