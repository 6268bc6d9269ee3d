"""What was decided about typing, module by module, marker by marker and setting by setting.

Add here what people and later steps read.
Not here: how any of it is decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from foundry_assets.catalog import TypingMode
from foundry_assets.craft.stubbing.records import Proof

MARKER = "py.typed"
"""The marker file of PEP 561."""


@dataclass(frozen=True)
class ModuleSignal:
    """One module (posix path in the tree), what carries its types, and why."""

    module: str
    decision: Literal["typed inline", "author ships .pyi", "stub added", "left alone"]
    why: str


@dataclass(frozen=True)
class MarkerSignal:
    """One import root's marker: `path` is where it lies, or would lie had it not been withheld.

    With `needs_proof` it is added only if checkers see nothing worse.
    """

    package: str
    path: str
    decision: Literal["there", "added", "withheld"]
    why: str
    needs_proof: bool = False


@dataclass(frozen=True)
class Inclusion:
    """A file of settings, edited so that typing files reach both archives, and the change in words."""

    path: str
    change: str


@dataclass(frozen=True)
class Figures:
    """Places for a type in what people can import: said, said to be `Any`, or not said at all."""

    typed: int = 0
    any: int = 0
    untyped: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(self.typed + other.typed, self.any + other.any, self.untyped + other.untyped)

    @property
    def share(self) -> float:
        """The share of places that are typed, from 0 to 1; 1 where there is no place."""
        every = self.typed + self.any + self.untyped
        return self.typed / every if every else 1.0

    def __str__(self) -> str:
        return f"{self.typed} typed, {self.any} Any, {self.untyped} untyped"


@dataclass(frozen=True)
class TypingSignal:
    """Everything that `add_typing_signal` did and left undone.

    `carried`: every `py.typed` and `.pyi` of the tree (posix paths) that sdist and wheel must hold. `proof`
    is there where type checkers were asked, and `unasked` says why they were not; `before` and `after` count
    how far its public names are typed.
    """

    mode: TypingMode
    backend: str
    modules: tuple[ModuleSignal, ...] = ()
    markers: tuple[MarkerSignal, ...] = ()
    inclusions: tuple[Inclusion, ...] = ()
    carried: tuple[str, ...] = ()
    proof: Proof | None = None
    unasked: str = ""
    before: Figures = Figures()
    after: Figures = Figures()
