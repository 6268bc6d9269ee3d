"""A rehearsal of the whole catalog: planned, each package put through its dress rehearsal, told.

Add here the order of things in a rehearsal.
Not here: how each is done (craft/rehearsing), Dagster's part (assets/rehearsal_report), a package (dressing).
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from foundry_assets.catalog import Index
from foundry_assets.craft.change_control import DEVIATIONS, REHEARSALS, write_page, write_pages
from foundry_assets.craft.rehearsing import (
    PackageRehearsed,
    RehearsalPlan,
    RehearsalReport,
    deviations_between,
)
from foundry_assets.craft.rehearsing.dress import reach
from foundry_assets.craft.rehearsing.form import CredentialTold, OrderTold, PackageDeviations
from foundry_assets.craft.rehearsing.pages import deviation_page, report_page
from foundry_assets.craft.rehearsing.reports import Reports
from foundry_assets.craft.rehearsing.tools import reinstall
from foundry_assets.craft.tool_versions import tool_versions
from foundry_assets.credential_source import CredentialSource
from foundry_assets.credentials import declared_credential
from foundry_assets.errors import ChecksumChanged, CredentialsUnusable
from foundry_assets.home import Foundry
from foundry_assets.launching.orders import Choice, order_each
from foundry_assets.progress import Event, tell
from foundry_assets.records import utc_now
from foundry_assets.release import Release
from foundry_assets.release_entry import DEVIATIONS_RECORD, runtime
from foundry_assets.settling import anchor
from foundry_assets.store import ArtefactStore

_LEFT_AFTER_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Stage:
    """Where a rehearsal takes place; `store` is the one that releases go to."""

    foundry: Foundry
    store: ArtefactStore

    @classmethod
    def of(cls, foundry: Foundry, store: ArtefactStore) -> Stage:
        """Give the stage of a run's resources."""
        return cls(foundry, store if store.root else ArtefactStore(root=foundry.store_root))

    @property
    def reports(self) -> Reports:
        """All reports of that store."""
        return Reports(self.store.medium)

    def tools_folder(self, run_id: str) -> Path:
        """Where a rehearsal's tools lie, from its first step to its last."""
        return self.foundry.home.root / "rehearsal_tools" / run_id


def plan_rehearsal(stage: Stage, *, month: str, index: str, uploads: bool, run_id: str) -> RehearsalPlan:
    """Reinstall the tools, look for the credential, try the way to the index, and read every source.

    `index` "" is the catalog's choice. Whatever is wrong is told in the plan. Raises `UnknownIndex`.
    """
    catalog = stage.foundry.catalog
    there = catalog.index(index or catalog.rehearsal.index)
    tell(Event(f"rehearsal {month}", "tools and index", "began"))
    folder = stage.tools_folder(run_id)
    _clear(folder)
    choice = Choice(index=there.name, mode="rehearse", launcher="monthly rehearsal")
    orders, faults = order_each(catalog.packages.values(), choice, stage.foundry)
    credential, problem = find_credential(there)
    plan = RehearsalPlan(
        month=month,
        index=there.name,
        run_id=run_id,
        began_at=utc_now(),
        uploads=uploads,
        packages=(*(order.release.name for order in orders), *faults),
        orders={
            order.release.name: OrderTold(release=str(order.release), needs=tuple(map(str, order.needs)))
            for order in orders
        },
        unreadable={name: str(error) for name, error in faults.items()},
        tools=tool_versions() | runtime(),
        toolsets=reinstall(folder),
        credential=CredentialTold(problem=problem) if credential is None else _as_told(credential),
        reached=reach(there),
    )
    told = "; ".join([f"{one.address}: {one.told}" for one in plan.reached]) or "the index is embedded"
    tell(Event(f"rehearsal {month}", "tools and index", "ended", told.partition("\n")[0]))
    return plan


def find_credential(index: Index) -> tuple[CredentialSource | None, str]:
    """Give where the index's credential comes from, or None and why none can be used."""
    try:
        return declared_credential(index), ""
    except CredentialsUnusable as error:
        return None, str(error)


def _as_told(found: CredentialSource) -> CredentialTold:
    facts = asdict(found)
    return CredentialTold(source=found.name, username=facts["username"], fingerprint=facts["fingerprint"])


def _clear(folder: Path) -> None:
    """Make room for fresh tools, and take away those of rehearsals that never came to their end."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    now = datetime.now(UTC).timestamp()
    for other in folder.parent.iterdir():
        if other != folder and now - other.stat().st_mtime > _LEFT_AFTER_SECONDS:
            shutil.rmtree(other, ignore_errors=True)


def finish(stage: Stage, plan: RehearsalPlan, packages: Sequence[PackageRehearsed]) -> RehearsalReport:
    """Compare a rehearsal with the last one, keep its report, and open a Change Control entry a deviation."""
    report = RehearsalReport(plan=plan, packages=tuple(packages), ended_at=utc_now())
    if before := stage.reports.last_before(plan):
        found = deviations_between(before, report)
        report = report.model_copy(update={"compared_with": before.plan.run_id, "deviations": found})
    _open_entries(stage, report)
    stage.reports.keep(report)
    shutil.rmtree(stage.tools_folder(plan.run_id), ignore_errors=True)
    return report


def page_of_month(foundry: Foundry, month: str) -> Path:
    """Give where the newest report of a month lies as a page for people."""
    return foundry.home.change_control / REHEARSALS / f"rehearsal-{month}.md"


def _open_entries(stage: Stage, report: RehearsalReport) -> None:
    pages = {
        f"{report.plan.month}-{report.plan.run_id[:8]}-{number:03}.md": deviation_page(number, found, report)
        for number, found in enumerate(report.deviations, 1)
    }
    home = stage.foundry.home
    write_page(page_of_month(stage.foundry, report.plan.month), report_page(report))
    if pages:
        write_pages(home.change_control / DEVIATIONS, pages)
    for release, kept in _by_release(report):
        shelf = stage.store.shelf(release, rehearsal=True).of_run(report.plan.run_id)
        with contextlib.suppress(ChecksumChanged):  # a damaged record is told by verifying the release
            if kept.deviations or shelf.bytes_of(DEVIATIONS_RECORD) is not None:
                shelf.write(DEVIATIONS_RECORD, kept)
                anchor(home, shelf)


def _by_release(report: RehearsalReport) -> Iterator[tuple[Release, PackageDeviations]]:
    for package in report.packages:
        if package.version:
            yield (
                Release.of(package.name, package.version),
                PackageDeviations(
                    month=report.plan.month,
                    run_id=report.plan.run_id,
                    compared_with=report.compared_with,
                    deviations=tuple(one for one in report.deviations if one.package == package.name),
                ),
            )
