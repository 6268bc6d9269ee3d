"""The gates that cost something: each a sentence that should be true of a built file.

Add here a module for a check that installs, builds again, or takes its time.
Not here: checks that are free while the asset is made (they stand beside their asset).
"""

from foundry_assets.checks.installs import wheel_installs_and_imports
from foundry_assets.checks.preflight import index_would_accept_both_files
from foundry_assets.checks.reproducible import wheel_is_reproducible

gates = [wheel_installs_and_imports, wheel_is_reproducible, index_would_accept_both_files]

__all__ = ["gates"]
