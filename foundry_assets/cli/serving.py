"""The command `ui`: Dagster's webserver and daemon on loopback, over the home's own instance.

Add here what the browser view needs at start.
Not here: what it shows (definitions).
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack

import click

_MODULE = "foundry_assets.definitions"


@click.command()
@click.option("--port", default=3000, show_default=True, help="The port on 127.0.0.1.")
@click.option("--read-only", is_flag=True, help="A view that can launch and change nothing.")
def ui(port: int, read_only: bool) -> None:
    """Show releases in the browser, and launch them there; ends with Ctrl-C.

    Starts Dagster's webserver and daemon on 127.0.0.1. There is no login: do not pass the port on to
    others. History lasts in the home.
    """
    from foundry_assets.home import CATALOG_VARIABLE, HOME_VARIABLE, Foundry, find_catalog
    from foundry_assets.subprocesses import running

    home = Foundry().home
    environment = dict(os.environ) | {"DAGSTER_HOME": str(home.dagster), HOME_VARIABLE: str(home.root)}
    if catalog := find_catalog():
        environment[CATALOG_VARIABLE] = str(catalog)
    web = ["dagster_webserver", "-h", "127.0.0.1", "-p", str(port), "-m", _MODULE]
    programs = [web + ["--read-only"] * read_only] + [["dagster._daemon", "run", "-m", _MODULE]] * (
        not read_only
    )
    with ExitStack() as stack:
        started = [
            stack.enter_context(running([sys.executable, "-m", *words], cwd=home.root, env=environment))
            for words in programs
        ]
        click.echo(f"foundry ui: http://127.0.0.1:{port}  (home: {home.root}; Ctrl-C ends it)", err=True)
        for process in started:
            process.wait()
