"""The command `ui`: Dagster's webserver and daemon on loopback, over the home's own instance.

Add here what must be in order when the browser view starts and when it ends.
Not here: the servers themselves (servers), and what they show (definitions).
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import psutil

from foundry_assets.errors import CallIsWrong, FoundryError

if TYPE_CHECKING:
    import dagster as dg

    from foundry_assets.home import Home

Processes = dict[str, "subprocess.Popen[bytes]"]
_LOOPBACK = "127.0.0.1"
_LOOK_SECONDS = 0.2
_CANCEL_SECONDS = 20.0
_LAST_LINES = 30


@click.command()
@click.option(
    "--port", default=3000, show_default=True, type=click.IntRange(1, 65535), help="The port on 127.0.0.1."
)
@click.option("--read-only", is_flag=True, help="A view that can launch and change nothing.")
def ui(port: int, read_only: bool) -> None:
    """Show and launch releases in the browser; ends with Ctrl-C.

    Starts Dagster's webserver and daemon on 127.0.0.1. There is no login: do not pass the port on to
    others. History lasts in the home. Ending it cancels the runs at work; what they finished is kept.
    """
    from foundry_assets.home import Foundry
    from foundry_assets.launching.counting import counted

    home = Foundry().home
    with _ends_on_signals(), contextlib.suppress(KeyboardInterrupt), _one_at_a_time(home, read_only):
        _refuse_taken(port)
        click.echo(f"foundry ui: starting over {home.root}", err=True)
        with (
            _history(home, read_only) as history,
            _servers(home, port, read_only) as servers,
            counted(history),
        ):
            click.echo(f"foundry ui: open http://{_LOOPBACK}:{port} (Ctrl-C ends it)", err=True)
            _wait_until(lambda: False, servers, _log(home))
    click.echo(f"foundry ui: ended; the history stays in {home.dagster}", err=True)


@contextmanager
def _ends_on_signals() -> Iterator[None]:
    """Make the polite signals end us as Ctrl-C does, so that no server is left behind."""
    names = [name for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), signal.default_int_handler) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


@contextmanager
def _one_at_a_time(home: Home, read_only: bool) -> Iterator[None]:
    """Let one daemon work over a home: two would launch every queued run twice."""
    from filelock import FileLock, Timeout

    lock = FileLock(home.dagster / "ui.lock")
    try:
        if not read_only:
            lock.acquire(blocking=False)
        yield
    except Timeout:
        raise CallIsWrong(
            f"another `foundry ui` is at work over {home.root}",
            remedy="use that one, or look on with: foundry ui --read-only --port 3001",
        ) from None
    finally:
        lock.release()


def _refuse_taken(port: int) -> None:
    with contextlib.suppress(OSError), socket.create_connection((_LOOPBACK, port), timeout=1):
        raise CallIsWrong(
            f"port {port} of {_LOOPBACK} is taken by another program",
            remedy=f"end that program, or choose another port: foundry ui --port {port % 65535 + 1}",
        )


@contextmanager
def _history(home: Home, read_only: bool) -> Iterator[dg.DagsterInstance]:
    """Open the history before several programs would make its tables at once; leave no run open in it."""
    from foundry_assets.launching.opening import instance_of
    from foundry_assets.launching.stopped_runs import close_lost_runs
    from foundry_assets.release import PARTITION_SET

    with instance_of(home) as instance:
        instance.all_instigator_state()
        instance.get_dynamic_partitions(PARTITION_SET)
        if read_only:
            yield instance
            return
        _tell("was stopped in the middle of its run; launch it again", close_lost_runs(instance))
        try:
            yield instance
        finally:
            close_lost_runs(instance)


@contextmanager
def _servers(home: Home, port: int, read_only: bool) -> Iterator[Processes]:
    """Keep the servers running meanwhile, ready to be used; afterwards nothing that they started is left."""
    from foundry_assets.cli import servers
    from foundry_assets.cli.bound import bound_to
    from foundry_assets.subprocesses import running

    log = _log(home)
    log.write_bytes(b"")
    processes: Processes = {}
    below: list[psutil.Process] = []
    with home.scratch() as folder, ExitStack() as stack:
        stack.callback(_kill, below)

        def start(name: str, words: list[str], *, with_credentials: bool = False) -> None:
            environment = servers.environment_of(home, with_credentials=with_credentials)
            argv = bound_to(os.getpid(), *words, log=log)
            processes[name] = stack.enter_context(running(argv, cwd=home.root, env=environment))

        try:
            door = servers.Door.in_folder(folder)
            workspace = servers.write_workspace(folder, door)
            start("code server", servers.code_server(door), with_credentials=not read_only)
            # Its own parting takes ten seconds; when its turn comes, every run is over.
            stack.callback(processes["code server"].kill)
            _wait_until(door.opens, processes, log)
            start("webserver", servers.webserver(workspace, port=port, read_only=read_only))
            if not read_only:
                start("daemon", servers.daemon(workspace))
            _wait_until(lambda: _answers(port), processes, log)
            yield processes
        finally:
            try:
                if "daemon" in processes:
                    _cancel_runs(home)
            finally:
                below += psutil.Process().children(recursive=True)


def _kill(processes: list[psutil.Process]) -> None:
    """End what the servers started in groups of their own, such as a build."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _cancel_runs(home: Home) -> None:
    from foundry_assets.launching.opening import instance_of
    from foundry_assets.launching.stopped_runs import cancel_runs

    with instance_of(home) as instance:
        _tell("was at work and is cancelled", cancel_runs(instance, patience_seconds=_CANCEL_SECONDS))


def _tell(what: str, releases: Sequence[str]) -> None:
    for release in releases:
        click.echo(f"foundry ui: {release} {what}", err=True)


def _answers(port: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with contextlib.suppress(OSError), opener.open(f"http://{_LOOPBACK}:{port}/server_info", timeout=5):
        return True
    return False


def _log(home: Home) -> Path:
    """Name the file that holds what the servers and their runs say."""
    return home.dagster / "ui.log"


def _wait_until(is_so: Callable[[], bool], processes: Processes, log: Path) -> None:
    """Wait for something while the servers run; raises `FoundryError` when one of them ends by itself."""
    while not is_so():
        for name, process in processes.items():
            if (code := process.poll()) is not None:
                raise FoundryError(
                    f"Dagster's {name} ended by itself (exit code {code})",
                    remedy=f"read its last words, and more of them in {log}; then start again: foundry ui",
                    details="\n".join(log.read_text("utf-8", "replace").splitlines()[-_LAST_LINES:]),
                )
        time.sleep(_LOOK_SECONDS)
