"""What processes of their own do to a home at once: end releases, and rewrite the summary without our lock.

Add here another thing that such a process does; only light imports, each process pays for them.
Not here: promises (test_settling_at_once).
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from foundry_assets.home import Home
from foundry_assets.release import Release
from foundry_assets.settling import settle
from foundry_assets.store import ArtefactStore


def end(root: Path, name: str) -> None:
    """End a release as every run does, good or bad."""
    home = Home(root)
    settle(
        home=home,
        shelf=ArtefactStore(root=str(home.store)).shelf(Release.of(name, "1.0")).of_run(f"run of {name}"),
        index="local",
        status="blocked",
        message=f"{name} is blocked",
        run_id=f"run of {name}",
        began_at=time.time(),
        failed_step="wheel",
    )


def end_several(root: Path, names: list[str]) -> None:
    """End several releases, one after the other."""
    for name in names:
        end(root, name)


def write_without_lock(summary: Path, until: Path) -> dict[str, int]:
    """Read the summary, add a key, and write it back whole, over and over, as if nobody else were there.

    Every other time the file is written in place, so that it is empty for a moment. Gives the keys written.
    """
    ours: dict[str, int] = {}
    while not until.exists():
        ours[f"turn {len(ours)}"] = len(ours)
        put(summary, ours, in_place=len(ours) % 2 == 0)
        time.sleep(0.04)
    put(summary, ours, in_place=True)
    return ours


def put(summary: Path, ours: dict[str, int], *, in_place: bool) -> None:
    """Merge keys into the file by what it held some milliseconds ago."""
    try:
        document: Any = json.loads(summary.read_bytes())
    except (FileNotFoundError, ValueError):
        document = {}
    time.sleep(0.004)
    text = json.dumps(document | {"orchestrator": ours})
    if in_place:
        summary.write_text(text, encoding="utf-8")
        return
    fresh = summary.with_suffix(".theirs")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(summary)
