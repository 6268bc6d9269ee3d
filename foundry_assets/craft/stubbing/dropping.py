"""Dropping what does harm, round by round, until every checker is content: holes, then stubs.

Add here what is dropped for which finding.
Not here: what counts as harm (proving), and which modules are drafted at all (drafting).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from foundry_assets.craft.stubbing.checkers import Checker, Finding
from foundry_assets.craft.stubbing.comparing import Comparison
from foundry_assets.craft.stubbing.drafts import Draft, standing
from foundry_assets.craft.stubbing.looking import Onlooker, Seen
from foundry_assets.craft.stubbing.proving import Difference, differences, harm_of
from foundry_assets.craft.stubbing.sources import Sources
from foundry_assets.craft.stubbing.symbols import about

_WORD = re.compile(r"\w+")
_ROUNDS = 40
"""Every round drops something, and most packages need fewer than five."""
_UNSOUND = frozenset({"reportUndefinedVariable", "reportInvalidTypeForm", "syntax"})


@dataclass(frozen=True)
class Gate:
    """What every round needs: the package, those who judge it, its markers, and what is tolerated.

    Stubs that gain nothing for anybody fall with `for_gain`.
    """

    onlooker: Onlooker
    package: Sources
    checkers: Sequence[Checker]
    markers: Collection[str]
    tolerates: Callable[[Difference], bool]
    for_gain: bool = False

    def settle(self, drafts: Mapping[str, Draft], before: Seen) -> tuple[Seen, list[Difference]]:
        """Drop until nothing is worse; give how the package looks then, and harm that no stub explains."""
        baseline = before.only(self.checkers)
        for _ in range(_ROUNDS):
            left = standing(drafts)
            stubs = {draft.place: draft.text for draft in left.values()}
            after = self.onlooker.look(self.checkers, stubs=stubs, markers=self.markers)
            every = differences(baseline, after, left.values())
            harm = [found for found in harm_of(every, left) if not self.tolerates(found)]
            dropped = _drop_unsound(left, after.stub_faults)
            dropped |= bool(harm) and _drop_harmful(standing(left), harm, self.package)
            if not dropped and not harm:
                dropped = self.for_gain and _drop_gainless(left, every)
            if not dropped:
                break
        return after, harm


def _drop_unsound(left: Mapping[str, Draft], faults: Iterable[Finding]) -> bool:
    """Drop stubs in which a checker finds an undefined name or an invalid type."""
    by_place = {draft.place: draft for draft in left.values()}
    unsound = [fault for fault in faults if fault.rule in _UNSOUND and fault.file in by_place]
    for fault in unsound:
        by_place[fault.file].dropped = f"its stub would not hold: {fault.message}"
    return bool(unsound)


def _drop_harmful(left: Mapping[str, Draft], harm: Sequence[Difference], package: Sources) -> bool:
    """Drop where the harm begins; tell whether there was anything to drop."""
    harmed: dict[str, list[Difference]] = {}
    for difference in harm:
        harmed.setdefault(difference.module, []).append(difference)
    hit = False
    for name in _where_it_begins(harmed, package):
        if name in left:
            _mend_or_drop(left[name], harmed[name])
            hit = True
        else:
            hit |= _drop_behind(name, left, harmed[name][0], package)
    return hit


def _where_it_begins(harmed: Iterable[str], package: Sources) -> list[str]:
    """Give the modules that do not get their harm from another harmed one; all of a circle."""
    every = set(harmed)
    direct = {name: package.direct(name) & every for name in every}
    first = [name for name in harmed if not any(name not in direct[other] for other in direct[name] - {name})]
    return first or list(harmed)


def _drop_behind(name: str, left: Mapping[str, Draft], why: Difference, package: Sources) -> bool:
    """Drop the stubs behind the harm in a module that has none itself; tell whether there were any.

    One that defines a class in the changed type, else each that the module imports, else all it reaches.
    """
    words = {word for text in (why.before, why.after) for word in _WORD.findall(text)}
    named = {module for word in words for module, _ in package.classes.get(word, ())}
    reached = package.reached_from(name) & set(left)
    blamed = reached & named or package.direct(name) & reached or reached
    for other in blamed:
        left[other].dropped = f"`{name}` would be worse: {why}"
    return bool(blamed)


def _mend_or_drop(draft: Draft, harm: Sequence[Difference]) -> None:
    """Open the holes whose filling changed what they are, or drop the stub where there is none."""
    opened = [_opened(draft, found) for found in harm if not found.is_call]
    if not any(opened):
        more = f", and {len(harm) - 1} more" if len(harm) > 1 else ""
        draft.dropped = f"would be worse: {harm[0]}{more}"


def _opened(draft: Draft, found: Difference) -> bool:
    """Open what made a symbol worse: its own holes, else those of what decorates it."""
    symbol = about(found.symbol)
    mendable = found.how is Comparison.CHANGED or found.faults
    return (bool(mendable) and draft.open(symbol)) or draft.open_decorators(symbol)


def _drop_gainless(left: Mapping[str, Draft], every: Sequence[Difference]) -> bool:
    gained = {difference.module for difference in every if difference.is_gain}
    idle = [draft for name, draft in left.items() if name not in gained and not draft.kept]
    for draft in idle:
        draft.dropped = "no gain: every type that it would say is known without it"
    return bool(idle)
