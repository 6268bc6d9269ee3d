"""What the difference between two looks at a package means for those who use it.

Add here what counts as harm, and as a gain.
Not here: comparing two printed types (comparing), and what is dropped for harm (dropping).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import shorten

from foundry_assets.craft.stubbing.checkers import Answer, known
from foundry_assets.craft.stubbing.comparing import Comparison, compare
from foundry_assets.craft.stubbing.drafts import Draft
from foundry_assets.craft.stubbing.looking import Seen
from foundry_assets.craft.stubbing.symbols import about, is_call
from foundry_assets.craft.stubbing.wish import FILLING

_LONGEST_TOLD = 100


@dataclass(frozen=True)
class Difference:
    """One symbol that a checker sees otherwise after: its types, and rules that its line breaks only then.

    `mended`: a rule that the line broke before holds now.
    """

    checker: str
    module: str
    symbol: str
    before: str
    after: str
    how: Comparison
    faults: tuple[str, ...] = ()
    mended: bool = False

    @property
    def is_call(self) -> bool:
        """Whether it is about a call, and not about the symbol itself."""
        return is_call(self.symbol)

    @property
    def is_gain(self) -> bool:
        """Whether more is known of it, or a fault is gone."""
        mended = self.mended and self.how <= Comparison.SAME
        return not self.faults and (self.how is Comparison.BETTER or mended)

    def __str__(self) -> str:
        told = f" ({', '.join(self.faults)})" if self.faults else ""
        if self.before == self.after:
            return f"{self.checker}: `{self.symbol}` has a new fault{told}"
        before, after = (shorten(text, _LONGEST_TOLD, placeholder=" …") for text in (self.before, self.after))
        return f"{self.checker}: `{self.symbol}` was `{before}`, became `{after}`{told}"


def differences(before: Seen, after: Seen, drafts: Iterable[Draft] = ()) -> list[Difference]:
    """Give every symbol that a checker sees otherwise, harm and gain alike; `drafts` are behind `after`."""
    protocols = (found for draft in drafts for fill in draft.fills.values() for found in fill.protocols)
    meanings = {found.name: found.meaning for found in protocols}
    found: list[Difference] = []
    for checker, answers in before.answers.items():
        for (module, symbol), old in answers.items():
            new = known(after.answers[checker], (module, symbol))
            how = compare(old.type, new.type, meanings)
            faults, mended = _faults(old, new)
            if how is not Comparison.SAME or faults or mended:
                found.append(Difference(checker, module, symbol, old.type, new.type, how, faults, mended))
    return found


def _faults(old: Answer, new: Answer) -> tuple[tuple[str, ...], bool]:
    return tuple(sorted(new.faults - old.faults)), bool(old.faults - new.faults)


def harm_of(found: Iterable[Difference], drafts: Mapping[str, Draft]) -> list[Difference]:
    """Give what is worse: a type that is known no more, a new fault, a change that no filling of ours made.

    Two checkers may infer different types for one hole; where the filling is what one of them infers and says
    it as before, the other's change is no loss.
    """
    return [
        difference
        for difference in found
        if difference.faults
        or difference.how is Comparison.WORSE
        or (difference.how is Comparison.CHANGED and not _is_ours(difference, drafts))
    ]


def _is_ours(difference: Difference, drafts: Mapping[str, Draft]) -> bool:
    draft = drafts.get(difference.module)
    fills = draft is not None and draft.says(about(difference.symbol))
    return fills and difference.checker != FILLING.name and _is_vague(difference.before)


def _is_vague(text: str) -> bool:
    """Tell whether a type is one that a checker gives up at: a common base, nothing yet, a constructor.

    Any other known type is one that consumers' code relies on, and a second opinion would break it.
    """
    return "object" in text or "None" in text or "def (" in text or "LiteralString" in text


def counts(found: Iterable[Difference]) -> dict[str, int]:
    """Count differences by checker."""
    sums: dict[str, int] = {}
    for difference in found:
        sums[difference.checker] = sums.get(difference.checker, 0) + 1
    return sums
