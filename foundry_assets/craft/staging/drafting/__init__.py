"""Drafting: a project for a source that declares none, out of what the catalog gives for it.

Add here the public names; the work is in the modules beside this one, in the order they are imported.
Not here: copying what was drafted (staging), and building it.
"""

from foundry_assets.craft.staging.drafting.drafting import draft, wanted_files
from foundry_assets.craft.staging.drafting.own_project import declares_something
from foundry_assets.craft.staging.drafting.records import AsItIs, Draft, Given, given_by

__all__ = ["AsItIs", "Draft", "Given", "declares_something", "draft", "given_by", "wanted_files"]
