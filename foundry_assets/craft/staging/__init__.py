"""Staging: a clean copy of a package's source, made without touching the source, and what it declares.

Add here the public names; the work is in the modules beside this one, in the order they are imported.
Not here: adding files to the copy (typing signal), and building it.
"""

from foundry_assets.craft.staging.drafting import Given, given_by
from foundry_assets.craft.staging.records import Declared, LeftOut, Staged
from foundry_assets.craft.staging.workspace import declared_release, quick_declared, stage

__all__ = [
    "Declared",
    "Given",
    "LeftOut",
    "Staged",
    "declared_release",
    "given_by",
    "quick_declared",
    "stage",
]
