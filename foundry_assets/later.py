"""What only later steps of a release load: loaded while it waits for the first programs that it starts.

Add here a module that a step loads inside its function, heavy enough to be felt.
Not here: what every command needs at once.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial

LATER = (
    "foundry_assets.craft.metadata",
    "pathspec",
    "foundry_assets.assets.provenance",
    "foundry_assets.craft.preflight",
    "email_validator",
    "foundry_assets.craft.installing",
    "foundry_assets.needed",
    "foundry_assets.published_before",
    "foundry_assets.index",
    "foundry_assets.craft.probing",
    "twine.utils",
    "foundry_assets.craft.publishing",
    "foundry_assets.craft.uploading",
)
"""In the order in which the steps need them."""


def loads() -> list[Callable[[], object]]:
    """Give what loads each, one after the other."""
    return [partial(importlib.import_module, name) for name in LATER]
