"""The ledger of a release: one line a recorded fact, each with the sha256 of the line before.

Add here a step of keeping or replaying it.
Not here: what a fact means (evidence), and comparing the ledger with what is stored (verifying).
"""

from foundry_assets.ledger.line import Line, genesis, line_place, number_of, read_line
from foundry_assets.ledger.replaying import Claims, replay
from foundry_assets.ledger.writing import Ledger

__all__ = [
    "Claims",
    "Ledger",
    "Line",
    "genesis",
    "line_place",
    "number_of",
    "read_line",
    "replay",
]
