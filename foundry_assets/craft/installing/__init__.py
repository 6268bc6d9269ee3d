"""Trying a wheel as a stranger would: install it, import what it promises, say what is wrong.

Add here what the rest of the foundry may call; the modules below hold how it is done.
Not here: making environments (environments), and counting files (contents).
"""

from foundry_assets.craft.installing.failures import ImportFailure
from foundry_assets.craft.installing.trying import Tried, try_wheel

__all__ = ["ImportFailure", "Tried", "try_wheel"]
