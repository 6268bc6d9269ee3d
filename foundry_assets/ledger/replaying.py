"""What the lines of a ledger say together: which bytes must lie where, and what was cut short.

Add here what follows from lines alone.
Not here: reading and writing them (writing), and what is really stored (verifying).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from foundry_assets.ledger.line import Line


@dataclass(frozen=True)
class Claims:
    """The claims that stand: by place, oldest first; and the number of each author's last line."""

    by_place: dict[str, list[Line]]
    last_of: dict[str, int]

    @property
    def newest(self) -> list[Line]:
        """The newest claim of every place, in the order of their lines."""
        return sorted((claims[-1] for claims in self.by_place.values()), key=lambda line: line.seq)

    def may_be_cut_short(self, line: Line) -> bool:
        """Tell whether the record of a claim may be missing because its author was stopped right there.

        An author that wrote another line afterwards had finished with this one.
        """
        return self.last_of[line.author] == line.seq

    def cut_short(self, stored: Callable[[str], str | None]) -> list[Line]:
        """Give the claims whose records never came to be; `stored` gives the sha256 of what a place holds."""
        return [
            line for line in self.newest if self.may_be_cut_short(line) and stored(line.place) != line.sha256
        ]


def replay(lines: Iterable[Line]) -> Claims:
    """Go through lines in their order and give the claims that stand at the end."""
    by_place: dict[str, list[Line]] = {}
    last_of: dict[str, int] = {}
    for line in lines:
        last_of[line.author] = line.seq
        if line.is_claim:
            by_place.setdefault(line.place, []).append(line)
        elif line.takes_back:
            left = [claim for claim in by_place.get(line.place, []) if claim.seq != line.takes_back]
            if left:
                by_place[line.place] = left
            else:
                by_place.pop(line.place, None)
    return Claims(by_place, last_of)
