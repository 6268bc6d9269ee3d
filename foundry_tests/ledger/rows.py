"""Looking at a ledger in tests: whether its row is whole, and a process that knows nothing of it.

Add here another way of looking, or of writing as somebody else.
Not here: promises (the tests).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from foundry_assets.ledger import Line, replay, tail
from foundry_assets.release import Release
from foundry_assets.store import ArtefactStore, Shelf
from foundry_assets.verifying.chain import broken_links, read_rows
from foundry_assets.verifying.findings import Counted, Finding
from foundry_assets.verifying.stored import unlike

RELEASE = Release.of("demo-pkg", "1.0")


def shelf_in(root: str | Path) -> Shelf:
    """Give the release's place in a store."""
    return ArtefactStore(root=str(root)).shelf(RELEASE)


def findings_of(shelf: Shelf) -> list[Finding]:
    """Give all that does not fit, from the ledger and the store alone."""
    rows = read_rows(shelf.ledger)
    lines = [row.line for row in rows if row.line]
    found = [*broken_links(rows, title=shelf.title, heads=[])]
    return found + list(unlike(shelf, replay(lines), has_ledger=True, counted=Counted()))


def lines_of(shelf: Shelf) -> list[Line]:
    """Give every line; they must all be there."""
    rows = read_rows(shelf.ledger)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    return [row.line for row in rows if row.line]


def forget() -> None:
    """Have this process know as little of any ledger as a new one does."""
    tail._tails.clear()


@dataclass
class Machines:
    """Lets one process write as several machines do, each with its own memory of the ledger and its own name.

    `at` is who writes now; a thread sets its own.
    """

    tails: dict[tuple[str, str], tail.Tail] = field(default_factory=dict)
    at: Callable[[], str] = lambda: ""

    def tail_of(self, address: str) -> tail.Tail:
        """Give what the machine that writes now knows."""
        return self.tails.setdefault((self.at(), address), tail.Tail())

    def this_writer(self) -> str:
        """Give the name of the machine that writes now."""
        return self.at()
