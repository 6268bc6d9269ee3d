"""Looking at a package in some state: shown as a consumer would have it, and every checker asked at once.

Add here what a state of the package consists of.
Not here: what the difference between two looks means (proving).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from foundry_assets.craft.stubbing.checkers import Answers, Checker, Finding, Reply
from foundry_assets.craft.stubbing.sheets import Sheet
from foundry_assets.craft.stubbing.views import ConsumerView


@dataclass(frozen=True)
class Seen:
    """How the package looks to each checker, by its name, and what is wrong with stubs of ours."""

    answers: Mapping[str, Answers]
    stub_faults: tuple[Finding, ...] = ()

    def only(self, checkers: Iterable[Checker]) -> Seen:
        """Give what some checkers see."""
        return Seen({checker.name: self.answers[checker.name] for checker in checkers}, self.stub_faults)

    def replaced(self, modules: Iterable[str], other: Seen) -> Seen:
        """Give this with what another look shows of some modules."""
        taken = frozenset(modules)
        return Seen(
            {
                checker: {key: (other.answers[checker] if key[0] in taken else mine)[key] for key in mine}
                for checker, mine in self.answers.items()
            },
            self.stub_faults,
        )


_State = tuple[str, frozenset[tuple[str, str]], frozenset[str]]


@dataclass(frozen=True)
class Onlooker:
    """Looks at one package in one view, at each state once; `files` are the package's own (place -> text)."""

    view: ConsumerView
    sheets: Sequence[Sheet]
    files: Mapping[str, str]
    _seen: dict[_State, Reply] = field(default_factory=dict)

    @property
    def questions(self) -> int:
        """The number of lines that ask something."""
        return sum(len(sheet.lines) for sheet in self.sheets)

    def look(
        self,
        checkers: Sequence[Checker],
        *,
        stubs: Mapping[str, str] | None = None,
        markers: Collection[str] = (),
    ) -> Seen:
        """Show the package with these stubs and empty markers added, and ask; raises `CheckerFailed`."""
        added = dict(stubs or {})
        states = {found: (found.name, frozenset(added.items()), frozenset(markers)) for found in checkers}
        asked = [checker for checker, state in states.items() if state not in self._seen]
        if asked:
            self.view.show({**self.files, **added, **dict.fromkeys(markers, "")}, list(added))
            self.view.write_sheets(self.sheets)
            with ThreadPoolExecutor(len(asked)) as side_by_side:
                replies = side_by_side.map(lambda checker: checker.ask(self.view, self.sheets), asked)
                self._seen.update(zip((states[checker] for checker in asked), replies, strict=True))
        told = {checker.name: self._seen[state] for checker, state in states.items()}
        faults = tuple(fault for reply in told.values() for fault in reply.stub_faults)
        return Seen({name: reply.answers for name, reply in told.items()}, faults)
