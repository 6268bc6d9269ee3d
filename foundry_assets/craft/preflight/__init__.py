"""What an index would refuse, found offline, for all files of a release before the first byte leaves.

Add here a rule (a row in rules.py) and the module that finds its breach.
Not here: whether the version is free (probing), and what becomes of a finding (checks/preflight).
"""

from foundry_assets.craft.preflight.inspecting import preflight
from foundry_assets.craft.preflight.profile import IndexProfile, profile_of
from foundry_assets.craft.preflight.rules import RULES, Finding, Rule
from foundry_assets.craft.preflight.seen_on_index import closed_since, name_is_taken_by_python

__all__ = [
    "RULES",
    "Finding",
    "IndexProfile",
    "Rule",
    "closed_since",
    "name_is_taken_by_python",
    "preflight",
    "profile_of",
]
