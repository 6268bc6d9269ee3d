"""Comparing two builds of the same release, member by member.

Add here what tells two artefacts apart for people.
Not here: making the second build, and deciding whether a difference matters.
"""

from __future__ import annotations

from pathlib import Path

from foundry_assets.craft.building.archives import members


def differing_members(first: Path, second: Path) -> tuple[str, ...]:
    """Name, sorted, the members whose contents differ or which only one of two archives holds.

    Raises `BuildFailed` where either cannot be read.
    """
    here = {member.path: member.sha256 for member in members(first).members}
    there = {member.path: member.sha256 for member in members(second).members}
    return tuple(sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name)))
