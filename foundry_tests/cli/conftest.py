"""The command line called in this process, over a house of the test's own.

Add here what several tests of commands need.
Not here: the house itself (story_fixtures).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
import sqlalchemy.event

from foundry_assets.cli import main
from foundry_tests.story_fixtures import House, open_house


@dataclass(frozen=True)
class Called:
    """How a call ended: its exit code, and what it said to programs and to people."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """What stdout holds, which must be JSON objects, one a line, and nothing else."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture(scope="package", autouse=True)
def hurried_history() -> Iterator[None]:
    """Let SQLite not wait for the disk: Dagster's history commits hundreds of times a run."""

    def hurry(connection: Any, _: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    sqlalchemy.event.listen(sqlalchemy.Engine, "connect", hurry)
    yield
    sqlalchemy.event.remove(sqlalchemy.Engine, "connect", hurry)


Call = Callable[..., Called]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A fresh house, which the command line finds by FOUNDRY_HOME."""
    monkeypatch.setenv("FOUNDRY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "80")
    with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
def call(house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Give the command line as a function of its words."""

    def called(*words: str | Path) -> Called:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["foundry", *map(str, words)])
        try:
            main()
        except SystemExit as end:
            code = end.code
        else:
            code = 0
        told = capsys.readouterr()
        return Called(code if isinstance(code, int) else int(bool(code)), told.out, told.err)

    return called
