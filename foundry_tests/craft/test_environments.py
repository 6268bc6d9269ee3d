"""Fresh environments: empty, filled as asked, and honest about what went wrong."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from foundry_assets.craft import environments
from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.errors import BuildFailed
from foundry_tests.craft.test_installing import wheel_of
from foundry_tests.story_fixtures import callers_of


@pytest.mark.parametrize("uv", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_an_environment_holds_what_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uv: bool
) -> None:
    """With uv or with venv and pip: requirements are installed, found and importable, others are not."""
    if not uv:
        monkeypatch.setattr(environments, "find_uv", lambda: "")
    wheel_of(tmp_path / "links", {"needed.py": "X = 1\n"}, name="needed")
    fresh = FreshEnvironment(tmp_path / "environment", home=tmp_path / "home")
    fresh.install([])
    assert "needed" not in fresh.installed()
    fresh.install(["needed>=1"], options=["--no-index", "--find-links", str(tmp_path / "links")])
    assert fresh.installed()["needed"] == "1.0"
    assert fresh.make_extra_environ()["PATH"].startswith(str(tmp_path / "environment"))
    run = [fresh.python_executable, "-I", "-c"]
    assert subprocess.run([*run, "import needed"], check=False).returncode == 0
    assert subprocess.run([*run, "import dagster"], check=False, capture_output=True).returncode == 1


def test_what_cannot_be_installed_is_told(tmp_path: Path) -> None:
    """The requirement and the installer's own words are in the error."""
    fresh = FreshEnvironment(tmp_path / "environment", home=tmp_path / "home")
    with pytest.raises(BuildFailed, match="demo-that-is-not-there") as caught:
        fresh.install(["demo-that-is-not-there"], options=["--no-index"])
    assert "demo-that-is-not-there" in caught.value.details


@pytest.mark.parametrize("uv", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_wheel_on_trial_leaves_nothing_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uv: bool
) -> None:
    """It is installed with what it needs, and the cache that all environments share does not hold it."""
    if not uv:
        monkeypatch.setattr(environments, "find_uv", lambda: "")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "cache"))
    wheel_of(tmp_path / "links", {"needed.py": "X = 1\n"}, name="needed")
    wheel = wheel_of(tmp_path, {"tried.py": "import needed\n"}, "Requires-Dist: needed", "tried")
    fresh = FreshEnvironment(tmp_path / "environment", home=tmp_path / "home", readable=[wheel])
    fresh.install_wheel(wheel, options=["--no-index", "--find-links", str(tmp_path / "links")])
    assert {"needed", "tried"} <= set(fresh.installed())
    run = [fresh.python_executable, "-I", "-c", "import tried"]
    assert subprocess.run(run, check=False).returncode == 0
    assert not list((tmp_path / "cache").rglob("tried*"))


@pytest.mark.parametrize("uv", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_wheel_that_needs_nothing_is_installed_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uv: bool
) -> None:
    """No index is asked for what there is not: one program makes the environment, and one fills it."""
    if not uv:
        monkeypatch.setattr(environments, "find_uv", lambda: "")
    commands = callers_of(monkeypatch, environments, "run_apart")
    wheel = wheel_of(tmp_path, {"tried.py": ""}, name="tried")
    fresh = FreshEnvironment(tmp_path / "environment", home=tmp_path / "home", readable=[wheel])
    fresh.install_wheel(wheel, options=["--no-index"], is_alone=True)
    assert "tried" in fresh.installed()
    assert len(commands) == 2
