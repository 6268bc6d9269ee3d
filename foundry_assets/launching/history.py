"""The home's Dagster instance, where runs and their history are kept, opened by one process or several.

Add here what opening and writing the history needs, beyond what Dagster does itself.
Not here: what is run (line_run), what an instance is told (places), throwing old runs away (purging).
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from filelock import FileLock

from foundry_assets.home import Home
from foundry_assets.launching.opening import instance_of


@contextmanager
def open_instance(home: Home) -> Iterator[dg.DagsterInstance]:
    """Open the home's Dagster instance, where runs and their history are kept.

    One process at a time: Dagster makes its SQLite files at the first opening, and two makers spoil them.
    """
    with alone_in(home.dagster):
        opened = instance_of(home)
    with opened as instance:
        yield instance


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes of this DAGSTER_HOME waiting, for what Dagster looks up first and writes then."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".foundry.lock"):
        yield


@contextmanager
def files_held_open() -> Iterator[None]:
    """Hold open the SQLite files that Dagster writes to, which it opens and closes for every event.

    The last one to close a file folds its journal into it and waits for the disk, some hundred times a
    release; while it is held open that happens once. `synchronous = NORMAL` lets the journal reach the disk
    with that: a killed process loses nothing, and a power failure at worst the last events of the history,
    never evidence (sqlite.org, "Write-Ahead Logging"). Another database than SQLite is left alone.
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    held = _Held()
    listeners = (("do_connect", held.before), ("connect", held.opened))
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners:
            event.remove(Engine, name, listener)
        held.close()


class _Held:
    """One idle connection a file, told by SQLAlchemy of each new one."""

    def __init__(self) -> None:
        self._open: dict[str, sqlite3.Connection] = {}
        self._lock = threading.Lock()

    def before(self, _dialect: object, record: Any, words: Sequence[Any], _named: object) -> None:
        """Note which file is about to be opened."""
        record.info["file"] = words[0] if words else ""

    def opened(self, connection: Any, record: Any) -> None:
        """Let the connection wait less, and hold its file open from now on, if it keeps a journal."""
        if not isinstance(connection, sqlite3.Connection):
            return
        connection.execute("PRAGMA synchronous = NORMAL")
        file = record.info["file"]
        if file in self._open or connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            return
        with self._lock:
            if file not in self._open:
                self._open[file] = sqlite3.connect(file, check_same_thread=False)
                self._open[file].execute("SELECT 1 FROM sqlite_master").fetchone()

    def close(self) -> None:
        """Let go of every file."""
        with self._lock:
            for connection in self._open.values():
                with contextlib.suppress(sqlite3.Error):
                    connection.close()
            self._open.clear()
