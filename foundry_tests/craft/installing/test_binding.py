"""A name that is bound to a wheel comes from that wheel alone, whatever else is offered under the name.

Add here another way in which somebody else's file could take its place.
Not here: which wheels a release is bound to (test_needed).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft import environments
from foundry_assets.craft.installing import Tried, try_wheel
from foundry_assets.craft.installing.binding import binding_options
from foundry_tests.craft.test_installing import wheel_of


def sibling_of(folder: Path, name: str, version: str, *requires: str, code: str = "") -> Path:
    """Write a wheel of one module that needs others."""
    needs = "".join(f"Requires-Dist: {text}\n" for text in requires)
    return wheel_of(folder, {f"{name}.py": code}, needs, name, version=version)


def tried(tmp_path: Path, *requires: str) -> Tried:
    """Try a wheel that needs `sibling`: bound to 1.0rc1, while a folder offers 99.0 that does not import."""
    sibling_of(tmp_path / "links", "sibling", "99.0", code="raise SystemExit('not the one that is meant')")
    bound = {
        "sibling": sibling_of(tmp_path / "own folder", "sibling", "1.0rc1"),
        "not-needed": sibling_of(tmp_path / "own folder", "not_needed", "1.0"),
    }
    wheel = sibling_of(tmp_path, "demo", "1.0", *requires, code="import sibling")
    return try_wheel(wheel, scratch=tmp_path / "s", find_links=[tmp_path / "links"], bound=bound)


@pytest.mark.parametrize("installer", ["uv", pytest.param("pip", marks=pytest.mark.slow)])
def test_a_bound_name_is_never_taken_from_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installer: str
) -> None:
    """A much higher version in another place is not looked at, and what nothing needs is not installed."""
    if installer == "pip":
        monkeypatch.setattr(environments, "find_uv", lambda: "")
    found = tried(tmp_path, "Sibling>=1.0rc1")
    assert found.failed == ()
    assert found.installed["sibling"] == "1.0rc1"
    assert "not-needed" not in found.installed
    assert "not_needed" not in found.installed


def test_a_requirement_that_the_bound_wheel_does_not_meet_fails(tmp_path: Path) -> None:
    """Nothing else of that name is taken instead; the installer says what contradicts what."""
    (failure,) = tried(tmp_path, "sibling>=2").failed
    assert "cannot be installed" in failure.error_last_line
    assert "sibling" in failure.details


def test_nothing_bound_says_nothing_to_the_installer(tmp_path: Path) -> None:
    """Without bound names there is no option and no file."""
    assert binding_options({}, tmp_path / "bound") == []
    assert not (tmp_path / "bound").exists()
