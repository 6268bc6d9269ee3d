"""How all releases together stand: the stage `publishing`, and one yes or no a package.

Add here what an orchestrator reads off the entries as a whole.
Not here: what one entry holds (form), and the file (shared_file).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from foundry_assets.craft.summary.form import STAGE_ID, Stage, StageStatus


class Standing(NamedTuple):
    """What counts of an entry here; read off its JSON, since a thousand models would take their time."""

    name: str
    version: str
    status: str
    message: str
    updated_at: str
    warnings: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do for this release."""
        return self.status in ("published", "rehearsed")


def standing_in(entry: Mapping[str, Any]) -> Standing:
    """Give what counts of an entry that is of our form, as it stands in the file."""
    failed = [check for check in entry["checks"] if not check["passed"] and check["severity"] == "WARN"]
    return Standing(
        entry["name"],
        entry["version"],
        entry["status"],
        entry["message"],
        entry["updated_at"],
        tuple(check["message"] for check in failed),
    )


def status_by_name(releases: Mapping[str, Standing]) -> dict[str, bool]:
    """Tell for each package whether its newest release is published; rehearsals change nothing."""
    newest = {entry.name: entry.status == "published" for _, entry in _by_time(_without_rehearsals(releases))}
    return {entry.name: newest.get(entry.name, False) for entry in releases.values()}


def stage_of(releases: Mapping[str, Standing]) -> Stage:
    """Give the stage: `blocked` while a package's newest release is open, `attention` where a check warns.

    A package's newest rehearsal counts as long as no release of it came later.
    """
    real = {entry.name: (key, entry) for key, entry in _by_time(_without_rehearsals(releases))}
    newest = {entry.name: (key, entry) for key, entry in _by_time(releases)}
    counted = dict([*real.values(), *newest.values()])
    open_ones = {key: entry for key, entry in counted.items() if not entry.is_done}
    warned = {key: entry for key, entry in counted.items() if entry.warnings}
    status: StageStatus = "blocked" if open_ones else "attention" if warned else "completed"
    messages = [f"{key}: {entry.status}: {entry.message}" for key, entry in open_ones.items()]
    messages += [f"{key}: {text}" for key, entry in warned.items() for text in entry.warnings]
    counts = {"packages": len(newest), "releases": len(releases)}
    return Stage(id=STAGE_ID, title="Publishing", status=status, messages=messages, metadata=dict(counts))


def _without_rehearsals(releases: Mapping[str, Standing]) -> dict[str, Standing]:
    """Leave out rehearsals: their keys say more than name and version."""
    return {key: entry for key, entry in releases.items() if key == f"{entry.name}=={entry.version}"}


def _by_time(releases: Mapping[str, Standing]) -> list[tuple[str, Standing]]:
    return sorted(releases.items(), key=lambda item: item[1].updated_at)
