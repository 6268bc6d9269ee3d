"""What verifying found: one finding a thing, and how they stand together.

Add here a fact that a finding must tell.
Not here: finding anything.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from foundry_assets.records import LedgerHead

Weight = Literal["fault", "unknown", "note"]
"""`fault`: it does not fit; `unknown`: nobody can say whether it does; `note`: worth knowing, and fits."""
Standing = Literal["fits", "differs", "unknown"]
State = Literal["served", "changed", "gone", "yanked", "not there", "unknown"]


@dataclass(frozen=True)
class Finding:
    """One thing: which line or file, what is the matter, what was expected and found, and what to do."""

    where: str
    what: str
    expected: str = ""
    found: str = ""
    remedy: str = ""
    weight: Weight = "fault"


@dataclass(frozen=True)
class Served:
    """How one file stands at one index now, beside what its receipt says."""

    index: str
    filename: str
    state: State


@dataclass
class Counted:
    """How much was read: records, files by their sha256, and their bytes."""

    records: int = 0
    files: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class Verified:
    """All that was found about one release; `ledger` is None where it has none."""

    release: str
    findings: tuple[Finding, ...]
    ledger: LedgerHead | None
    counted: Counted
    served: tuple[Served, ...] = ()

    def of(self, weight: Weight) -> list[Finding]:
        """Give the findings of one weight."""
        return [finding for finding in self.findings if finding.weight == weight]

    @property
    def first(self) -> Finding | None:
        """What is to be said first: the first fault, else the first thing that nobody can say."""
        return next(iter([*self.of("fault"), *self.of("unknown")]), None)

    @property
    def status(self) -> Standing:
        """How it all stands; what is unknown is not fine."""
        return "differs" if self.of("fault") else "unknown" if self.of("unknown") else "fits"

    def as_json(self) -> dict[str, Any]:
        """Give it for programs."""
        return {
            "release": self.release,
            "status": self.status,
            "ledger": self.ledger.model_dump() if self.ledger else None,
            "checked": asdict(self.counted),
            "first": asdict(self.first) if self.first else None,
            "faults": [asdict(finding) for finding in self.of("fault")],
            "unknown": [asdict(finding) for finding in self.of("unknown")],
            "notes": [asdict(finding) for finding in self.of("note")],
            "indexes": [asdict(served) for served in self.served],
        }
