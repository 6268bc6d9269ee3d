"""The typing signal (PEP 561): what tells type checkers about a package, added to the staged copy.

Add here what the assets and checks use.
Not here: looking into built archives (checks), and how stubs are made and proven (stubbing).
"""

from foundry_assets.craft.typing_signal.adding import add_typing_signal
from foundry_assets.craft.typing_signal.records import (
    Figures,
    Inclusion,
    MarkerSignal,
    ModuleSignal,
    TypingSignal,
)
from foundry_assets.craft.typing_signal.telling import Told, judge_signal, rows_of
from foundry_assets.craft.typing_signal.wishing import Rules

__all__ = [
    "Figures",
    "Inclusion",
    "MarkerSignal",
    "ModuleSignal",
    "Rules",
    "Told",
    "TypingSignal",
    "add_typing_signal",
    "judge_signal",
    "rows_of",
]
