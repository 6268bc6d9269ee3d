"""What the catalog says while the definitions are loaded: the indexes to choose from, and the owners.

Add here what people see of the catalog before any run reads it.
Not here: what a run goes by; it reads the catalog anew (home).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from foundry_assets.catalog import Catalog
from foundry_assets.catalog_file import read_catalog
from foundry_assets.errors import FoundryError
from foundry_assets.home import Foundry, find_catalog

_OWNERS = ("team:release",)
_TEAM = re.compile(r"team:[\w.-]+|[^@\s]+@[^@\s]+\.[^@\s]+")
"""What Dagster takes as an owner: a team, or an e-mail address."""


def catalog_at_load(foundry: Foundry) -> Catalog:
    """Give the catalog; one that cannot be read stops no view: the runs tell its faults."""
    try:
        return read_catalog(Path(foundry.catalog_file) if foundry.catalog_file else find_catalog())
    except (FoundryError, OSError):
        return Catalog(file=None, packages={}, indexes={})


def owned(assets: Sequence[dg.AssetsDefinition], catalog: Catalog) -> list[dg.AssetsDefinition]:
    """Give the assets with the catalog's owners, those that Dagster can show; without any, as they are."""
    owners = owners_of(catalog)
    return [asset.map_asset_specs(lambda spec: spec.replace_attributes(owners=owners)) for asset in assets]


def owners_of(catalog: Catalog) -> list[str]:
    """Give the catalog's owners as Dagster writes them: an address, or a team."""
    named = [owner if ":" in owner or "@" in owner else f"team:{owner}" for owner in catalog.owners]
    return [owner for owner in named if _TEAM.fullmatch(owner)] or list(_OWNERS)
