"""An instance that does not open: told in one sentence with what to do, and with no word of a connection.

Add here another reason why settings or a database do not let it.
Not here: opening it well, several processes at once (test_opening).
"""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from foundry_assets.beginning.deploying import deployment
from foundry_assets.errors import FoundryError
from foundry_assets.home import Home
from foundry_assets.launching.opening import instance_of


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
