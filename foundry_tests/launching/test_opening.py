"""Opening the home's Dagster instance: several processes at once, in a home that nobody has used before.

Add here a promise about processes that share a home.
Not here: what a run does (test_story, test_batch).
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from foundry_assets.launching.held_files import files_held_open
from foundry_assets.launching.history import open_instance
from foundry_assets.places import Home
from foundry_tests.story_fixtures import environment_of_a_process

_KILLED = """
import os
from foundry_assets.home import Foundry
from foundry_assets.launching.held_files import files_held_open
from foundry_assets.launching.history import open_instance
with open_instance(Foundry().home) as instance, files_held_open():
    instance.add_dynamic_partitions("releases", ["before==1.0"])
    instance.add_dynamic_partitions("releases", ["demo==1.0"])
    os._exit(9)
"""
_SEEN = """
from foundry_assets.home import Foundry
from foundry_assets.launching.history import open_instance
with open_instance(Foundry().home) as instance:
    print(instance.get_dynamic_partitions("releases"))
"""
_OPEN = """
import sys
from pathlib import Path
from foundry_assets.home import Foundry
from foundry_assets.launching.history import alone_in, open_instance
print("ready", flush=True)
sys.stdin.readline()
home = Foundry().home
with open_instance(home) as instance:
    with alone_in(home.dagster):
        instance.add_dynamic_partitions("releases", ["demo==1.0"])
    print(instance.get_dynamic_partitions("releases"))
"""


def test_a_fresh_home_is_opened_by_several_processes_at_once(tmp_path: Path) -> None:
    """All get the instance, and one partition is added once, though they begin in the same moment."""
    environment = environment_of_a_process(FOUNDRY_HOME=str(tmp_path / "home"))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _OPEN],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=120) for process in processes]
    assert [(process.returncode, said) for process, (said, _) in zip(processes, told, strict=True)] == [
        (0, "['demo==1.0']\n")
    ] * 4, told


def test_what_was_written_while_files_were_held_open_is_there(tmp_path: Path) -> None:
    """Another process sees each event at once, and one that is killed takes none of its events along."""
    environment = environment_of_a_process(FOUNDRY_HOME=str(tmp_path / "home"))
    killed = subprocess.run([sys.executable, "-c", _KILLED], env=environment, check=False)
    assert killed.returncode == 9
    with open_instance(Home(tmp_path / "home")) as instance:
        assert instance.get_dynamic_partitions("releases") == ["before==1.0", "demo==1.0"]
        with files_held_open():
            instance.add_dynamic_partitions("releases", ["after==1.0"])
            seen = subprocess.run(
                [sys.executable, "-c", _SEEN], env=environment, check=True, capture_output=True, text=True
            )
    assert seen.stdout == "['before==1.0', 'demo==1.0', 'after==1.0']\n"


def test_no_table_is_made_before_the_file_logs_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the log each table waits for the disk, in a new home some three hundred times."""
    said: list[list[str]] = []
    connect = sqlite3.connect

    def traced(*words: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*words, **named)
        said.append([])
        connection.set_trace_callback(said[-1].append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", traced)
    with open_instance(Home(tmp_path / "home").prepare()):
        pass
    making = [words for words in said if any("CREATE TABLE" in word for word in words)]
    assert len(making) >= 3, "runs, events and schedules each have a file"
    for words in making:
        first = next(number for number, word in enumerate(words) if "CREATE TABLE" in word)
        assert "PRAGMA journal_mode = WAL" in words[:first]


def test_files_are_let_go(tmp_path: Path) -> None:
    """After a release no file of the history is open any more, and later connections are Dagster's own."""
    with open_instance(Home(tmp_path / "home").prepare()) as instance:
        with files_held_open():
            instance.add_dynamic_partitions("releases", ["demo==1.0"])
            instance.add_dynamic_partitions("releases", ["demo==1.1"])
            held = list(tmp_path.rglob("*.db-wal"))
        assert held
        instance.add_dynamic_partitions("releases", ["demo==1.2"])
    assert not list(tmp_path.rglob("*.db-wal"))
