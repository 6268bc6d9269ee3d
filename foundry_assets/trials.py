"""Trials of wheels: begun as soon as there is a wheel, going on beside what else is done with it.

Add here what is gathered around a wheel for its trial, and who gets the outcome.
Not here: installing and importing (craft/installing), threads (ahead), and the verdict (checks/installs).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from foundry_assets.ahead import begin, taken, will_judge
from foundry_assets.craft.staging import given_by
from foundry_assets.ordered_names import BATCH_TAG, names_of
from foundry_assets.steps import Step
from foundry_assets.store import Manifest

if TYPE_CHECKING:
    from foundry_assets.craft.installing import Around, Tried

CHECK = "wheel_installs_and_imports"


def begin_trial(step: Step, wheel: Manifest) -> None:
    """Begin to try a new wheel, unless this run does not judge it or has other releases to wait for."""
    if will_judge(step, CHECK, asset="wheel") and not step.bench.settings.needs:
        begin(step, CHECK, wheel.sha256, partial(_try, step))


def outcome_of_trial(step: Step, wheel: Manifest) -> Tried:
    """Give what came of trying a wheel: in the trial under way, else in one that is made now."""
    with taken(step, CHECK, wheel.sha256) as begun:
        tried: Tried = begun.made() if begun else _try(step, step.scratch)
    return tried


def _try(step: Step, scratch: Path) -> Tried:
    from foundry_assets.craft.installing import try_wheel
    from foundry_assets.needed import fetch_needed
    from foundry_assets.published_before import fetch_published

    wheel = scratch / step.shelf.fetch("wheel", scratch).file.path
    needed = fetch_needed(step, scratch / "needed")
    if not step.index.is_local:
        needed |= fetch_published(step, wheel, scratch / "published", apart=needed)
    return try_wheel(wheel, scratch=scratch, find_links=_links(step), bound=needed, around=_around(step))


def _links(step: Step) -> list[Path]:
    """Give the embedded index's files to a release that goes there: elsewhere a stranger lacks them."""
    folder = step.bench.foundry.home.index
    return [folder] if step.index.is_local and folder.is_dir() else []


def _around(step: Step) -> Around:
    """Gather what is known around the wheel: its source, its entry, and the packages of the catalog."""
    from foundry_assets.craft.installing import Around, Catalogued, Origin

    given, source = given_by(step.package), step.package.source
    moved = step.shelf.manifest("staged_workspace").facts.get("moved")
    origin = Origin(
        tree=step.shelf.manifest("stubbed_tree").listing,
        moved={name: str(place) for name, place in moved.items()} if isinstance(moved, dict) else {},
        folder=source if isinstance(source, Path) else None,
    )
    packages = step.bench.foundry.catalog.packages.values()
    ordered = names_of(step.bench.foundry.home, step.context.run.tags.get(BATCH_TAG, ""))
    return Around(
        origin=origin,
        distributions=Catalogued(packages, apart=step.release.name),
        main_module=given.main_module if given else "",
        ordered={name: one for name, one in ordered.items() if one != step.release.name},
    )
