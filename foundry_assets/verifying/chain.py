"""The lines of a ledger beside one another: each must be the one that the next was written after.

Add here what a row of lines can have against itself.
Not here: what the lines say of records (stored), and how many there should be (told).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from foundry_assets.ledger import Ledger, Line, genesis, line_place, read_line
from foundry_assets.ledger.line import sha256_of
from foundry_assets.records import LedgerHead
from foundry_assets.verifying.findings import Finding


@dataclass(frozen=True)
class Row:
    """One line as it is stored: the number in its name, its bytes, and why it could not be read."""

    number: int
    data: bytes

    @cached_property
    def line(self) -> Line | None:
        """The line, None where these bytes are none, or not the one of this number."""
        return None if self.why else read_line(self.data)

    @cached_property
    def sha256(self) -> str:
        """The sha256 of its bytes."""
        return sha256_of(self.data)

    @cached_property
    def why(self) -> str:
        """Why it is no line of this number, "" for one that is."""
        try:
            seq = read_line(self.data).seq
        except ValueError:
            return f"{len(self.data)} bytes that are no line of a ledger, or not as the foundry writes one"
        return "" if seq == self.number else f"a line that says of itself that it is line {seq}"

    @property
    def where(self) -> str:
        """How people are told of it."""
        told = f" ({self.line.kind} {self.line.place})".replace(" )", ")") if self.line else ""
        return f"ledger line {self.number}{told}"


def read_rows(ledger: Ledger) -> list[Row]:
    """Read every stored line, in the order of their numbers."""
    return [Row(number, ledger.line_bytes(number) or b"") for number in ledger.numbers()]


def broken_links(rows: Sequence[Row], *, title: str, heads: Sequence[LedgerHead]) -> Iterator[Finding]:
    """Find the first to the last line that is missing, changed, or not where it was written.

    `heads` are what is known of the ledger from elsewhere; they vouch for the lines that they name.
    """
    before = 0
    told: set[int] = set()
    for at, row in enumerate(rows):
        if row.number != before + 1:
            yield _gap(before + 1, row.number - 1)
        if row.why:
            told.add(row.number)
            yield _unreadable(row)
        elif _link(rows, at, title) is False:
            culprit = _culprit(rows, at, title, heads)
            if culprit not in told:
                told.add(culprit)
                yield _changed(rows, at, culprit, title)
        elif row.line and row.line.takes_back and not _may_take_back(rows, row.line):
            yield Finding(row.where, "takes back a line that said no such thing", remedy=_compare(row.number))
        before = row.number


def _link(rows: Sequence[Row], at: int, title: str) -> bool | None:
    """Tell whether a line was written after the one that lies before it; None where nobody can say."""
    line, number = rows[at].line, rows[at].number
    if line is None:
        return None
    if number == 1:
        return line.previous == genesis(title)
    if at == 0 or rows[at - 1].number != number - 1:
        return None
    return line.previous == rows[at - 1].sha256


def _culprit(rows: Sequence[Row], at: int, title: str, heads: Sequence[LedgerHead]) -> int:
    """Give which of two lines that do not fit was changed: the one that its other neighbour disowns too."""
    row = rows[at]
    disowned = row.number == 1 or (at + 1 < len(rows) and _link(rows, at + 1, title) is False)
    disowned |= any(head.lines == row.number and head.head != row.sha256 for head in heads)
    return row.number if disowned else row.number - 1


def _may_take_back(rows: Sequence[Row], line: Line) -> bool:
    taken = next((row.line for row in rows if row.number == line.takes_back), None)
    return (
        taken is not None
        and taken.seq < line.seq
        and (taken.place, taken.sha256) == (line.place, line.sha256)
    )


def _gap(first: int, last: int) -> Finding:
    told = f"line {first}" if first == last else f"lines {first} to {last}"
    return Finding(
        where=f"ledger line {first}",
        what=f"{told} of the ledger {'is' if first == last else 'are'} missing",
        expected=line_place(first),
        found="nothing there",
        remedy="restore it from a backup of the store; what came after tells its sha256",
    )


def _unreadable(row: Row) -> Finding:
    return Finding(
        where=row.where,
        what="is not the line that was written",
        expected=f"line {row.number}",
        found=row.why,
        remedy=_compare(row.number),
    )


def _changed(rows: Sequence[Row], at: int, culprit: int, title: str) -> Finding:
    """Tell of the changed one of two lines, by what the later one remembers of the earlier."""
    row = rows[at]
    previous = row.line.previous if row.line else ""
    if row.number == 1:
        what, expected = f"does not begin the ledger of {title}", genesis(title)
        return Finding(row.where, what, expected, previous, _compare(1))
    earlier = rows[at - 1]
    changed = row if culprit == row.number else earlier
    return Finding(
        where=changed.where,
        what=f"was changed: line {row.number} was written after another line {earlier.number}",
        expected=f"line {earlier.number} with sha256 {previous}",
        found=f"line {earlier.number} with sha256 {earlier.sha256}",
        remedy=_compare(culprit),
    )


def _compare(number: int) -> str:
    return f"compare {line_place(number)} with a backup of the store; believe nothing that it says"
