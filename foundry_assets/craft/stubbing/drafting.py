"""Drafting stubs and having them judged: one run of the checkers over the modules that nobody has proven yet.

Add here the order in which the checkers are asked, and what `full` tolerates.
Not here: what is dropped for which finding (dropping), and what is kept of the outcome (making).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from foundry_assets.craft.stubbing.asking import Asking
from foundry_assets.craft.stubbing.checkers import Checker
from foundry_assets.craft.stubbing.comparing import Comparison, gives_nothing
from foundry_assets.craft.stubbing.drafts import Draft, standing
from foundry_assets.craft.stubbing.dropping import Gate
from foundry_assets.craft.stubbing.first_drafts import first_drafts
from foundry_assets.craft.stubbing.looking import Onlooker, Seen
from foundry_assets.craft.stubbing.own_tests import sheets_of_tests
from foundry_assets.craft.stubbing.proving import Difference, counts, differences, harm_of
from foundry_assets.craft.stubbing.records import ModuleProof, Proof
from foundry_assets.craft.stubbing.symbols import about
from foundry_assets.craft.stubbing.wish import CONFIRMING, EVERY, FILLING, LOOP, MARKED, Wish

_TOLD = 5


class Drafting:
    """One run of the checkers over a distribution; `kept` modules have been proven earlier."""

    def __init__(self, wish: Wish, scratch: Path, kept: Mapping[str, ModuleProof]) -> None:
        self.wish = wish
        self.asking = Asking(wish, kept)
        self.view = self.asking.view(scratch / "view")
        self.onlooker = Onlooker(self.view, self.asking.sheets(), wish.sources.files())
        self.tests = Onlooker(self.view, sheets_of_tests(wish.sources), wish.sources.files())
        self.unprovable = self.asking.unprovable(self.view)
        self.drafts = {
            name: Draft(wish.source_of(name), kept=found.stub) for name, found in kept.items() if found.stub
        }
        self.markers = dict(wish.markable)

    def proof(self) -> Proof:
        """Ask, fill, drop, confirm; raises `CheckerFailed`."""
        names = [name for name in self.asking.new if name not in self.unprovable]
        self.drafts |= first_drafts(self.asking, names, self.view)
        published = self.onlooker.look(EVERY)
        bare = self.onlooker.look(EVERY, markers=self.markers.values())
        self._keep_inferred_calls(published, bare)
        after = self._settled(published.replaced(filter(self._is_full, self._shown), bare))
        without_stubs = [
            name for name in self._shown if self.wish.gets_marker(name) and not self._is_marked(name)
        ]
        every = differences(published, after.replaced(without_stubs, bare), self.drafts.values())
        dropped = [name for name, draft in self.drafts.items() if draft.kept and draft.dropped]
        proofs = [self._proof_of(name, every) for name in [*self.asking.judged, *dropped]]
        return Proof(modules=tuple(proofs), asked=self.onlooker.questions, missing=self.view.missing)

    @property
    def _shown(self) -> list[str]:
        return [source.name for source in self.asking.shown]

    def _is_marked(self, module: str) -> bool:
        """Tell whether a new marker still speaks for a module."""
        return self.wish.source_of(module).root.name in self.markers

    def _is_full(self, module: str) -> bool:
        """Tell whether a module is to be compared with a bare marker."""
        return self.wish.mode_of(module) == "full" and self.wish.gets_marker(module)

    def _keep_inferred_calls(self, published: Seen, bare: Seen) -> None:
        """Give up markers with which calls would be known less, since no stub can mend that."""
        harm = harm_of(differences(published, bare), {})
        worse = {(found.module, found.symbol) for found in harm}
        lost = [
            found.module
            for found in harm
            if found.is_call and not found.faults and (found.module, about(found.symbol)) not in worse
        ]
        self._give_up(lost, "a marker would end what checkers infer from a call's arguments")

    def _settled(self, before: Seen) -> Seen:
        """Drop until the loop's checkers and then the confirming one are content; give how it looks then."""
        while True:
            loop, harm = self._gate(LOOP).settle(self.drafts, before)
            left = len(standing(self.drafts))
            if not harm:
                last, harm = self._gate([CONFIRMING]).settle(self.drafts, before)
                harm = harm or self._harm_in_tests()
                if not harm and len(standing(self.drafts)) == left:
                    return Seen({**loop.answers, **last.answers})
            if harm and not self._give_up_for(harm):
                return self.onlooker.look(EVERY, markers=self.markers.values())

    def _harm_in_tests(self) -> list[Difference]:
        """Drop until the project's tests have no fault that they lack without stubs; `full` does not ask."""
        if self.wish.mode == "full" or not self.tests.sheets:
            return []
        checkers = (FILLING, MARKED)
        gate = replace(self._gate(checkers), onlooker=self.tests, tolerates=lambda _: False, for_gain=False)
        _, harm = gate.settle(self.drafts, self.tests.look(checkers))
        return harm

    def _gate(self, checkers: Sequence[Checker]) -> Gate:
        markers = self.markers.values()
        for_gain = CONFIRMING not in checkers
        return Gate(self.onlooker, self.wish.sources, checkers, markers, self._tolerates, for_gain=for_gain)

    def _tolerates(self, difference: Difference) -> bool:
        """Tell whether `full` takes it: a second opinion, a `None` that heirs need not keep, a result."""
        if self.wish.mode_of(difference.module) != "full" or difference.faults:
            return False
        if difference.how is Comparison.CHANGED and self._is_second_opinion(difference):
            return True
        if difference.how is Comparison.WORSE and gives_nothing(difference.before):
            return True
        return difference.is_call and self.wish.source_of(difference.module).root.kind == "module"

    def _is_second_opinion(self, difference: Difference) -> bool:
        """Tell whether one checker sees what another inferred: known still, and put to the test by both."""
        name = about(difference.symbol).rpartition(".")[2]
        told = standing(self.drafts).values()
        return difference.checker != FILLING.name and any(draft.says_of(name) for draft in told)

    def _give_up_for(self, harm: Sequence[Difference]) -> bool:
        """Give up markers, then all, for harm that no stub explains; tell whether there was anything."""
        behind = (self.wish.sources.reached_from(found.module) | {found.module} for found in harm)
        if self._give_up(sorted(set().union(*behind)), f"a marker would do harm: {harm[0]}"):
            return True
        left = standing(self.drafts)
        for draft in left.values():
            draft.dropped = f"something would be worse, and nobody knows by which stub: {harm[0]}"
        return bool(left)

    def _give_up(self, modules: Iterable[str], why: str) -> bool:
        """Take the new markers of these modules' roots away unless `full` wants them, and their stubs."""
        own = self.wish.sources.by_name
        roots = {own[name].root.name for name in modules if name in own and not self._is_full(name)}
        given_up = roots & set(self.markers)
        for root in given_up:
            del self.markers[root]
        for draft in standing(self.drafts).values():
            if draft.source.root.name in given_up:
                draft.dropped = why
        return bool(given_up)

    def _proof_of(self, name: str, every: Sequence[Difference]) -> ModuleProof:
        draft = self.drafts.get(name)
        mine = [found for found in every if found.module == name]
        harm = harm_of(mine, standing(self.drafts))
        stub = draft.text if draft and not draft.dropped else ""
        dropped = draft.dropped if draft else "as it is"
        return ModuleProof(
            module=name,
            stub=stub,
            why=_why_added(len(harm)) if stub else self.unprovable.get(name) or dropped,
            holes=len(draft.holes) if draft else 0,
            filled=len(draft.fills) if draft else 0,
            gains=counts(found for found in mine if found.is_gain and not found.is_call),
            widened=counts(found for found in mine if found.how is Comparison.WIDENED and not found.is_call),
            harm=counts(harm),
            told=tuple(str(found) for found in harm[:_TOLD]),
        )


def _why_added(harm: int) -> str:
    """Say how a stub was proven; only `full` takes anything else than nothing."""
    if not harm:
        return "proven not worse"
    return f"{harm} symbol{'s are' if harm > 1 else ' is'} seen otherwise, which `full` takes"
