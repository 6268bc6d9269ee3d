"""Opening the home's Dagster instance: several processes at once, in a home that nobody has used before.

Add here a promise about processes that share a home.
Not here: what a run does (test_story, test_batch).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from foundry_assets.beginning.deploying import deployment
from foundry_assets.errors import FoundryError
from foundry_assets.home import Home
from foundry_assets.launching.opening import instance_of
from foundry_tests.story_fixtures import environment_of_a_process

_OPEN = """
import sys
from pathlib import Path
from foundry_assets.home import Foundry
from foundry_assets.launching.line_run import alone_in, open_instance
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


def _home_with(settings: str, folder: Path) -> Home:
    home = Home(folder)
    home.dagster.mkdir(parents=True)
    (home.dagster / "dagster.yaml").write_text(settings, encoding="utf-8")
    return home.prepare()


def test_an_instance_whose_variables_are_not_set_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the settings of several machines and an empty environment, the missing names are the remedy."""
    pytest.importorskip("dagster_postgres", reason="the extra `postgres` is not installed")
    for name in ("PGDATABASE", "PGHOST", "PGPASSWORD", "PGPORT", "PGUSER"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(FoundryError) as told:
        instance_of(_home_with(deployment()["dagster.yaml"], tmp_path))
    assert told.value.remedy.endswith("PGDATABASE, PGHOST, PGPASSWORD, PGPORT, PGUSER")


def test_an_instance_that_does_not_open_tells_no_more_than_the_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a library says of its connection may hold a password, and is not repeated; no cause is kept."""

    def refuse(_: str) -> dg.DagsterInstance:
        raise ConnectionError("postgresql://foundry:canary@db.example refused")

    monkeypatch.setattr(dg.DagsterInstance, "from_config", refuse)
    with pytest.raises(FoundryError) as told:
        instance_of(_home_with("", tmp_path))
    assert "(ConnectionError)" in told.value.happened
    assert "canary" not in f"{told.value} {told.value.__cause__}"
