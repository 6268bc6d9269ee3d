"""Where rehearsals' reports lie: in the store, beside the releases, one file a rehearsal.

Add here another question about past reports.
Not here: their form (form), and what they are compared for (comparing).
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from foundry_assets.craft.rehearsing.form import RehearsalPlan, RehearsalReport
from foundry_assets.medium import Medium

_PLACE = "_rehearsals"
"""No package can have a name that begins with an underscore (PEP 508)."""


class Reports:
    """The reports of a store, by the moment at which each rehearsal began."""

    def __init__(self, medium: Medium) -> None:
        self._medium = medium

    def keep(self, report: RehearsalReport) -> str:
        """Keep a report, whole or not at all, and give its address."""
        place = f"{_PLACE}/{_name(report.plan)}"
        self._medium.replace(place, (report.model_dump_json(indent=2) + "\n").encode())
        return self._medium.address(place)

    def last_before(self, plan: RehearsalPlan) -> RehearsalReport | None:
        """Give the newest report of an earlier rehearsal; one that cannot be read is passed over."""
        names = [name for name in self._medium.names(_PLACE) if name < _name(plan)]
        return self._first(reversed(names))

    def newest(self, month: str = "") -> RehearsalReport | None:
        """Give the newest report, or the newest of a month."""
        names = [name for name in self._medium.names(_PLACE) if name.endswith(f".{month}.json") or not month]
        return self._first(reversed(names))

    def of_run(self, run_id: str) -> RehearsalReport | None:
        """Give the report of a run."""
        return self._first(name for name in self._medium.names(_PLACE) if run_id in name)

    def _first(self, names: Iterable[str]) -> RehearsalReport | None:
        for name in names:
            kept = self._medium.read(f"{_PLACE}/{name}")
            try:
                return None if kept is None else RehearsalReport.model_validate_json(kept)
            except ValidationError:
                continue
        return None


def _name(plan: RehearsalPlan) -> str:
    """Give a file name that sorts by time."""
    moment = "".join(character for character in plan.began_at if character.isdigit())
    return f"{moment}.{plan.run_id}.{plan.month}.json"
