"""A stub in the making: its module, what fills its holes, and why it was dropped, if it was.

Add here what can be done to a draft.
Not here: where its fillings come from (filling), and for which finding it is changed or dropped (dropping).
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from foundry_assets.craft.stubbing.functions import Function, decorators
from foundry_assets.craft.stubbing.holes import Fill, Hole
from foundry_assets.craft.stubbing.skeleton import Skeleton
from foundry_assets.craft.stubbing.source import Source


@dataclass
class Draft:
    """A module's stub while checkers look at it; `used` are names that others take from the module.

    `kept` is the text of one that was proven earlier: nobody fills it any more, but it may still be dropped.
    """

    source: Source
    used: Collection[str] = ()
    holes: Sequence[Hole] = ()
    fills: dict[str, Fill] = field(default_factory=dict)
    kept: str = ""
    dropped: str = ""

    @property
    def place(self) -> str:
        """Where the stub lies in site-packages."""
        return self.source.stub_place

    @property
    def text(self) -> str:
        """The stub's text."""
        if self.kept:
            return self.kept
        assert self.source.tree is not None
        top = self.source.name.partition(".")[0]
        return Skeleton(self.source.tree, top=top, fills=self.fills, used=self.used).text()

    @property
    def is_sound(self) -> bool:
        """Whether its text can be parsed, which a checker might take for the end of everything."""
        try:
            ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError):
            return False
        return True

    def says(self, symbol: str) -> bool:
        """Tell whether a filling of ours says what a symbol is."""
        return any(hole.symbol == symbol and hole.key in self.fills for hole in self.holes)

    def says_of(self, name: str) -> bool:
        """Tell whether a filling of ours says what something of that name is, wherever it stands in here."""
        return any(hole.symbol.rpartition(".")[2] == name for hole in self.holes if hole.key in self.fills)

    def open_decorators(self, symbol: str) -> bool:
        """Open the holes of what decorates a symbol; tell whether there were any filled ones."""
        assert self.source.tree is not None
        name = symbol.rpartition(".")[2]
        hit = [
            self.open(decorator)
            for node in ast.walk(self.source.tree)
            if isinstance(node, Function) and node.name == name
            for decorator in decorators(node)
        ]
        return any(hit)

    def open(self, symbol: str) -> bool:
        """Open the holes of a symbol again; tell whether there were any filled ones."""
        keys = [hole.key for hole in self.holes if hole.symbol == symbol and hole.key in self.fills]
        for key in keys:
            del self.fills[key]
        return bool(keys)


def standing(drafts: Mapping[str, Draft]) -> dict[str, Draft]:
    """Give those that are not dropped."""
    return {name: draft for name, draft in drafts.items() if not draft.dropped}
