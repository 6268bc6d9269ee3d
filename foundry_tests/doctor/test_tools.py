"""Tools that are missing or out of their range are told, by what they are for.

Add here another state of what is installed.
Not here: the whole look (test_examining).
"""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import pytest

from foundry_assets.craft.sandbox import PROCESS
from foundry_assets.doctor import interpreter, tools
from foundry_assets.errors import BuildFailed
from foundry_tests.doctor.scene import by_check


def test_what_is_installed_here_is_in_its_ranges() -> None:
    """Each shown tool has its version, the others are counted."""
    found = by_check(tools.requirements())
    assert {finding.verdict for finding in found.values()} == {"good"}
    assert found["twine"].found == importlib.metadata.version("twine")
    assert {"dagster", "build", "basedpyright", "pyrefly", "ty", "other tools"} <= found.keys()


def test_a_tool_out_of_its_range_blocks_and_a_missing_checker_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version that is there, and the range that it is not in, are told."""
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name == "ty":
            raise importlib.metadata.PackageNotFoundError(name)
        return "2.0" if name in {"twine", "tomlkit"} else real(name)

    monkeypatch.setattr("importlib.metadata.version", version)
    found = by_check(tools.requirements())
    assert (found["twine"].verdict, found["tomlkit"].verdict) == ("blocks", "blocks")
    assert "2.0, which is not" in found["twine"].found
    assert (found["ty"].verdict, found["ty"].found) == (
        "warning",
        "not installed; stubs are proven with one checker less",
    )
    assert "[typing]" in found["ty"].remedy


def test_a_foundry_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without our own metadata no range is known, which warns."""
    monkeypatch.setattr(tools, "DISTRIBUTION", "no-such-distribution")
    assert [finding.verdict for finding in tools.unmeasured()] == ["warning"]


def test_a_missing_git_warns_and_one_that_does_not_start_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without git folders can still be released; a git that fails would stop a release in its middle."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [finding.verdict for finding in tools.git()] == ["warning"]
    monkeypatch.setattr("foundry_assets.doctor.tools.shutil.which", lambda _: str(tmp_path / "git"))
    assert [finding.verdict for finding in tools.git()] == ["blocks"]


def test_an_environment_that_cannot_be_made_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The installer's own words are told."""

    def fails(*_: object, **__: object) -> None:
        raise BuildFailed("a fresh environment could not be created", remedy="read", details="no ensurepip")

    monkeypatch.setattr(interpreter, "FreshEnvironment", fails)
    (found,) = interpreter.environments()
    assert (found.verdict, "no ensurepip" in found.found) == ("blocks", True)


@pytest.mark.parametrize("declined", [True, False])
def test_missing_isolation_warns_with_its_reason(declined: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a sandbox is declined or missing makes the remedy another one."""
    monkeypatch.setattr(interpreter, "isolation", lambda: PROCESS)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("FOUNDRY_SANDBOX", "off" if declined else "")
    (found,) = interpreter.sandbox()
    assert found.verdict == "warning"
    assert ("unset FOUNDRY_SANDBOX" in found.remedy) is declined
