"""One line of the table: what was measured against what, and what follows from the runs.

Add here another figure that a line gives.
Not here: measuring (the rows), and how a line looks (table).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

Unit = Literal["x", "s", "CPU s", "MB"]
"""What the aim is in: `x` is a ratio of ours to theirs, run by run; the others are ours alone."""


@dataclass(frozen=True)
class Line:
    """Runs of ours, and of a peer taken in turn with them; `what` says the sizes that were really used.

    `ours` and `theirs` are seconds, or megabytes where `unit` says so; `theirs` is empty where the aim is not
    a ratio. `problem` says why the aim does not hold whatever the figures say.
    """

    row: str
    what: str
    against: str
    unit: Unit
    aim: float
    ours: Sequence[float]
    theirs: Sequence[float] = ()
    note: str = ""
    problem: str = ""

    @property
    def figures(self) -> list[float]:
        """What the aim is about, a figure a run; raises `ValueError` where a run of the peer is missing."""
        if self.unit != "x":
            return list(self.ours)
        return [mine / peer for mine, peer in zip(self.ours, self.theirs, strict=True)]

    @property
    def middle(self) -> float:
        """The median of the figures."""
        return median(self.figures)

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest of the figures."""
        return min(self.figures), max(self.figures)

    @property
    def holds(self) -> bool:
        """Whether the median is within the aim."""
        return not self.problem and self.middle <= self.aim

    def told(self) -> dict[str, Any]:
        """Give the line for programs."""
        return {
            "row": self.row,
            "what": self.what,
            "against": self.against,
            "unit": self.unit,
            "aim": self.aim,
            "median": round(self.middle, 4),
            "spread": [round(end, 4) for end in self.spread],
            "ours": [round(one, 4) for one in self.ours],
            "theirs": [round(one, 4) for one in self.theirs],
            "runs": len(self.ours),
            "holds": self.holds,
            "note": self.note,
            "problem": self.problem,
        }
