"""Import roots: which packages and modules a source tree is meant to ship, read without running anything.

Add here nothing: `declared` and `setuptools_roots` know the backends, `lying` looks around.
Not here: what an archive really holds (checks compare the two), and the distribution's metadata (staging).
"""

from foundry_assets.craft.import_roots.finding import find_import_roots, read_backend
from foundry_assets.craft.import_roots.places import ImportRoot

__all__ = ["ImportRoot", "find_import_roots", "read_backend"]
