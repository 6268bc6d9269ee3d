"""Findings by their check, and a foundry with a catalog of its own, for tests of the doctor.

Add here what several tests of the doctor need.
Not here: what a check must see (the tests).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import dagster as dg
from dagster._daemon.types import DaemonHeartbeat
from dagster_shared.error import SerializableErrorInfo

from foundry_assets.doctor import Finding
from foundry_assets.home import Foundry


def by_check(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Give findings by what they are about, in their order."""
    return {finding.check: finding for finding in findings}


def foundry_with(folder: Path, catalog: str) -> Foundry:
    """Give a foundry with a catalog of that text, and a home that is not there yet."""
    file = folder / "foundry.toml"
    file.write_text(catalog, encoding="utf-8")
    return Foundry(home_folder=str(folder / "home"), catalog_file=str(file))


def beat(instance: dg.DagsterInstance, errors: Mapping[str, list[str]]) -> None:
    """Let every part of a daemon tell that it is at work, with errors by the part's name."""
    for kind in instance.get_required_daemon_types():
        told = [SerializableErrorInfo(text, [], "ConnectionError") for text in errors.get(kind, ())]
        instance.add_daemon_heartbeat(DaemonHeartbeat(time.time(), kind, "id", told))
