"""What SQLAlchemy is told so that an event costs little: the same connections, statements compiled once.

Add here a promise about connections to the files of a history.
Not here: what other processes see of such a file (test_opening).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.compiler import SQLCompiler

from foundry_assets.launching.held_files import files_held_open


@contextmanager
def connected(file: Path | str) -> Iterator[Connection]:
    """Connect as Dagster does for an event: by an engine of its own, which keeps no connection."""
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with engine.connect() as connection, connection.begin():
        yield connection
    engine.dispose()


def driver_of(connection: Connection) -> object:
    """Give the driver's own connection."""
    return connection.connection.dbapi_connection


def driver_at(file: Path) -> object:
    """Connect for a moment and give the driver's connection."""
    with connected(file) as connection:
        return driver_of(connection)


def test_a_file_is_connected_to_once(tmp_path: Path) -> None:
    """Engine after engine gets the same connection to a file, another for another file, none of it later."""
    file = tmp_path / "history.db"
    with files_held_open():
        first = driver_at(file)
        again = driver_at(file)
        other = driver_at(tmp_path / "other.db")
    assert first is again
    assert first is not other
    assert driver_at(file) is not first


def test_each_connection_knows_what_sqlalchemy_adds(tmp_path: Path) -> None:
    """The functions of SQLAlchemy's own dialect are there: held or not, the first time and again."""
    asked = text("SELECT 'release' REGEXP '^re', floor(1.5)")
    with files_held_open():
        for file in (tmp_path / "history.db", tmp_path / "history.db", ":memory:"):
            with connected(file) as connection:
                assert connection.execute(asked).one() == (1, 1)
    with connected(tmp_path / "history.db") as connection:
        assert connection.execute(asked).one() == (1, 1)


def test_two_at_once_have_a_connection_each(tmp_path: Path) -> None:
    """A connection that is in use is nobody else's."""
    file = tmp_path / "history.db"
    with files_held_open(), connected(file) as one, connected(file) as two:
        assert driver_of(one) is not driver_of(two)


def test_the_outermost_lets_go(tmp_path: Path) -> None:
    """A release within another's process leaves the other's connections open."""
    file = tmp_path / "history.db"
    with files_held_open():
        first = driver_at(file)
        with files_held_open():
            pass
        assert driver_at(file) is first


def test_what_failed_leaves_nothing_behind(tmp_path: Path) -> None:
    """A transaction that broke off is undone, and whoever connects next begins with a clean one."""
    file = tmp_path / "history.db"
    with files_held_open():
        with connected(file) as connection:
            connection.execute(text("CREATE TABLE told (what TEXT)"))
        first = driver_at(file)
        with pytest.raises(RuntimeError, match="broke off"), connected(file) as connection:
            connection.execute(text("INSERT INTO told VALUES ('half')"))
            raise RuntimeError("broke off")
        assert driver_at(file) is first
        with connected(file) as connection:
            assert connection.execute(text("SELECT count(*) FROM told")).scalar() == 0


def test_memory_is_not_held() -> None:
    """A database in memory ends with its connection, as ever."""
    with files_held_open():
        with connected(":memory:") as connection:
            connection.execute(text("CREATE TABLE told (what TEXT)"))
        with connected(":memory:") as connection:
            connection.execute(text("CREATE TABLE told (what TEXT)"))


def test_a_statement_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one engine compiled serves the next one."""
    compiled: list[str] = []
    real = SQLCompiler.__init__

    def counted(self: SQLCompiler, *words: object, **named: object) -> None:
        real(self, *words, **named)  # type: ignore[arg-type]
        compiled.append(str(self))

    monkeypatch.setattr(SQLCompiler, "__init__", counted)
    with files_held_open():
        for number in range(3):
            with connected(tmp_path / f"{number}.db") as connection:
                assert connection.execute(text("SELECT 1 + :more"), {"more": number}).scalar() == 1 + number
    assert compiled == ["SELECT 1 + ?"]
