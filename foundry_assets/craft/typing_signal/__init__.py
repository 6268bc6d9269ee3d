"""The typing signal (PEP 561): what tells type checkers about a package, added to the staged copy.

Add here what the assets and checks use.
Not here: looking into built archives (checks), and generating stubs (a later issue's modules beside these).
"""

from foundry_assets.craft.typing_signal.adding import add_typing_signal
from foundry_assets.craft.typing_signal.records import Inclusion, MarkerSignal, ModuleSignal, TypingSignal

__all__ = ["Inclusion", "MarkerSignal", "ModuleSignal", "TypingSignal", "add_typing_signal"]
