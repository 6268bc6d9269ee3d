"""What Dagster loads: the whole graph as one picture, so that a change of the flow is one visible difference.

Add here what must hold for the definitions as a whole.
Not here: what an asset or a job does.
"""

from __future__ import annotations

import re
from pathlib import Path

import dagster as dg
import pytest

from foundry_assets import __doc__ as story
from foundry_assets.assets import line
from foundry_assets.checks import gates
from foundry_assets.definitions import build_definitions, defs
from foundry_assets.evidence import REQUIRED_CHECKS
from foundry_assets.home import Foundry
from foundry_assets.release import releases
from foundry_assets.store import ArtefactStore

GRAPH = """\
staged_workspace  <-
stubbed_tree      <- staged_workspace
sdist             <- stubbed_tree
wheel             <- sdist
pypi_probe        <- sdist, wheel
upload_receipt    <- pypi_probe, sdist, wheel
summary_json      <- upload_receipt
"""
KINDS_WITH_ICONS = {"source", "python", "file", "report", "json"}
"""Kinds that Dagster 1.13's pages draw with an icon of their own; any other is a bare word."""
CHECKS = """\
pypi_probe: version_is_free_on_index, blocks
sdist: sdist_holds_every_file, blocks
sdist: sdist_metadata_is_valid, blocks
sdist: sdist_version_is_the_release, blocks
staged_workspace: credential_is_ready, warns
staged_workspace: intent_is_told, warns
staged_workspace: source_is_committed, warns
staged_workspace: source_is_what_was_released, blocks
stubbed_tree: nothing_of_the_author_is_overwritten, blocks
stubbed_tree: typing_signal_is_never_worse, blocks
summary_json: summary_holds_this_release, blocks
upload_receipt: attestations_went_along, warns
upload_receipt: index_serves_our_bytes, blocks
wheel: index_would_accept_both_files, blocks
wheel: wheel_holds_every_file, blocks
wheel: wheel_installs_and_imports, blocks
wheel: wheel_is_reproducible, warns
wheel: wheel_metadata_is_valid, blocks
wheel: wheel_version_is_the_release, blocks
"""


def _names(assets: list[dg.AssetsDefinition]) -> list[str]:
    return [asset.key.to_user_string() for asset in assets]


def test_the_graph_is_this() -> None:
    """The seven assets and their dependencies, in flow order."""
    drawn = ""
    for asset in line:
        deps = sorted(key.to_user_string() for key in asset.dependency_keys)
        drawn += f"{asset.key.to_user_string():<17} <- {', '.join(deps)}".rstrip() + "\n"
    assert drawn == GRAPH


def test_the_checks_are_these() -> None:
    """Every check with its asset, and whether it blocks."""
    specs = [spec for definition in [*line, *gates] for spec in definition.check_specs]
    drawn = sorted(
        f"{spec.asset_key.to_user_string()}: {spec.name}, {'blocks' if spec.blocking else 'warns'}"
        for spec in specs
    )
    assert "\n".join(drawn) + "\n" == CHECKS


def test_every_verdict_that_an_upload_needs_has_a_check() -> None:
    """The list of required verdicts names checks that exist, each at its asset."""
    specs = [spec for definition in [*line, *gates] for spec in definition.check_specs]
    declared = {(spec.asset_key.to_user_string(), spec.name) for spec in specs}
    assert set(REQUIRED_CHECKS) <= declared


def test_every_asset_tells_people_what_it_is() -> None:
    """Docstring, owner, kind, group and code version are set on each asset, for its page in the UI."""
    for asset in line:
        (spec,) = asset.specs
        assert spec.description
        assert len(spec.description) > 200
        assert spec.owners == ["team:release"]
        assert spec.kinds
        assert spec.kinds <= KINDS_WITH_ICONS
        assert spec.group_name == "release"
        assert spec.code_version
        assert spec.partitions_def is releases


def test_the_catalog_names_owners_and_indexes(tmp_path: Path) -> None:
    """Each index ends the lineage as an external asset; each asset has the catalog's owners."""
    catalog = tmp_path / "foundry.toml"
    index = '[indexes.company]\nupload_url = "https://p.example/"\nsimple_url = "https://p.example/simple/"\n'
    catalog.write_text(f'[foundry]\nowners = ["tools", "ops@example.com", "a b"]\n{index}', "utf-8")
    specs = build_definitions(foundry=Foundry(catalog_file=str(catalog))).resolve_all_asset_specs()
    found = {spec.key.to_user_string(): spec for spec in specs}
    indexes = {name for name, spec in found.items() if spec.group_name == "indexes"}
    assert indexes == {f"index/{name}" for name in ("local", "company", "pypi", "testpypi")}
    assert [str(dep.asset_key.to_user_string()) for dep in found["index/company"].deps] == ["upload_receipt"]
    assert found["wheel"].owners == ["team:tools", "ops@example.com"]


def test_a_catalog_that_cannot_be_read_leaves_a_view(tmp_path: Path) -> None:
    """The definitions load without it, so that the history can be read while it is mended."""
    catalog = tmp_path / "foundry.toml"
    catalog.write_text("this is no catalog", "utf-8")
    specs = build_definitions(foundry=Foundry(catalog_file=str(catalog))).resolve_all_asset_specs()
    assert {spec.key.to_user_string() for spec in specs} >= {"wheel", "index/local"}


def test_nothing_is_automated_on_its_own() -> None:
    """No asset has an automation condition, and the upload can never be retried by a policy."""
    assert all(spec.automation_condition is None for asset in line for spec in asset.specs)
    upload = next(asset for asset in line if asset.key.to_user_string() == "upload_receipt")
    assert upload.op.retry_policy == dg.RetryPolicy(max_retries=0)


def test_schedule_and_sensor_wait_for_a_person() -> None:
    """What could start releases is stopped until somebody turns it on; accounting for failures is not."""
    (schedule,) = defs.schedules or ()
    sensors = {sensor.name: sensor.default_status.value for sensor in defs.sensors or ()}
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert (schedule.name, schedule.default_status.value) == ("monthly_rehearsal", "STOPPED")
    assert sensors == {"version_bumps": "STOPPED", "failed_releases": "RUNNING"}


def test_the_jobs_are_these() -> None:
    """One job releases, one rehearses, one lifts a hold; nothing else can be launched by name."""
    assert sorted(job.name for job in defs.jobs or ()) == ["lift_hold", "rehearsal", "release"]


def test_the_job_covers_the_line_in_one_process_and_is_never_retried() -> None:
    """The job `release` selects everything, runs in process, and carries the tags that keep engines off."""
    job = defs.resolve_job_def("release")
    assert {key.to_user_string() for key in job.asset_layer.selected_asset_keys} == set(_names(line))
    assert job.executor_def is dg.in_process_executor
    assert job.tags["dagster/max_retries"] == "0"
    assert int(job.tags["dagster/max_runtime"]) > 0


def test_an_asset_launched_by_itself_runs_in_process_too() -> None:
    """The executor is set for the job that Dagster makes for single assets, not only for ours."""
    assert defs.executor is dg.in_process_executor


def test_resources_can_be_replaced_one_by_one(tmp_path: Path) -> None:
    """`build_definitions` takes another foundry or store and leaves the rest as it is."""
    foundry, store = Foundry(home_folder=str(tmp_path)), ArtefactStore(root="memory://store")
    resources = build_definitions(foundry=foundry, store=store).resources or {}
    assert resources["foundry"] is foundry
    assert resources["store"] is store
    assert resources["bench"].foundry is foundry


def test_a_resource_that_does_not_exist_is_refused() -> None:
    """A misspelt override is an error, not silently ignored."""
    with pytest.raises(TypeError, match="stroe"):
        build_definitions(stroe=ArtefactStore())


def test_the_story_is_told_in_the_order_of_the_line() -> None:
    """The package's docstring and the README's diagram name the assets in the order of the code."""
    named = re.findall(r"`(\w+)`", story or "")
    assert named == _names(line)
    readme = Path(__file__).parent.parent / "README.md"
    if not readme.is_file() or "──►" not in (text := readme.read_text(encoding="utf-8")):
        pytest.skip("the README draws no diagram")
    start = text.index("──►")
    diagram = text[text.rindex("\n\n", 0, start) : text.index("\n\n", start)]
    places = [diagram.index(name) for name in _names(line)]
    assert places == sorted(places), f"the README tells another order than {_names(line)}"
