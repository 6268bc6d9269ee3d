"""The rows that one release leaves in Dagster's SQLite history, repeated for another release.

Add here another of Dagster's tables that a release writes to.
Not here: which releases (growing); Dagster's own calls would take hours for tens of thousands of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence
from typing import Any

from foundry_assets.places import Home

Rewrite = Callable[[str], str]
_CHECK_IDS = ("evaluation_event_storage_id", "materialization_event_storage_id")


def opened(home: Home, file: str) -> sqlite3.Connection:
    """Open a file of the history for writing a lot; what a crash would lose is of no worth."""
    connection = sqlite3.connect(home.dagster / file)
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def ids_spanned(index: sqlite3.Connection) -> tuple[int, int]:
    """Give how far the first copy's event ids lie behind the model's, and how far each next one's do."""
    low, high = index.execute("SELECT min(id), max(id) FROM event_logs").fetchone()
    span = high - low + 1
    return span, span


def repeat_run(runs: sqlite3.Connection, run_id: str, rewrite: Rewrite) -> None:
    """Repeat a run and its tags."""
    for table in ("runs", "run_tags"):
        found = runs.execute(f"SELECT * FROM {table} WHERE run_id = ?", (run_id,))  # noqa: S608 - ours
        columns = [told[0] for told in found.description]
        _insert(runs, table, columns, [_again(row, columns, rewrite) for row in found.fetchall()])


def repeat_events(
    index: sqlite3.Connection,
    run_id: str,
    rewrite: Rewrite,
    *,
    shift: int,
    event_types: Collection[str] = (),
) -> None:
    """Repeat what a run left in the index of events, its event ids moved by `shift`; all types, or these."""
    events, columns = _events(index, run_id, event_types)
    _insert(index, "event_logs", columns, [_again(row, columns, rewrite, shift, ("id",)) for row in events])
    kept = [row[columns.index("id")] for row in events]
    marks = ", ".join("?" * len(kept))
    tags = index.execute(f"SELECT * FROM asset_event_tags WHERE event_id IN ({marks})", kept)  # noqa: S608
    names = [told[0] for told in tags.description]
    _insert(
        index, "asset_event_tags", names, [_again(row, names, rewrite, shift, ("event_id",)) for row in tags]
    )
    if event_types:
        return
    checks = index.execute("SELECT * FROM asset_check_executions WHERE run_id = ?", (run_id,))
    names = [told[0] for told in checks.description]
    again = [_again(row, names, rewrite, shift, _CHECK_IDS) for row in checks]
    _insert(index, "asset_check_executions", names, again)


def _events(
    index: sqlite3.Connection, run_id: str, event_types: Collection[str]
) -> tuple[list[tuple[Any, ...]], list[str]]:
    found = index.execute("SELECT * FROM event_logs WHERE run_id = ? ORDER BY id", (run_id,))
    columns = [told[0] for told in found.description]
    of_type = columns.index("dagster_event_type")
    return [row for row in found if not event_types or row[of_type] in event_types], columns


def _again(
    row: Sequence[Any], columns: Sequence[str], rewrite: Rewrite, shift: int = 0, shifted: Sequence[str] = ()
) -> list[Any]:
    """Give a row's values for the copy; its own id is given by the database unless it is one that moves."""
    told = []
    for column, value in zip(columns, row, strict=True):
        if column in shifted:
            told.append(None if value is None else value + shift)
        elif column == "id":
            told.append(None)
        else:
            told.append(rewrite(value) if isinstance(value, str) else value)
    return told


def _insert(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    marks = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608
