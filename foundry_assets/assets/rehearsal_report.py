"""The asset `rehearsal_report`: once a month everything that a release does, except changing a real index.

Add here what its page in the UI shows, and its checks.
Not here: what a rehearsal does (launching/rehearsal, launching/dressing), and how (craft/rehearsing).
"""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from foundry_assets.craft.rehearsing.form import PackageRehearsed, RehearsalPlan, RehearsalReport
from foundry_assets.craft.rehearsing.pages import report_page
from foundry_assets.errors import FoundryError
from foundry_assets.home import Foundry
from foundry_assets.release_checks import gate
from foundry_assets.store import ArtefactStore
from foundry_assets.tables import table

REHEARSAL_ASSET = "rehearsal_report"
BEGIN = "begin"
MONTH_FORMAT = "%Y-%m"
months = dg.MonthlyPartitionsDefinition(start_date="2026-01", fmt=MONTH_FORMAT, end_offset=2)
"""A rehearsal belongs to the month that has begun; east of UTC that is the next one for some hours."""
_COLUMNS = ("package", "status", "findings")
_MOST_CHARACTERS = 60_000


class RehearsalForm(dg.Config):
    """What a person may choose for a rehearsal."""

    index: str = Field(default="", description="The index to rehearse for; empty: as foundry.toml has it.")
    upload: bool = Field(
        default=False, description="Also upload each package for real, under a unique .devN version."
    )


@dg.op(name=BEGIN, out={"plan": dg.Out(str), "packages": dg.DynamicOut(str)})
def begin(
    context: dg.OpExecutionContext,
    config: RehearsalForm,
    foundry: dg.ResourceParam[Foundry],
    store: dg.ResourceParam[ArtefactStore],
) -> Iterator[dg.Output[str] | dg.DynamicOutput[str]]:
    """Reinstall the tools, resolve the credential, try the way to the index, read every source."""
    from foundry_assets.launching.rehearsal import Stage, plan_rehearsal

    try:
        plan = plan_rehearsal(
            Stage.of(foundry, store),
            month=context.partition_key,
            index=config.index,
            uploads=config.upload,
            run_id=context.run_id,
        )
    except FoundryError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None
    yield dg.Output(plan.model_dump_json(), "plan")
    for name in plan.packages:
        yield dg.DynamicOutput(
            name, output_name="packages", mapping_key=name.replace("-", "_").replace(".", "_")
        )


@dg.op
def rehearse(
    context: dg.OpExecutionContext,
    package: str,
    plan: str,
    foundry: dg.ResourceParam[Foundry],
    store: dg.ResourceParam[ArtefactStore],
) -> str:
    """Put one package through the line, fresh tools, a prepared and a really made sending."""
    from foundry_assets.launching.dressing import rehearse_package
    from foundry_assets.launching.rehearsal import Stage

    known = RehearsalPlan.model_validate_json(plan)
    seen = rehearse_package(package, known, Stage.of(foundry, store), context.instance)
    log = context.log.info if seen.is_good and not seen.problems else context.log.warning
    log("; ".join([f"{seen.name}: {seen.status}: {seen.message}", *seen.problems]))
    return seen.model_dump_json()


@dg.op
def report(
    context: dg.OpExecutionContext,
    plan: str,
    packages: list[str],
    foundry: dg.ResourceParam[Foundry],
    store: dg.ResourceParam[ArtefactStore],
) -> dg.MaterializeResult:
    """Compare with the last rehearsal, keep the report, open a Change Control entry a deviation."""
    from foundry_assets.launching.rehearsal import Stage, finish

    seen = [PackageRehearsed.model_validate_json(text) for text in packages]
    told = finish(Stage.of(foundry, store), RehearsalPlan.model_validate_json(plan), seen)
    for deviation in told.deviations:
        context.log.warning(f"deviates: {deviation}")
    rows = [
        {"package": f"{one.name} {one.version}", "status": one.status, "findings": "; ".join(one.problems)}
        for one in told.packages
    ]
    return dg.MaterializeResult(
        metadata={
            "packages": table(rows, _COLUMNS),
            "deviations": len(told.deviations),
            "findings": len(told.problems),
            "bytes": sum(file.bytes for one in told.packages for file in one.files),
            "seconds": sum(sum(one.seconds.values()) for one in told.packages),
            "report": dg.MetadataValue.md(report_page(told)[:_MOST_CHARACTERS]),
        }
    )


@dg.graph_asset(
    name=REHEARSAL_ASSET,
    partitions_def=months,
    group_name="rehearsal",
    kinds={"pypi", "python"},
    owners=["team:release"],
)
def rehearsal_report() -> dg.MaterializeResult:
    """What a release of every catalog package would have met this month, compared with the month before.

    `build` and `twine` are installed afresh; every package goes through the whole line, is built again with
    the fresh tools, has its upload made ready to the last byte for the real index, and is really sent to,
    verified at and installed from an index that is thrown away. What is otherwise than last time is named,
    and has its entry in Change Control. No index that lasts is changed, unless the form asks for it.
    """
    plan, packages = begin()
    told: dg.MaterializeResult = report(plan, packages.map(lambda package: rehearse(package, plan)).collect())
    return told


@gate(
    "nothing_deviates_from_the_last_rehearsal",
    asset=rehearsal_report,
    description="Tools, metadata, hashes, sizes, verdicts and the credential's source are as before.",
    partitions_def=months,
)
def nothing_deviates(
    context: dg.AssetCheckExecutionContext,
    foundry: dg.ResourceParam[Foundry],
    store: dg.ResourceParam[ArtefactStore],
) -> dg.AssetCheckResult:
    """Warns with every deviation by name."""
    told = _newest(context, foundry, store)
    return _warns(list(map(str, told.deviations)) if told else ["there is no report"], told)


@gate(
    "every_package_could_be_released",
    asset=rehearsal_report,
    description="Each package went through the line, and nothing on the way to the index was found wrong.",
    partitions_def=months,
)
def every_package_could_be_released(
    context: dg.AssetCheckExecutionContext,
    foundry: dg.ResourceParam[Foundry],
    store: dg.ResourceParam[ArtefactStore],
) -> dg.AssetCheckResult:
    """Warns with every finding."""
    told = _newest(context, foundry, store)
    return _warns(told.problems if told else ["there is no report"], told)


def _newest(
    context: dg.AssetCheckExecutionContext, foundry: Foundry, store: ArtefactStore
) -> RehearsalReport | None:
    from foundry_assets.launching.rehearsal import Stage

    return Stage.of(foundry, store).reports.newest(context.run.tags.get("dagster/partition", ""))


def _warns(told: list[str], report: RehearsalReport | None) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=not told,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(told)[:2000] or "none",
        metadata={"month": report.plan.month if report else "", "told": told[:50]},
    )


rehearsal_checks = [nothing_deviates, every_package_could_be_released]
