"""Trying a wheel as a stranger would: install it, import what it promises, say what is wrong.

Add here what the rest of the foundry may call; the modules below hold how it is done.
Not here: making environments (environments), and counting files (contents).
"""

from foundry_assets.craft.installing.catalogued import Catalogued
from foundry_assets.craft.installing.failures import ImportFailure, Origin
from foundry_assets.craft.installing.trying import Around, Tried, try_wheel

__all__ = ["Around", "Catalogued", "ImportFailure", "Origin", "Tried", "try_wheel"]
