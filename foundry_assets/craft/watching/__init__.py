"""Seeing which version a source declares now, at a price that can be paid every half minute for a thousand.

Add here the public names; the work is in the modules beside this one.
Not here: what follows from a version (launching/watch), and asking a build backend (staging).
"""

from foundry_assets.craft.watching.folders import Seen
from foundry_assets.craft.watching.looking import look

__all__ = ["Seen", "look"]
