"""What is to be stubbed and proven, and by whom.

Add here what those who ask for stubs must say.
Not here: how stubs are made (making, drafting), and how a package's files lead to a wish (typing_signal).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from foundry_assets.craft.stubbing.checkers import Checker
from foundry_assets.craft.stubbing.four_checkers import Basedpyright, Mypy, Pyrefly, Ty
from foundry_assets.craft.stubbing.records import ModuleMode
from foundry_assets.craft.stubbing.source import Source
from foundry_assets.craft.stubbing.sources import Sources

FILLING: Checker = Basedpyright()
"""The one whose word fills a hole first; where it has none, the others of the loop are heard."""
MARKED: Checker = Mypy()
"""It reads a package's own annotations only where there is a marker."""
FREE: Checker = Pyrefly()
CONFIRMING: Checker = Ty()
"""The one that has no part in filling; its word is asked for at the end."""
LOOP: tuple[Checker, ...] = (FILLING, MARKED, FREE)
"""Those that fill holes and judge every round."""
EVERY: tuple[Checker, ...] = (*LOOP, CONFIRMING)


@dataclass(frozen=True)
class Wish:
    """What is to be stubbed: the modules wanted with their modes, and roots by their marker.

    `marked` maps a root that has the author's marker to its place in site-packages, `markable` one that would
    get ours. `requirements` are what a consumer would have installed.
    """

    sources: Sources
    wanted: Mapping[str, ModuleMode]
    marked: Mapping[str, str] = field(default_factory=dict)
    markable: Mapping[str, str] = field(default_factory=dict)
    requirements: Sequence[str] = ()
    mode: ModuleMode = "auto"

    def mode_of(self, module: str) -> ModuleMode:
        """Give a module's mode."""
        return self.wanted.get(module, self.mode)

    def source_of(self, module: str) -> Source:
        """Give a module's source; raises `KeyError` for one that is not of the distribution."""
        return self.sources.by_name[module]

    def gets_marker(self, module: str) -> bool:
        """Whether a new marker would speak for a module."""
        return self.source_of(module).root.name in self.markable

    @property
    def judged(self) -> dict[str, ModuleMode]:
        """The modules whose proof counts: those wanted, and all that a new marker speaks for."""
        marked = (s.name for s in self.sources.modules if s.root.name in self.markable and not s.is_test)
        return {name: self.mode_of(name) for name in dict.fromkeys([*self.wanted, *marked])}


def missing_checkers() -> list[str]:
    """Give the names of the checkers that are not installed."""
    return [checker.name for checker in EVERY if not checker.is_there]
