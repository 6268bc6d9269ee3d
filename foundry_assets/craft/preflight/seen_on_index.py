"""What only the index's own answer can settle: whether a release is closed, whether a name can be new.

Add here a refusal that follows from a probe and a date, without asking the index again.
Not here: asking (probing, index), and rules about the files (rules).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from packaging.utils import canonicalize_name

from foundry_assets.craft.preflight.field_values import standard_library_names
from foundry_assets.craft.probing import Probe
from foundry_assets.errors import Fault

OPEN_FOR = timedelta(days=14)
"""How long PyPI takes further files into a release, since 2026-07 (warehouse#19727)."""


def closed_since(probe: Probe, now: datetime) -> Fault | None:
    """Tell whether the release is too old to take the files that are absent; None where it takes them.

    `now` has a time zone. A release is as old as its first file; one of unknown age is not judged.
    """
    opened = _moment(probe.opened_at)
    if opened is None or not probe.absent or now - opened <= OPEN_FOR:
        return None
    files = ", ".join(file.filename for file in probe.absent)
    return Fault(
        files,
        f"the release was opened on {opened:%Y-%m-%d}, and closed to new files {OPEN_FOR.days} days later",
        "release these bytes under a new version; a file cannot be added to the old one",
    )


def name_is_taken_by_python(name: str, probe: Probe) -> Fault | None:
    """Tell whether a new project has the name of a standard library module, which PyPI gives to nobody."""
    if not probe.is_new_project or canonicalize_name(name) not in standard_library_names():
        return None
    return Fault(
        name,
        "the standard library has a module of that name, so nobody can register it",
        "choose another name",
    )


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.astimezone()
