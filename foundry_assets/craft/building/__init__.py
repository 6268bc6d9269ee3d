"""Building: from a tree to an sdist, from the sdist to a wheel, each with a repeatable container.

Add here what the rest of the foundry may call; the modules below hold how it is done.
Not here: whether what was built is complete (contents), valid (metadata) or works (installing).
"""

from foundry_assets.craft.building.archives import members, unpack
from foundry_assets.craft.building.builds import (
    Built,
    ReadyWheel,
    build_sdist,
    ready_wheel,
    rebuild_wheel,
)
from foundry_assets.craft.building.comparing import differing_members
from foundry_assets.craft.building.first_build import FirstBuild
from foundry_assets.craft.building.foreseeing import foresee_environment
from foundry_assets.craft.building.normalising import normalise

__all__ = [
    "Built",
    "FirstBuild",
    "ReadyWheel",
    "build_sdist",
    "differing_members",
    "foresee_environment",
    "members",
    "normalise",
    "ready_wheel",
    "rebuild_wheel",
    "unpack",
]
