"""The command `ui`: Dagster's webserver and daemon on loopback, over the home's own instance.

Add here what the browser view needs at start, and what must be in order at its end.
Not here: what it shows (definitions).
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import psutil

import foundry_assets
from foundry_assets.errors import CallIsWrong, FoundryError

if TYPE_CHECKING:
    from foundry_assets.home import Home

LOCATION = "foundry"
"""The code location's name; the one of `workspace.yaml`, so that both ways share schedules and history."""
_MODULE = "foundry_assets.definitions"
_LOOPBACK = "127.0.0.1"
_LOOK_SECONDS = 0.3
_CANCEL_SECONDS = 20.0
_QUIET = ["--code-server-log-level", "warning"]
_WORKSPACE = f"""\
# Written by `foundry ui` at each start.
load_from:
  - python_module:
      module_name: {_MODULE}
      location_name: {LOCATION}
"""


@click.command()
@click.option(
    "--port", default=3000, show_default=True, type=click.IntRange(1, 65535), help="The port on 127.0.0.1."
)
@click.option("--read-only", is_flag=True, help="A view that can launch and change nothing.")
def ui(port: int, read_only: bool) -> None:
    """Show releases in the browser, and launch them there; ends with Ctrl-C.

    Starts Dagster's webserver and daemon on 127.0.0.1. There is no login: do not pass the port on to
    others. History lasts in the home. Ending it cancels the runs at work; what they finished is kept.
    """
    from foundry_assets.home import Foundry

    home = Foundry().home
    with (
        _one_at_a_time(home, read_only=read_only),
        _ends_on_signals(),
        contextlib.suppress(KeyboardInterrupt),
    ):
        _refuse_taken(port)
        with _history(home, read_only=read_only), _servers(home, port, read_only=read_only) as servers:
            click.echo(f"foundry ui: starting over {home.root}", err=True)
            _wait_until_ready(port, servers)
            click.echo(f"foundry ui: open http://{_LOOPBACK}:{port} (Ctrl-C ends it)", err=True)
            while True:
                _refuse_ended(servers)
                time.sleep(_LOOK_SECONDS)
    click.echo(f"foundry ui: ended; the history stays in {home.dagster}", err=True)


@contextmanager
def _one_at_a_time(home: Home, *, read_only: bool) -> Iterator[None]:
    """Let one daemon work over a home: two would launch every queued run twice."""
    from filelock import FileLock, Timeout

    if read_only:
        yield
        return
    lock = FileLock(home.dagster / "ui.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise CallIsWrong(
            f"another `foundry ui` is at work over {home.root}",
            remedy="use that one, or look on with: foundry ui --read-only --port 3001",
        ) from None
    try:
        yield
    finally:
        lock.release()


def _refuse_taken(port: int) -> None:
    with contextlib.suppress(OSError), socket.create_connection((_LOOPBACK, port), timeout=1):
        raise CallIsWrong(
            f"port {port} of {_LOOPBACK} is taken by another program",
            remedy=f"end that program, or choose another port: foundry ui --port {port % 65535 + 1}",
        )


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
def _history(home: Home, *, read_only: bool) -> Iterator[None]:
    """Open the history before two programs would make its tables at once; leave no run open in it."""
    from dagster import DagsterInstance

    from foundry_assets.launching.stopped_runs import close_lost_runs

    with DagsterInstance.from_config(str(home.dagster)) as instance:
        instance.all_instigator_state()
        instance.get_dynamic_partitions("releases")
        if read_only:
            yield
            return
        _tell("was stopped in the middle of a run; launch it again", close_lost_runs(instance))
        try:
            yield
        finally:
            close_lost_runs(instance)


@contextmanager
def _servers(home: Home, port: int, *, read_only: bool) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Keep webserver and daemon running meanwhile; afterwards nothing that they started is left."""
    from foundry_assets.cli.bound import bound_to
    from foundry_assets.subprocesses import running

    workspace = home.dagster / "workspace.yaml"
    workspace.write_text(_WORKSPACE, encoding="utf-8")
    target = ["-w", str(workspace), *_QUIET]
    web = ["dagster_webserver", "-h", _LOOPBACK, "-p", str(port), *target, "--dagster-log-level", "warning"]
    daemon = ["dagster._daemon", "run", *target, "--log-level", "warning"]
    programs = [[*web, "--read-only"]] if read_only else [web, daemon]
    environment = _environment(home)
    below: list[psutil.Process] = []
    try:
        with ExitStack() as stack:
            started = [
                stack.enter_context(running(bound_to(os.getpid(), *words), cwd=home.root, env=environment))
                for words in programs
            ]
            try:
                yield started
            finally:
                below = psutil.Process().children(recursive=True)
                if not read_only:
                    _cancel(home)
                for process in started:
                    process.terminate()
    finally:
        for left in below:
            with contextlib.suppress(psutil.NoSuchProcess):
                left.kill()


def _environment(home: Home) -> dict[str, str]:
    """Give the servers' environment: this home and catalog, and the foundry importable, installed or not."""
    from foundry_assets.home import CATALOG_VARIABLE, HOME_VARIABLE, find_catalog

    environment = dict(os.environ) | {"DAGSTER_HOME": str(home.dagster), HOME_VARIABLE: str(home.root)}
    if catalog := find_catalog():
        environment[CATALOG_VARIABLE] = str(catalog)
    places = [str(Path(foundry_assets.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, places))
    environment["PYTHONSAFEPATH"] = "1"
    return environment


def _cancel(home: Home) -> None:
    from dagster import DagsterInstance

    from foundry_assets.launching.stopped_runs import cancel_runs

    with DagsterInstance.from_config(str(home.dagster)) as instance:
        _tell("was at work and is cancelled", cancel_runs(instance, patience_seconds=_CANCEL_SECONDS))


def _tell(what: str, releases: Sequence[str]) -> None:
    for release in releases:
        click.echo(f"foundry ui: {release} {what}", err=True)


def _wait_until_ready(port: int, servers: Sequence[subprocess.Popen[bytes]]) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        _refuse_ended(servers)
        with contextlib.suppress(OSError), opener.open(f"http://{_LOOPBACK}:{port}/server_info", timeout=5):
            return
        time.sleep(_LOOK_SECONDS)


def _refuse_ended(servers: Sequence[subprocess.Popen[bytes]]) -> None:
    for name, process in zip(("webserver", "daemon"), servers, strict=False):
        if (code := process.poll()) is not None:
            raise FoundryError(
                f"Dagster's {name} ended by itself (exit code {code})",
                remedy="read its last words above; start again with: foundry ui",
            )
