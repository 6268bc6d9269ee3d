"""What the packages of a batch order are imported as, kept in the home while its runs may ask.

Add here what the runs of one order must know of its other entries.
Not here: the order itself (ordering), and what follows for a missing module (craft/installing).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from foundry_assets.home import Home

BATCH_TAG = "batch"
"""The run tag that holds the order's own id."""
_ID = re.compile("[0-9a-f]{32}")


def keep_names(home: Home, batch: str, names: Mapping[str, str]) -> None:
    """Write down import name -> distribution of every entry, also of those that cannot be released."""
    home.orders.mkdir(parents=True, exist_ok=True)
    file = _file(home, batch)
    fresh = file.with_suffix(".part")
    fresh.write_text(json.dumps(dict(names), indent=2) + "\n", encoding="utf-8", newline="\n")
    fresh.replace(file)


def names_of(home: Home, batch: str) -> dict[str, str]:
    """Give import name -> distribution of an order's entries; nothing for a run of no known order."""
    if not _ID.fullmatch(batch):
        return {}
    try:
        told = json.loads(_file(home, batch).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(one) for name, one in told.items()} if isinstance(told, dict) else {}


def _file(home: Home, batch: str) -> Path:
    return home.orders / f"{batch}.json"
