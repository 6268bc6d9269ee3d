"""A step of the line: opened with its release and a scratch folder, closed with its evidence.

Add here what every asset and every costly check does alike.
Not here: what one step makes or judges (assets, checks), and how it is done (craft).
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic_core import to_jsonable_python

from foundry_assets import evidence
from foundry_assets.asset_page import answers, show_verdict
from foundry_assets.catalog import Index, Package
from foundry_assets.errors import FoundryError
from foundry_assets.home import Foundry, Home
from foundry_assets.launched import INDEX_TAG
from foundry_assets.progress import Event, tell
from foundry_assets.proofs import Proofs
from foundry_assets.records import Severity, Verdict, utc_now
from foundry_assets.release import Release, release_of
from foundry_assets.settings import ReleaseSettings
from foundry_assets.settling import anchor
from foundry_assets.step_ends import settle_step, write_down
from foundry_assets.store import ArtefactStore, Manifest, Shelf
from foundry_assets.tables import file_table

Context = dg.AssetExecutionContext | dg.AssetCheckExecutionContext


class Workbench(dg.ConfigurableResource):  # type: ignore[type-arg]
    """What every step works with: the foundry's home and catalog, the store, and this run's settings."""

    foundry: dg.ResourceDependency[Foundry]
    store: dg.ResourceDependency[ArtefactStore]
    settings: dg.ResourceDependency[ReleaseSettings]

    def shelf(self, release: Release, *, rehearsal: bool | None = None) -> Shelf:
        """Give the release's part of the store; a rehearsal, as this run is unless said here, has its own."""
        is_rehearsal = self.settings.is_rehearsal if rehearsal is None else rehearsal
        return self._store.shelf(release, rehearsal=is_rehearsal)

    def proofs(self) -> Proofs:
        """Give what was proven about typing in earlier releases of whatever package."""
        return Proofs(self._store.medium)

    @property
    def _store(self) -> ArtefactStore:
        return self.store if self.store.root else ArtefactStore(root=self.foundry.store_root)


@dataclass
class Step:
    """One step at work; `name` is the asset's or the check's."""

    name: str
    context: Context
    release: Release
    bench: Workbench
    shelf: Shelf
    scratch: Path
    began: float = field(default_factory=time.monotonic)
    judged: list[Verdict] = field(default_factory=list)

    @cached_property
    def package(self) -> Package:
        """The release's entry in the catalog; raises `UnknownPackage`."""
        return self.bench.foundry.catalog.package(self.release.name)

    @cached_property
    def index(self) -> Index:
        """The index that this run is about; raises `UnknownPackage` and `UnknownIndex`."""
        launched_for = self.context.run.tags.get(INDEX_TAG, "")
        catalog = self.bench.foundry.catalog
        return self.bench.settings.index_of(self.package, catalog, launched_for=launched_for)

    @property
    def index_name(self) -> str:
        """That index by name, also where it is one that nobody knows."""
        try:
            return self.index.name
        except FoundryError:
            return self.bench.settings.index or self.context.run.tags.get(INDEX_TAG, "unknown")

    @property
    def run_id(self) -> str:
        """The run that this step belongs to."""
        return self.context.run.run_id

    @property
    def is_rehearsal(self) -> bool:
        """Whether this run leaves every index as it is."""
        return self.bench.settings.is_rehearsal

    @property
    def is_frozen(self) -> bool:
        """Whether the stored bytes are the release, so that nothing may be made anew."""
        return not self.is_rehearsal and evidence.is_frozen(self.shelf)

    def say(self, text: str) -> None:
        """Tell people what goes on or what was decided."""
        self.context.log.info(text)
        tell(Event(str(self.release), self.name, "said", text))

    def tell_event(self, event: dg.AssetMaterialization | dg.AssetObservation) -> None:
        """Let this run record an event of an asset that it does not make."""
        self.context.op_execution_context.log_event(event)

    def judge(
        self,
        check: str,
        *,
        passed: bool,
        message: str,
        judged: Mapping[str, Manifest],
        severity: Severity = "ERROR",
        details: Mapping[str, Any] | None = None,
    ) -> dg.AssetCheckResult:
        """Store a verdict beside the artefact it judges, and give it to Dagster."""
        asset = next(iter(judged))
        verdict = Verdict(
            check=check,
            asset=asset,
            passed=passed,
            severity=severity,
            message=message,
            judged={name: manifest.sha256 for name, manifest in judged.items()},
            details=to_jsonable_python(dict(details or {})),
            at=utc_now(),
        )
        return self.give(verdict)

    def give(self, verdict: Verdict) -> dg.AssetCheckResult:
        """Store a verdict and turn it into Dagster's own form."""
        evidence.record_verdict(self.shelf, verdict)
        self.judged.append(verdict)
        if not verdict.passed:
            log = self.context.log.error if verdict.blocks else self.context.log.warning
            log(f"{verdict.check}: {verdict.message}")
        if isinstance(self.context, dg.AssetCheckExecutionContext):
            show_verdict(self, verdict)
        return dg.AssetCheckResult(
            check_name=verdict.check,
            asset_key=dg.AssetKey(verdict.asset.split("/", maxsplit=1)[0]),
            passed=verdict.passed,
            severity=dg.AssetCheckSeverity[verdict.severity],
            description=f"{self.release}: {verdict.message}",
            metadata={
                "message": verdict.message,
                "release": str(self.release),
                "judged": verdict.judged,
                **verdict.details,
            },
        )

    def again(self, asset: str, checks: Sequence[str]) -> list[dg.AssetCheckResult]:
        """Give the stored verdicts of a frozen artefact once more."""
        self.say("as it is stored; an intent has frozen this release")
        stored = {verdict.check: verdict for verdict in evidence.verdicts(self.shelf, [asset])}
        return [self.give(stored[check]) for check in checks if check in stored]

    def made(
        self,
        manifest: Manifest,
        checks: Sequence[dg.AssetCheckResult],
        *,
        came_from: str = "",
        now: str = "",
        **metadata: Any,
    ) -> dg.MaterializeResult[Any]:
        """Give what Dagster records of an artefact: sha256 as data version, metadata in the fixed order.

        `came_from` and `now` answer "from what" and "what now" where the line itself does not.
        """
        fixed: dict[str, Any] = {
            "sha256": manifest.sha256,
            "bytes": manifest.bytes,
            "seconds": round(time.monotonic() - self.began, 3),
            "release": str(self.release),
            **answers(self, manifest, came_from=came_from, now=now),
        }
        last = {"files": file_table(manifest.members), "stored": self.shelf.address(manifest.asset)}
        return dg.MaterializeResult(
            metadata=fixed | metadata | last,
            data_version=dg.DataVersion(manifest.sha256),
            check_results=list(checks),
        )


@contextmanager
def open_step(context: Context, bench: Workbench, name: str) -> Iterator[Step]:
    """Open a step for the release of this run; whatever fails in it is written down before it is raised.

    An expected fault becomes a `dagster.Failure` without a traceback that no Dagster engine retries. A
    verdict that blocks settles the release as blocked, because nothing downstream will.
    """
    release, home, shelf = _begun(context, bench)
    began = time.monotonic()
    tell(Event(str(release), name, "began"))
    with home.scratch() as scratch:
        step = Step(name, context, release, bench, shelf, scratch)
        try:
            _ = step.package, step.index  # known, or the step fails before it does anything
            yield step
            blocking = "; ".join(f"{found.check}: {found.message}" for found in step.judged if found.blocks)
            if blocking:
                settle_step(step, "blocked", blocking)
            elif shelf.ledger.was_settled_here:  # blocked before, and more was judged all the same
                anchor(home, shelf)
            tell(Event(str(release), name, "failed" if blocking else "ended", blocking, _since(began)))
        except FoundryError as error:
            tell(Event(str(release), name, "failed", str(error), _since(began)))
            write_down(step, error.status, str(error))
            raise dg.Failure(description=str(error), allow_retries=False) from None
        except Exception as error:
            told = f"{name}: {type(error).__name__}: {error}"
            tell(Event(str(release), name, "failed", told, _since(began)))
            write_down(step, "failed", told)
            raise


def _begun(context: Context, bench: Workbench) -> tuple[Release, Home, Shelf]:
    """Give the release of a run, home and store; without them there is no place to write a failure down."""
    try:
        release = release_of(context)
        return release, bench.foundry.home, bench.shelf(release).of_run(context.run.run_id)
    except FoundryError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None


def _since(began: float) -> float:
    return time.monotonic() - began
