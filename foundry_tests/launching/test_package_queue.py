"""The queue that `foundry` writes into the instance: one run a package, however it was launched.

Add here what a run must carry before it waits.
Not here: how Dagster counts runs by their tags.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import dagster as dg
import pytest

from foundry_assets.assets.rehearsal_report import REHEARSAL_ASSET
from foundry_assets.home import Home
from foundry_assets.launched import INDEX_TAG
from foundry_assets.launching.jobs import launch_config
from foundry_assets.launching.package_queue import PackageQueue
from foundry_assets.launching.rehearsal_job import REHEARSAL_LIMIT_SECONDS
from foundry_assets.settings import ReleaseSettings


@dg.job(resource_defs={"settings": ReleaseSettings.configure_at_launch()})
def single_asset() -> None:
    """Stand for the job of an asset that is launched by itself."""


def submitted(home: Home, tags: dict[str, str], *, asset: str = "", **form: Any) -> dict[str, str]:
    """Submit a run of a single asset, as the browser does, to all but Dagster's own queue; gives its tags."""
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        assert isinstance(instance.run_coordinator, PackageQueue)
        run = instance.create_run_for_job(single_asset, run_config=launch_config(**form), tags=tags)
        run = run._replace(asset_selection=frozenset({dg.AssetKey(asset)}) if asset else None)
        context = dg.SubmitRunContext(run, workspace=cast("Any", SimpleNamespace()))
        read = instance.get_run_by_id
        patch.setattr(dg.QueuedRunCoordinator, "submit_run", lambda _, given: read(given.dagster_run.run_id))
        return dict(instance.run_coordinator.submit_run(context).tags)


def test_a_single_asset_launched_by_hand_counts_for_its_package(home: Home) -> None:
    """A run without our tags gets package, version and launcher from its partition and Dagster's own."""
    tags = submitted(home, {"dagster/partition": "demo-pkg==1.0", "dagster/from_ui": "true"})
    assert (tags["package"], tags["version"], tags["launcher"]) == ("demo-pkg", "1.0", "ui")


def test_it_is_found_by_its_index(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form's index, else the one that it was launched for, else the package's own by the catalog."""
    catalog = tmp_path / "foundry.toml"
    entry = '[[package]]\nname = "demo-pkg"\nsource = "demo-pkg"\nindex = "testpypi"\n'
    catalog.write_text(entry, encoding="utf-8")
    monkeypatch.setenv("FOUNDRY_CATALOG", str(catalog))
    tags = {"dagster/partition": "demo-pkg==1.0"}
    assert submitted(home, tags)["index"] == "testpypi"
    assert submitted(home, tags | {INDEX_TAG: "company"})["index"] == "company"
    told = submitted(home, tags | {INDEX_TAG: "company"}, index="pypi", mode="rehearse")
    assert (told["index"], told["mode"]) == ("pypi", "rehearse")
    catalog.write_text("[[package", encoding="utf-8")
    assert "index" not in submitted(home, tags)


def test_what_a_run_already_says_stays(home: Home) -> None:
    """A launcher that tagged its run is not contradicted."""
    given = {"dagster/partition": "demo-pkg==1.0", "launcher": "batch order"}
    assert submitted(home, given)["launcher"] == "batch order"


@pytest.mark.parametrize("key", ["", "2026-11-01", "nonsense", "a==b"])
def test_a_run_about_no_release_is_queued_as_it_is(home: Home, key: str) -> None:
    """The rehearsal's month or a wrong key does not stop the queue; the run itself tells what is wrong."""
    assert "package" not in submitted(home, {"dagster/partition": key} if key else {})


def test_a_rehearsal_launched_as_a_single_asset_has_the_time_that_its_job_has(home: Home) -> None:
    """A catalog of many packages takes longer than any one release may."""
    tags = submitted(home, {"dagster/partition": "2026-11"}, asset=REHEARSAL_ASSET)
    assert tags["dagster/max_runtime"] == str(REHEARSAL_LIMIT_SECONDS)
    assert "dagster/max_runtime" not in submitted(home, {"dagster/partition": "2026-11"}, asset="wheel")
