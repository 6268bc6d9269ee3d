"""The monthly rehearsal: every package goes through all that a release does, and the report tells it.

Add here what a whole rehearsal promises.
Not here: comparing reports (craft/rehearsing/test_comparing), the real upload (test_real_upload).
"""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import dagster as dg
import pytest

from foundry_assets.assets.rehearsal_report import REHEARSAL_ASSET
from foundry_assets.craft.rehearsing import RehearsalReport, tools
from foundry_assets.craft.rehearsing.form import Toolset
from foundry_assets.craft.summary import read_entries
from foundry_assets.definitions import build_definitions
from foundry_assets.launching import rehearsal
from foundry_assets.launching.rehearsal import Stage
from foundry_assets.launching.rehearsal_job import REHEARSAL_JOB, rehearsal_config
from foundry_assets.release import Release
from foundry_assets.store import ArtefactStore
from foundry_tests.faulty_index import faulty_index
from foundry_tests.story_fixtures import House, quick_project, quiet

PACKAGES = '[[package]]\nname = "story-a"\nsource = "a"\n\n[[package]]\nname = "story-b"\nsource = "b"\n'
DEVIATIONS_CHECK = "nothing_deviates_from_the_last_rehearsal"


def rehearse(
    house: House, month: str, *, upload: bool = False
) -> tuple[dg.ExecuteInProcessResult, RehearsalReport]:
    """Run the job for a month, and give its report."""
    job = build_definitions(foundry=house.foundry).resolve_job_def(REHEARSAL_JOB)
    result = job.execute_in_process(
        run_config=rehearsal_config(upload=upload) | quiet(),
        instance=house.instance,
        partition_key=month,
        raise_on_error=False,
    )
    told = [event.message for event in result.all_events if event.is_failure]
    report = Stage.of(house.foundry, ArtefactStore()).reports.of_run(result.run_id)
    assert report is not None, told
    return result, report


@pytest.fixture
def without_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the installation of fresh tools, which needs a package index."""
    told = (Toolset(name="newest", wanted=("build",), problem="not in this test"),)
    monkeypatch.setattr(rehearsal, "reinstall", lambda _: told)


@pytest.fixture
def two(house: House) -> House:
    """A house with two packages, whose rehearsals are for an index out of reach."""
    quick_project(house.root / "a", name="story-a")
    quick_project(house.root / "b", name="story-b")
    where = '[rehearsal]\nindex = "away"\n[indexes.away]\nupload_url = "https://upload.invalid/legacy/"\n'
    house.catalog(f'{where}simple_url = "https://upload.invalid/simple/"\n\n{PACKAGES}')
    return house


def _verdict(result: dg.ExecuteInProcessResult, name: str) -> dg.AssetCheckEvaluation:
    return next(found for found in result.get_asset_check_evaluations() if found.check_name == name)


def test_every_package_has_its_step_and_is_sent_to_an_index_that_is_thrown_away(
    two: House, without_tools: None
) -> None:
    """The run shows a step a package; each file was prepared, sent, served and installed; nothing lasts."""
    result, report = rehearse(two, "2026-10")
    assert result.success
    steps = {event.step_key for event in result.all_events if event.is_step_success}
    assert {f"{REHEARSAL_ASSET}.rehearse[story_a]", f"{REHEARSAL_ASSET}.rehearse[story_b]"} <= steps
    assert report.is_good
    for package in report.packages:
        assert (package.status, package.is_installed, package.is_in_summary) == ("rehearsed", True, True)
        assert [file.kind for file in package.files] == ["wheel", "sdist"]
        for file in package.files:
            assert file.is_served, file.served_told
            assert file.request_bytes > file.bytes
            assert (len(file.sha256), file.metadata_version) == (64, "2.1")
        assert package.checks["wheel_installs_and_imports"] == "passed"
        assert package.seconds["the line"] > 0
    assert {"python", "platform", "build", "twine"} <= report.plan.tools.keys()
    assert not list(two.home.index.glob("*.whl")), "the house's own index took nothing"
    assert "story-a==1.0 (rehearsal)" in read_entries(two.home.summary)
    assert not list(two.home.root.glob("rehearsal_tools/*"))
    page = (two.home.change_control / "rehearsals" / "rehearsal-2026-10.md").read_text("utf-8")
    assert f"`{report.packages[0].files[0].sha256}`" in page
    partition = two.materialised(REHEARSAL_ASSET).partition
    assert partition == "2026-10"


def test_an_index_out_of_reach_and_a_credential_that_is_not_there_are_findings(
    two: House, without_tools: None
) -> None:
    """Both are told in report and check, and neither fails the run or any package."""
    result, report = rehearse(two, "2026-10")
    assert [reached.is_reached for reached in report.plan.reached] == [False, False]
    told = "\n".join(report.problems)
    assert "upload_url: " in told
    assert "cannot be resolved" in told
    assert "the credential for `away` cannot be used" in told
    assert report.is_good
    found = _verdict(result, "every_package_could_be_released")
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert _verdict(result, DEVIATIONS_CHECK).passed, "the first rehearsal has nothing to deviate from"


def test_an_injected_deviation_is_named_warned_of_and_entered(two: House, without_tools: None) -> None:
    """Twelve times the size, and nothing else, is told by the report, the check, and two kinds of page."""
    _, first = rehearse(two, "2026-10")
    grown = two.root / "a" / "story_a" / "data.txt"
    grown.write_text("".join(f"{number * 7919 % 10007}\n" for number in range(4000)), encoding="utf-8")
    result, second = rehearse(two, "2026-11")
    assert second.compared_with == first.plan.run_id
    told = list(map(str, second.deviations))
    assert [line.partition(": ")[2].partition(":")[0] for line in told] == ["size wheel", "size sdist"], told
    assert all(line.startswith("story-a: ") for line in told)
    found = _verdict(result, DEVIATIONS_CHECK)
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "size wheel" in (found.description or "")
    entries = sorted((two.home.change_control / "deviations").glob("2026-11-*.md"))
    assert len(entries) == 2
    assert "**open** since" in entries[0].read_text("utf-8")
    listed = (two.home.change_control / "deviations" / "README.md").read_text("utf-8")
    assert all(entry.name in listed for entry in entries)
    page = (two.home.change_control / "rehearsals" / "story-a-1.0.md").read_text("utf-8")
    assert "size wheel: " in page.partition("## Rehearsal deviations")[2].partition("##")[0]
    _, third = rehearse(two, "2026-11")
    assert third.deviations == ()
    page = (two.home.change_control / "rehearsals" / "story-a-1.0.md").read_text("utf-8")
    assert "None is recorded." in page


def test_a_source_that_cannot_be_read_costs_the_others_nothing(two: House, without_tools: None) -> None:
    """It has its own step and its own words in the report, and the run goes on."""
    (two.root / "a" / "pyproject.toml").write_text("[project\n", encoding="utf-8")
    result, report = rehearse(two, "2026-10")
    assert result.success
    assert {package.name: package.status for package in report.packages} == {
        "story-a": "blocked",
        "story-b": "rehearsed",
    }
    assert not report.is_good
    assert any(told.startswith("story-a: ") and "pyproject.toml" in told for told in report.problems)


def test_the_way_to_an_index_is_tried_and_nothing_is_sent_there(
    house: House, without_tools: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With address and credential in order both are told, by source, and the index counted no POST."""
    secret = "a-password-of-nobody"
    monkeypatch.setenv("TWINE_USERNAME", "releaser")
    monkeypatch.setenv("TWINE_PASSWORD", secret)
    quick_project(house.root / "a", name="story-a")
    with faulty_index() as server:
        where = f'upload_url = "{server.index.upload_url}"\nsimple_url = "{server.index.simple_url}"\n'
        package = PACKAGES.partition("\n\n")[0]
        house.catalog(f'[rehearsal]\nindex = "company"\n[indexes.company]\n{where}\n{package}\n')
        _, report = rehearse(house, "2026-10")
        assert server.total_posts == 0
    assert all(reached.is_reached for reached in report.plan.reached), report.plan.reached
    assert report.plan.credential.source == "TWINE_USERNAME/TWINE_PASSWORD"
    (package_told,) = report.packages
    assert all("credential of TWINE_USERNAME" in file.request_told for file in package_told.files)
    _assert_nowhere(secret, house.root)


def _assert_nowhere(secret: str, folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path


@pytest.mark.slow
def test_fresh_tools_build_and_check_every_package(two: House) -> None:
    """The newest build and twine that our ranges allow are installed afresh and tried on each package."""
    _, report = rehearse(two, "2026-10")
    newest = report.plan.toolsets[0]
    assert newest.problem == ""
    assert {"build", "twine"} <= newest.versions.keys()
    for package in report.packages:
        for run in package.toolsets:
            assert run.is_good, run.message
            assert set(run.files) == {file.filename for file in package.files}
    release = Release.of("story-a", "1.0")
    assert report.plan.orders["story-a"].release == str(release)


@pytest.mark.slow
def test_what_is_installed_is_tried_too_where_it_is_not_the_newest(
    two: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each package is built with both; what twine only warns of is told, and is no failure of the tools."""
    (two.root / "a" / "README.md").write_text("", encoding="utf-8")
    here = {name: importlib.metadata.version(name) for name in tools.TOOLS}
    monkeypatch.setattr(tools, "newest_allowed", lambda: (f"build>=1.4,!={here['build']}", "twine"))
    _, report = rehearse(two, "2026-10")
    newest, installed = report.plan.toolsets
    assert (newest.name, newest.problem, installed.name, installed.problem) == ("newest", "", "installed", "")
    assert newest.versions["build"] != here["build"]
    assert {name: installed.versions[name] for name in here} == here
    for package in report.packages:
        assert [run.toolset for run in package.toolsets] == ["newest", "installed"]
        assert all(run.is_good for run in package.toolsets), package.toolsets
        warned = ("`long_description` missing.",) if package.name == "story-a" else ()
        assert all(run.warnings == warned for run in package.toolsets)
        assert not any("tools" in problem for problem in package.problems)
