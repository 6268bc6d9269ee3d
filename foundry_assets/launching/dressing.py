"""The rehearsal of one package: the whole line, then fresh tools, a prepared and a real sending, the summary.

Add here what a rehearsal tries of every package.
Not here: how each is done (craft/rehearsing), and what concerns all packages (rehearsal).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg

from foundry_assets.craft.rehearsing import PackageRehearsed, RehearsalPlan
from foundry_assets.craft.rehearsing.dress import Dressed, dress_rehearse
from foundry_assets.craft.rehearsing.form import ToolsetRun
from foundry_assets.craft.rehearsing.trying_tools import Recipe, try_tools
from foundry_assets.craft.summary import read_entries
from foundry_assets.errors import FoundryError
from foundry_assets.launching.line_run import Order, run_line
from foundry_assets.launching.real_upload import upload_for_real
from foundry_assets.launching.rehearsal import Stage, find_credential
from foundry_assets.progress import Event, tell
from foundry_assets.records import Outcome
from foundry_assets.release import Release
from foundry_assets.store import Shelf

_FILES = ("wheel", "sdist")


@dataclass
class _Seen:
    """What was seen of a package so far."""

    problems: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    dressed: Dressed = field(default_factory=lambda: Dressed((), "nothing was built"))
    toolsets: list[ToolsetRun] = field(default_factory=list)
    upload: str = ""

    @contextmanager
    def timed(self, release: Release, step: str) -> Iterator[None]:
        """Time a step, and turn its expected fault into a problem, so that the other steps go on."""
        began = time.monotonic()
        tell(Event(str(release), step, "began"))
        told = ""
        try:
            yield
        except FoundryError as error:
            told = str(error)
            self.problems.append(f"{step}: {told}")
        self.seconds[step] = round(time.monotonic() - began, 3)
        tell(Event(str(release), step, "failed" if told else "ended", told, self.seconds[step]))


def rehearse_package(
    name: str, plan: RehearsalPlan, stage: Stage, instance: dg.DagsterInstance
) -> PackageRehearsed:
    """Rehearse one package of the plan; whatever is wrong with it is told, not raised."""
    if name not in plan.orders:
        return PackageRehearsed(
            name=name, status="blocked", message=plan.unreadable.get(name, "not in the plan")
        )
    told = plan.orders[name]
    release = Release.parse(told.release)
    order = Order(
        release,
        index=plan.index,
        mode="rehearse",
        launcher="monthly rehearsal",
        needs=tuple(map(Release.parse, told.needs)),
    )
    seen = _Seen()
    began = time.monotonic()
    outcome = run_line(order, foundry=stage.foundry, instance=instance, store=stage.store)
    seen.seconds["the line"] = round(time.monotonic() - began, 3)
    shelf = stage.store.shelf(release, rehearsal=True)
    if outcome.status == "rehearsed":
        with stage.foundry.home.scratch() as scratch:
            _dress(seen, plan, stage, shelf, scratch)
        if plan.uploads:
            with seen.timed(release, "upload_for_real"):
                seen.upload = upload_for_real(release, plan, stage, instance)
    return _told(release, outcome, seen, stage, shelf)


def _dress(seen: _Seen, plan: RehearsalPlan, stage: Stage, shelf: Shelf, scratch: Path) -> None:
    release = shelf.release
    made = {kind: shelf.fetch(kind, scratch / kind) for kind in _FILES}
    with seen.timed(release, "dress_rehearsal"):
        index = stage.foundry.catalog.index(plan.index)
        seen.dressed = dress_rehearse(
            [scratch / kind / manifest.file.path for kind, manifest in made.items()],
            [manifest.file for manifest in made.values()],
            release=release,
            index=index,
            credential=find_credential(index)[0],
            scratch=scratch / "dress",
        )
        unready = [file for file in seen.dressed.files if not file.request_bytes]
        unserved = [file for file in seen.dressed.files if not file.is_served]
        seen.problems += [f"{file.filename}: {file.request_told}" for file in unready]
        seen.problems += [f"{file.filename}: {file.served_told}" for file in unserved]
        seen.problems += [seen.dressed.problem] if seen.dressed.problem else []
    recipe = _recipe(shelf)
    for toolset in plan.toolsets:
        if toolset.problem:
            continue
        with seen.timed(release, f"{toolset.name}_tools"):
            room = scratch / f"tools-{toolset.name}"
            tree = room / f"{release.name}-{release.version}"
            shelf.fetch("stubbed_tree", tree)
            expected = {manifest.file.path for manifest in made.values()}
            run = try_tools(toolset, tree, recipe, expected=expected, scratch=room)
            seen.toolsets.append(run)
            seen.problems += [] if run.is_good else [f"{toolset.name} tools: {run.message}"]


def _recipe(shelf: Shelf) -> Recipe:
    staged: dict[str, Any] = shelf.manifest("staged_workspace").facts
    requirements: dict[str, str] = {}
    for kind in _FILES:
        facts: dict[str, Any] = shelf.manifest(kind).facts
        requirements |= facts["requirements"]
    return Recipe(
        requirements, staged["epoch"], staged["build_environment"], repository_tag=staged["needs_repository"]
    )


def _told(release: Release, outcome: Outcome, seen: _Seen, stage: Stage, shelf: Shelf) -> PackageRehearsed:
    staged = shelf.manifest("staged_workspace") if shelf.has("staged_workspace") else None
    facts: dict[str, Any] = staged.facts if staged else {}
    return PackageRehearsed(
        name=release.name,
        version=release.version,
        status=outcome.status,
        message=outcome.message,
        run_id=outcome.run_id,
        tree_sha256=staged.sha256 if staged else "",
        commit=facts.get("commit", ""),
        files=seen.dressed.files,
        checks={check.name: _verdict(check.passed, check.severity) for check in outcome.checks},
        toolsets=tuple(seen.toolsets),
        is_installed=not seen.dressed.problem,
        is_in_summary=_is_in_summary(stage, shelf, outcome),
        problems=tuple(seen.problems),
        upload=seen.upload,
        seconds=seen.seconds,
    )


def _verdict(passed: bool, severity: str) -> str:
    return "passed" if passed else "warns" if severity == "WARN" else "failed"


def _is_in_summary(stage: Stage, shelf: Shelf, outcome: Outcome) -> bool:
    """Find the rehearsal's entry as an orchestrator would: the file validated whole, then its key."""
    try:
        entry = read_entries(stage.foundry.home.summary).get(shelf.title)
    except FoundryError:
        return False
    return entry is not None and entry.run_id == outcome.run_id
