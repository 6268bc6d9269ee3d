"""Beginning: the packages below a folder are found, and a first `foundry.toml` is written for them.

Add here the public names; the work is in the modules beside this one.
Not here: what the command line says of it (cli/beginning), and reading a catalog (catalog_file).
"""

from foundry_assets.beginning.drafting import Draft, add_to, draft_catalog, source_of
from foundry_assets.beginning.placing import check, place
from foundry_assets.beginning.records import Found, Survey
from foundry_assets.beginning.surveying import survey

__all__ = ["Draft", "Found", "Survey", "add_to", "check", "draft_catalog", "place", "source_of", "survey"]
