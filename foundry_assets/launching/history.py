"""The home's Dagster instance, where runs and their history are kept, opened by one process or several.

Add here what opening the history needs, beyond what Dagster does itself.
Not here: what makes writing to it cheap (held_files), what an instance is told (places), purging.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from filelock import FileLock

from foundry_assets.home import Home
from foundry_assets.launching.held_files import files_held_open
from foundry_assets.launching.opening import instance_of


@contextmanager
def open_instance(home: Home) -> Iterator[dg.DagsterInstance]:
    """Open the home's Dagster instance, where runs and their history are kept.

    One process at a time: Dagster makes its SQLite files at the first opening, and two makers spoil them.
    """
    with alone_in(home.dagster), files_held_open():
        opened = instance_of(home)
    with opened as instance:
        yield instance


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes of this DAGSTER_HOME waiting, for what Dagster looks up first and writes then."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".foundry.lock"):
        yield
