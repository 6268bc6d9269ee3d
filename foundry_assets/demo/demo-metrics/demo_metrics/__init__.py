"""Names units of measurement."""

import json
from importlib.resources import files

__all__ = ["unit"]


def unit(symbol: str) -> str:
    """Give the name of a unit by its symbol."""
    table: dict[str, str] = json.loads(files(__name__).joinpath("data/units.json").read_text(encoding="utf-8"))
    return table[symbol]
