"""The process in which a run works, as its tag names it: so that a run whose process was killed is found.

Add here how a process is told from every other.
Not here: what becomes of a run whose process is gone (line_run, failed_runs).
"""

from __future__ import annotations

import os
import socket

import psutil

PROCESS_TAG = "foundry/process"
"""The run tag that names the process in which a run of the command line works."""


def process_name() -> str:
    """Name this process so that nothing else, on no other machine, is ever named alike."""
    return f"{socket.gethostname()} {os.getpid()} {psutil.Process().create_time()}"


def is_gone(process: str) -> bool:
    """Tell whether the process of that name is over; of another machine's nobody can tell here."""
    host, pid, created = [*process.split(), "", "", ""][:3]
    if host != socket.gethostname():
        return False
    try:
        return str(psutil.Process(int(pid)).create_time()) != created
    except psutil.NoSuchProcess:
        return True
