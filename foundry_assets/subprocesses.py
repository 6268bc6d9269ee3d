"""The one way to run another program: both streams kept, a time limit, the whole group ended.

Add here what concerns every program that the foundry starts.
Not here: what to run and for how long (callers), and the environment it is given (surroundings).
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

import psutil

from foundry_assets.leash import leashed

_MARK = "FOUNDRY_PROGRAM"
"""The variable by which everything that one program started is found again, wherever it hid."""
OUR_UMASK = -1
"""What `subprocess` calls the umask of this process."""
_DRAIN_SECONDS = 10.0
_PARTING_SECONDS = 10.0
_SHORT_SECONDS = 0.02
"""A program that ends sooner leaves no time for anything beside it."""
_meanwhile: deque[Callable[[], object]] = deque()


@dataclass(frozen=True)
class Finished:
    """A program that ended well: what it printed (text, UTF-8) and how long it took (seconds)."""

    argv: tuple[str, ...]
    stdout: str
    stderr: str
    seconds: float


class ProgramFailed(Exception):
    """A program ended with an error or at its time limit; callers turn this into a FoundryError."""

    def __init__(self, argv: Sequence[str], outcome: str, stdout: str, stderr: str) -> None:
        self.argv = tuple(argv)
        self.outcome = outcome
        self.stdout = stdout
        self.stderr = stderr
        super().__init__(argv, outcome, stdout, stderr)

    def __str__(self) -> str:
        streams = [text.rstrip() for text in (self.stdout, self.stderr) if text.strip()]
        return "\n".join([f"$ {shlex.join(self.argv)}", self.outcome, *streams])

    def last_lines(self, count: int = 30) -> str:
        """Give the end of what the program said, errors last, as people want to read it first."""
        lines = [*self.stdout.splitlines(), *self.stderr.splitlines()]
        told = [line for line in lines if line.strip()][-count:]
        return "\n".join([f"$ {shlex.join(self.argv)}  ({self.outcome})", *told])


def run(  # noqa: PLR0913 - all but the program are named
    argv: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout_seconds: float,
    stdin: str | None = None,
    on_line: Callable[[str], None] | None = None,
    umask: int = OUR_UMASK,
) -> Finished:
    """Run a program to its end and give what it printed; Windows knows no `umask`.

    `on_line` sees every line of both streams as it comes. Raises `ProgramFailed` when the program
    cannot start, exits with another code than 0, or is still running after `timeout_seconds`. Whatever
    ends the call, an interrupt included, the program and all that it started are gone afterwards, daemons
    too. What `on_line` raises is raised here, once the program has ended.
    """
    command = [str(part) for part in argv]
    began = time.monotonic()
    mark = uuid.uuid4().hex
    process = _start(command, cwd, {**env, _MARK: mark}, umask)
    readers = [_Reader(stream, on_line) for stream in (process.stdout, process.stderr)]
    try:
        with leashed(partial(end_group, process.pid)):
            _feed(process, stdin)
            code = _wait(process, timeout_seconds)
        outcome = (
            f"ended after its limit of {timeout_seconds:g} seconds" if code is None else f"exit code {code}"
        )
    finally:
        end_group(process.pid)
        _end_marked(mark, process.pid)
        process.wait()
        stdout, stderr = (reader.text() for reader in readers)
    for reader in readers:
        reader.raise_what_the_listener_raised()
    if code != 0:
        raise ProgramFailed(command, outcome, stdout, stderr)
    return Finished(tuple(command), stdout, stderr, time.monotonic() - began)


def while_waiting(tasks: Iterable[Callable[[], object]]) -> None:
    """Have short tasks done, each once, while the main thread waits for a program that takes a while.

    In place of those that are still left from before; those that are never come to are dropped.
    """
    _meanwhile.clear()
    _meanwhile.extend(tasks)


def _start(command: list[str], cwd: Path, env: Mapping[str, str], umask: int) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            umask=umask,
            **_own_group(),
        )
    except OSError as error:
        raise ProgramFailed(command, f"could not be started: {error}", "", "") from error


@contextlib.contextmanager
def running(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Keep a server running meanwhile, its words going where ours go; it and its children end with us."""
    process = subprocess.Popen(argv, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, **_own_group())
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_PARTING_SECONDS)
        end_group(process.pid)
        process.wait()


class _Reader(threading.Thread):
    """Keeps what one stream says, so that neither stream can fill up and stop the program."""

    def __init__(self, stream: IO[str] | None, on_line: Callable[[str], None] | None) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._on_line = on_line
        self._lines: list[str] = []
        self._raised: Exception | None = None
        self.start()

    def run(self) -> None:
        assert self._stream is not None
        with self._stream as stream:
            for line in stream:
                self._lines.append(line)
                self._tell(line.rstrip("\n"))

    def _tell(self, line: str) -> None:
        """Pass a line on; a listener that fails must not stop the reading, or the program would block."""
        if self._on_line is None:
            return
        try:
            self._on_line(line)
        except Exception as error:
            self._on_line, self._raised = None, error

    def text(self) -> str:
        """Give all that was said; not waiting for ever on a process that nobody could end."""
        self.join(_DRAIN_SECONDS)
        return "".join(self._lines)

    def raise_what_the_listener_raised(self) -> None:
        if self._raised is not None:
            raise self._raised


def _feed(process: subprocess.Popen[str], text: str | None) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
        pipe.write(text or "")


def _wait(process: subprocess.Popen[str], limit_seconds: float) -> int | None:
    """Wait for a program's end and give its exit code, or None at the limit.

    A thread waits for it, because `Popen.wait` with a limit looks only every 50 milliseconds.
    """
    waiter = threading.Thread(target=process.wait, daemon=True)
    waiter.start()
    ends_at = time.monotonic() + limit_seconds
    if _meanwhile:
        waiter.join(min(limit_seconds, _SHORT_SECONDS))
    while _meanwhile and waiter.is_alive() and threading.current_thread() is threading.main_thread():
        _meanwhile.popleft()()
    waiter.join(max(0.0, ends_at - time.monotonic()))
    return process.returncode


def _own_group() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def end_group(pid: int) -> None:
    """End the process `pid` and all that it started, whether or not it still runs itself."""
    with contextlib.suppress(psutil.NoSuchProcess):
        leader = psutil.Process(pid)
        for process in [*leader.children(recursive=True), leader]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _end_marked(mark: str, leader: int) -> None:
    """End what left the program's group (`setsid`, a daemon) but still carries its environment."""
    for _ in range(5):  # what forks while it is looked for is found in the next look
        found = [pid for pid in psutil.pids() if _is_younger(pid, leader) and _carries(pid, mark)]
        for pid in found:
            with contextlib.suppress(psutil.Error):
                psutil.Process(pid).kill()
        if not found:
            return


def _is_younger(pid: int, leader: int) -> bool:
    """Whether a process can have been started by `leader`: POSIX numbers rise, so the others need no look."""
    return os.name == "nt" or pid > leader


def _carries(pid: int, mark: str) -> bool:
    try:
        process = psutil.Process(pid)
        return process.environ().get(_MARK) == mark and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, OSError):
        return False
