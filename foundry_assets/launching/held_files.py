"""The SQLite files of Dagster's history, held open and asked in compiled words while a release runs.

Add here what SQLAlchemy must know so that an event costs little.
Not here: opening the history, and who may open it when (history).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine

_compiled: dict[Any, Any] = {}
"""What was compiled, by dialect and statement; Dagster knows some hundred statements."""


class _Shelf:
    """Idle connections by file; while `users` is 0 there are none, and every connection ends when closed."""

    def __init__(self) -> None:
        self.users = 0
        self._idle: dict[str, list[sqlite3.Connection]] = {}
        self._file_of: dict[int, str] = {}
        self._lock = threading.Lock()

    def take(self, file: str) -> sqlite3.Connection | None:
        with self._lock:
            idle = self._idle.get(file)
            return idle.pop() if idle else None

    def note(self, file: str, connection: sqlite3.Connection) -> None:
        with self._lock:
            self._file_of[id(connection)] = file

    def put(self, connection: sqlite3.Connection) -> bool:
        """Take a connection in; False for one that is none of ours, or in the middle of something."""
        with self._lock:
            file = self._file_of.get(id(connection), "")
            if not file or not self.users or connection.in_transaction:
                self._file_of.pop(id(connection), None)
                return False
            self._idle.setdefault(file, []).append(connection)
            return True

    def empty(self) -> None:
        with self._lock:
            idle = [connection for one in self._idle.values() for connection in one]
            self._idle.clear()
            for connection in idle:
                del self._file_of[id(connection)]
        for connection in idle:
            connection.close()


_shelf = _Shelf()


class HeldFiles(SQLiteDialect_pysqlite):
    """SQLite's dialect, whose connections to files are handed out again in place of being closed.

    Dagster makes an engine for each event, and with it a dialect, a connection and its statements anew. Any
    two of these dialects are equal, so that what was compiled for one serves the others.
    """

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(HeldFiles)

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Let an engine look for its statements among all that were compiled in this process."""
        engine.update_execution_options(compiled_cache=_compiled)

    def on_connect(self) -> None:  # type: ignore[override]
        """Ask for nothing whenever a connection is handed out: what there is to do is done as it is made."""

    def connect(self, *words: Any, **named: Any) -> Any:
        """Give an idle connection to the file, else a new one."""
        file = str(words[0]) if words else ""
        if not _shelf.users or not os.path.isabs(file):  # noqa: PTH117 - some hundred times a release
            return self._made_ready(super().connect(*words, **named))
        connection = _shelf.take(file)
        if connection is None:
            connection = self._made_ready(sqlite3.connect(*words, **named))
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            _shelf.note(file, connection)
        return connection

    def _made_ready(self, connection: Any) -> Any:
        super().on_connect()(connection)
        return connection

    def do_close(self, dbapi_connection: Any) -> None:
        """Lay a connection aside, or close it."""
        if not _shelf.put(dbapi_connection):
            dbapi_connection.close()

    def get_default_isolation_level(self, dbapi_conn: Any) -> Any:  # noqa: ARG002 - the dialect's own form
        """Give what SQLite has unless somebody changes it, which nobody does here."""
        return "SERIALIZABLE"


@contextmanager
def files_held_open() -> Iterator[None]:
    """Hold open the SQLite files that Dagster makes and writes to, which it opens and closes for every event.

    The last one to close a file folds its journal into it and waits for the disk, some hundred times a
    release; while it is held open that happens once. `synchronous = NORMAL` lets the journal reach the disk
    with that: a killed process loses nothing, and a power failure at worst the last events of the history,
    never evidence (sqlite.org, "Write-Ahead Logging"). Dagster turns that logging on once a file has all its
    tables, some twenty waits for the disk later; here it is on before the first. Another database than SQLite
    is left alone.
    """
    registry.register("sqlite", __name__, HeldFiles.__name__)
    _shelf.users += 1
    try:
        yield
    finally:
        _shelf.users -= 1
        if not _shelf.users:
            _shelf.empty()
