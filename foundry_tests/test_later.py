"""What only later steps load: it is left out at first, and all of it is there when a release needs it."""

from __future__ import annotations

import subprocess
import sys

from foundry_assets.later import LATER, loads

HEAVY = ("requests", "pypi_simple", "cyclonedx", "check_wheel_contents", "email_validator")


def loaded_after(code: str, names: tuple[str, ...]) -> list[str]:
    """Give which of these modules a fresh process has loaded after some code."""
    tell = f"{code}; import sys; print(*[name for name in {names!r} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", tell], check=True, capture_output=True, text=True)
    return told.stdout.split()


def test_the_line_begins_without_them() -> None:
    """What a release loads before its first step has none of them, and none of their libraries."""
    assert loaded_after("import foundry_assets.launching.line_run", (*LATER, *HEAVY)) == []


def test_a_worker_has_them_before_it_is_asked() -> None:
    """A process of a batch loads all of it while orders are read."""
    asked = "from foundry_assets.launching.worker_process import get_ready; get_ready()"
    assert loaded_after(asked, LATER) == list(LATER)


def test_each_is_loaded_by_itself() -> None:
    """Every one of them is there to be loaded."""
    assert [load() is sys.modules[name] for name, load in zip(LATER, loads(), strict=True)] == [True] * len(
        LATER
    )
