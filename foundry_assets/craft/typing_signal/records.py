"""What was decided about typing, module by module, marker by marker and setting by setting.

Add here what people and later steps read.
Not here: how any of it is decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from foundry_assets.catalog import TypingMode

MARKER = "py.typed"
"""The marker file of PEP 561."""


@dataclass(frozen=True)
class ModuleSignal:
    """One module (posix path in the tree), what carries its types, and why."""

    module: str
    decision: Literal["typed inline", "author ships .pyi", "left alone"]
    why: str


@dataclass(frozen=True)
class MarkerSignal:
    """One import root's marker: `path` is where it lies, or would lie had it not been withheld."""

    package: str
    path: str
    decision: Literal["there", "added", "withheld"]
    why: str


@dataclass(frozen=True)
class Inclusion:
    """A file of settings, edited so that typing files reach both archives, and the change in words."""

    path: str
    change: str


@dataclass(frozen=True)
class TypingSignal:
    """Everything that `add_typing_signal` did and left undone.

    `carried`: every `py.typed` and `.pyi` of the tree (posix paths) that sdist and wheel must hold.
    """

    mode: TypingMode
    backend: str
    modules: tuple[ModuleSignal, ...] = ()
    markers: tuple[MarkerSignal, ...] = ()
    inclusions: tuple[Inclusion, ...] = ()
    carried: tuple[str, ...] = ()
