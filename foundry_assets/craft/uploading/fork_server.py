"""Upload processes forked from one that has loaded its own, for a process that releases many packages.

Add here how one is asked for, and what it makes its own before it works.
Not here: what an upload process does (worker), and starting one by itself (process).
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psutil

from foundry_assets.child_environment import child_environment
from foundry_assets.subprocesses import end_group

FORKS = "--forks"
_ANSWER_SECONDS = 30.0
_LOOK_SECONDS = 0.001
_PID_BYTES = 8
_ZOMBIE = psutil.STATUS_ZOMBIE
_NOWHERE = Path(os.devnull)
"""The home folder of a process that has nothing to read from one."""


class Forked:
    """An upload process that is the child of a fork server: what a `Popen` is for a child of our own."""

    def __init__(self, pid: int, stdin: IO[str], stdout: IO[str]) -> None:
        self.pid, self.stdin, self.stdout = pid, stdin, stdout
        self._process: psutil.Process | None = None
        with contextlib.suppress(psutil.NoSuchProcess):
            self._process = psutil.Process(pid)

    def poll(self) -> int | None:
        """Give None while it runs; how it ended only its parent knows."""
        with contextlib.suppress(psutil.NoSuchProcess):
            # Where its server was killed, the system may leave it lying as a zombie.
            if self._process and self._process.is_running() and self._process.status() != _ZOMBIE:
                return None
        return 1

    def wait(self) -> None:
        """Wait for its end."""
        while self.poll() is None:
            time.sleep(_LOOK_SECONDS)

    def end(self) -> None:
        """End it and all that it started; another process that has its number by now is left alone."""
        if self.poll() is None:
            end_group(self.pid)
        self.wait()


class ForkServer:
    """A process that has loaded what an upload needs, and knows no secret: each upload gets a fork of it.

    A fork is as much a process of its own as one that was started: what one upload reads, the next one never
    sees, nor does the server. Ends with the process that started it, and its forks with it.
    """

    def __init__(self) -> None:
        self._asked, theirs = socket.socketpair()
        self._asked.settimeout(_ANSWER_SECONDS)
        self._lock = threading.Lock()
        with theirs, contextlib.ExitStack() as unless_started:
            unless_started.callback(self._asked.close)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "foundry_assets.craft.uploading", FORKS],
                cwd=_NOWHERE.parent,
                env=child_environment("none", os.environ, home=_NOWHERE),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            unless_started.pop_all()

    def fork(self, environment: Mapping[str, str], *, folder: Path) -> Forked:
        """Give a new upload process with this environment, working in `folder`; raises `OSError`.

        After an error the server is of no use any more.
        """
        if sys.platform == "win32":
            raise NotImplementedError
        to_read, stdin = os.pipe()
        stdout, to_write = os.pipe()
        pipes = os.fdopen(stdin, "w", encoding="utf-8"), os.fdopen(stdout, encoding="utf-8")
        try:
            with self._lock:
                socket.send_fds(self._asked, [b"f"], [to_read, to_write])
                pid = int.from_bytes(self._asked.recv(_PID_BYTES, socket.MSG_WAITALL))
            if not pid:
                raise ConnectionError("the fork server has ended")
        except BaseException:
            for pipe in pipes:
                pipe.close()
            raise
        finally:
            os.close(to_read)
            os.close(to_write)
        forked = Forked(pid, *pipes)
        told = {"environment": dict(environment), "folder": str(folder)}
        with contextlib.suppress(BrokenPipeError):  # one that ended at once tells so by the end of its events
            forked.stdin.write(json.dumps(told) + "\n")
            forked.stdin.flush()
        return forked

    def end(self) -> None:
        """End the server and its forks."""
        end_group(self._process.pid)
        self._process.wait()
        self._asked.close()


_servers: list[ForkServer] = []
"""The one of this process, where it has one."""


@contextmanager
def uploads_forked() -> Iterator[None]:
    """Have this process's upload processes forked while the context lasts, on Linux.

    Windows has no fork, and on macOS the system's own libraries need not survive one; there each upload
    process is started by itself.
    """
    if sys.platform != "linux":
        yield
        return
    with contextlib.suppress(OSError):  # each upload process is started by itself, and tells why it cannot
        _servers.append(ForkServer())
    try:
        yield
    finally:
        _drop_server()


def forked(environment: Mapping[str, str], *, folder: Path) -> Forked | None:
    """Give an upload process from this process's fork server; None where there is none that works."""
    for server in _servers:
        try:
            return server.fork(environment, folder=folder)
        except OSError:
            _drop_server()
        except BaseException:  # an interrupt, after which the next answer could be this one's
            _drop_server()
            raise
    return None


def _drop_server() -> None:
    while _servers:
        _servers.pop().end()


def serve() -> None:
    """Fork whenever the process that started this one asks, until that has gone."""
    if sys.platform != "linux":
        raise NotImplementedError
    from foundry_assets.craft.uploading.worker import main

    importlib.import_module("bs4")  # what reading an answer loads
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a fork: none must stay as a zombie
    server = os.getpid()
    asked = socket.socket(fileno=sys.stdin.fileno())
    while True:
        word, pipes, *_ = socket.recv_fds(asked, 1, 2)
        if not word:
            return
        pid = os.fork()
        if not pid:
            try:
                asked.detach()
                _become(*pipes)
                main(server)
            finally:
                os._exit(0)
        asked.sendall(pid.to_bytes(_PID_BYTES))
        for pipe in pipes:
            os.close(pipe)


def _become(stdin: int, stdout: int) -> None:
    """Make a fork what was asked for: a group, streams, an environment and a folder of its own."""
    if sys.platform == "win32":
        raise NotImplementedError
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for pipe, stream in ((stdin, 0), (stdout, 1)):
        os.dup2(pipe, stream)
        os.close(pipe)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    told = json.loads(sys.stdin.readline())
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["folder"])
    tempfile.tempdir = None
