"""Which modules of a distribution are looked at, and the questions about them.

Add here what decides whether a module is shown or asked about.
Not here: the questions about one module (symbols), and what the answers are for (filling, proving).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from foundry_assets.craft.stubbing.filling import holes_of
from foundry_assets.craft.stubbing.holes import Hole
from foundry_assets.craft.stubbing.sheets import Sheet, sheet_of
from foundry_assets.craft.stubbing.source import Source
from foundry_assets.craft.stubbing.symbols import questions_of
from foundry_assets.craft.stubbing.views import ConsumerView
from foundry_assets.craft.stubbing.wish import Wish


@dataclass(frozen=True)
class Asking:
    """What one run asks: about the modules that nobody has proven yet, and about those that import them."""

    wish: Wish
    kept: Collection[str] = ()

    @cached_property
    def new(self) -> list[str]:
        """The wanted modules without a proof."""
        return [name for name in self.wish.wanted if name not in self.kept]

    @cached_property
    def judged(self) -> list[str]:
        """The modules for which a proof is to be found."""
        return [name for name in self.wish.judged if name not in self.kept]

    @cached_property
    def shown(self) -> list[Source]:
        """The modules that are asked about, as far as one can import them."""
        sources = self.wish.sources
        judged = frozenset(self.judged)
        return [
            source
            for source in sources.modules
            if (source.name in judged or not sources.reached_from(source.name).isdisjoint(judged))
            and source.can_be_imported
            and not source.is_test
        ]

    @cached_property
    def holes(self) -> dict[str, list[Hole]]:
        """The holes of each new module."""
        return {name: holes_of(self.wish.source_of(name)) for name in self.new}

    def used(self, module: str) -> frozenset[str]:
        """Give the names that others take from a module, and those that it offers though others make them."""
        sources = self.wish.sources
        return sources.used.get(module, frozenset()) | sources.by_name[module].handed_on

    def sheets(self, *, with_clones: bool = False) -> list[Sheet]:
        """Give the questions; `with_clones` also about functions without their decorators."""
        return [self._sheet(source, with_clones=with_clones) for source in self.shown]

    def _sheet(self, source: Source, *, with_clones: bool) -> Sheet:
        assert source.tree is not None
        hidden = [hole.asked for hole in self.holes.get(source.name, ()) if hole.asked != hole.symbol]
        questions = questions_of(
            source.tree, used=self.used(source.name), clones=hidden if with_clones else ()
        )
        return sheet_of(source.name, questions)

    def view(self, folder: Path) -> ConsumerView:
        """Make the consumer's environment; requirements are installed only where one could matter."""
        sources = self.wish.sources
        near = {name for source in self.shown for name in (source.name, *sources.reached_from(source.name))}
        needed = any(sources.foreign_imports(name) for name in near)
        own = {_place_of(source) for source in sources.modules}
        return ConsumerView(folder, requirements=self.wish.requirements if needed else (), own=own)

    def unprovable(self, view: ConsumerView) -> Mapping[str, str]:
        """Give the modules whose proof needs what is not at hand, and what that is."""
        sources = self.wish.sources
        lacking = {
            source.name: {top for top in sources.foreign_imports(source.name) if not view.has(top)}
            for source in sources.modules
        }
        found: dict[str, str] = {}
        for name in self.new:
            missing = set().union(*(lacking[other] for other in {name, *sources.reached_from(name)}))
            if missing:
                told = "`, `".join(sorted(missing))
                found[name] = f"imports `{told}`, which could not be installed to prove it"
        return found


def _place_of(source: Source) -> str:
    """Give the folder of a source's root below site-packages, or the file of a single module."""
    return source.place if source.root.kind == "module" else source.root.name.replace(".", "/")
