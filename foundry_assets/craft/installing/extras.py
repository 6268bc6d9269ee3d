"""Extras of a wheel that bring what its import misses: a plug-in often leaves its host to an extra.

Add here how an extra is found to help.
Not here: installing and importing (trying).
"""

from __future__ import annotations

from collections.abc import Collection

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from foundry_assets.craft.installing.providers import well_known
from foundry_assets.craft.metadata import Core


def extras_with(core: Core, modules: Collection[str]) -> tuple[str, ...]:
    """Give the extras that require a distribution called like one of the missing top-level modules."""
    names = [name for module in modules for name in (module.partition(".")[0], well_known(module)) if name]
    wanted = set(map(canonicalize_name, names))
    return tuple(extra for extra in core.extras if wanted & _brought_by(core, extra))


def _brought_by(core: Core, extra: str) -> set[str]:
    """Give the distributions that an extra adds to what the wheel requires anyway."""
    found: set[str] = set()
    for text in core.requires_dist:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        marker = requirement.marker
        if marker and marker.evaluate({"extra": extra}) and not marker.evaluate({"extra": ""}):
            found.add(canonicalize_name(requirement.name))
    return found
