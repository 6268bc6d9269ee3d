"""Whose verdict a check's is: each release's own, for as long as one constant says so.

Add here what Dagster must know of verdicts over several releases.
Not here: which checks there are (test_definitions), and what the pages show of them (ui).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import dagster as dg

from foundry_assets import release_checks
from foundry_assets.assets import line
from foundry_assets.assets.rehearsal_report import months, rehearsal_checks
from foundry_assets.checks import gates
from foundry_assets.home import Foundry, Home
from foundry_assets.launching.history import open_instance
from foundry_assets.launching.line_run import run_line
from foundry_assets.launching.orders import Choice, resolve
from foundry_assets.release import releases
from foundry_tests.story_fixtures import environment_of_a_process, open_house, quick_project

INSTALLS = dg.AssetCheckKey(dg.AssetKey("wheel"), "wheel_installs_and_imports")
VALID = dg.AssetCheckKey(dg.AssetKey("sdist"), "sdist_metadata_is_valid")
WITHOUT = """
import json, sys
from pathlib import Path
from foundry_assets import release_checks
release_checks.VERDICTS_BY_RELEASE = False
from foundry_assets.assets import line
from foundry_assets.checks import gates
from foundry_tests.test_release_checks import in_home
print(json.dumps({
    "partitioned": [s.name for one in [*line, *gates] for s in one.check_specs if s.partitions_def],
    "status": in_home(Path(sys.argv[1]), "1.0"),
}))
"""
"""A program with the constant turned off: what its checks are declared as, and how a release ends."""


def in_home(root: Path, version: str) -> str:
    """Release a version with a history that lasts, and give how it ended."""
    foundry = Foundry(home_folder=str(root / "home"))
    source = quick_project(root / "source", version=version)
    with open_instance(foundry.home) as instance:
        (order,) = resolve(Choice(paths=(source,)), foundry)
        return run_line(order, foundry=foundry, instance=instance).status


def verdicts(instance: dg.DagsterInstance, check: dg.AssetCheckKey) -> dict[str, str]:
    """Give how Dagster has a check stand for each release."""
    found = instance.event_log_storage.get_asset_check_partition_info([check])
    return {one.partition_key or "": one.latest_execution_status.value for one in found}


def test_every_check_is_declared_with_its_releases() -> None:
    """The line's checks go by release and the rehearsal's by month, as the assets that they judge."""
    specs = [spec for one in [*line, *gates] for spec in one.check_specs]
    assert release_checks.VERDICTS_BY_RELEASE
    assert all(spec.partitions_def is releases for spec in specs)
    assert all(spec.partitions_def is months for one in rehearsal_checks for spec in one.check_specs)


def test_two_releases_have_verdicts_of_their_own(tmp_path: Path) -> None:
    """What failed for one release stays failed for it, and passed for the other, whichever came last."""
    with open_house(tmp_path) as house:
        bad = quick_project(tmp_path / "source", code="import no_such_module\n")
        assert house.release(bad).status == "blocked"
        assert house.release(quick_project(tmp_path / "source", version="2.0")).status == "published"
        told = verdicts(house.instance, INSTALLS)
        assert told == {"story-quick==1.0": "FAILED", "story-quick==2.0": "SUCCEEDED"}
        assert set(verdicts(house.instance, VALID).values()) == {"SUCCEEDED"}


def test_without_the_constant_all_works_and_the_history_goes_on(tmp_path: Path) -> None:
    """Turned off, nothing is declared and a release ends well; its verdicts hinder none that come after."""
    words = [sys.executable, "-c", WITHOUT, str(tmp_path)]
    environment = environment_of_a_process()
    run = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
    told = json.loads(run.stdout.splitlines()[-1])
    assert told == {"partitioned": [], "status": "published"}
    assert in_home(tmp_path, "2.0") == "published"
    with open_instance(Home(tmp_path / "home")) as instance:
        assert verdicts(instance, INSTALLS)["story-quick==2.0"] == "SUCCEEDED"
        past = instance.event_log_storage.get_asset_check_execution_history(INSTALLS, limit=9)
        assert [one.partition for one in past] == ["story-quick==2.0", None]
