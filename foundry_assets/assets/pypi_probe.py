"""The asset `pypi_probe`: what the index holds of this release before anything is sent.

Add here what its page in the UI shows.
Not here: asking and comparing (index, craft/probing).
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import dagster as dg

from foundry_assets.content import Member
from foundry_assets.doors import open_index
from foundry_assets.errors import IndexUnreachable
from foundry_assets.evidence import kind_of
from foundry_assets.release import releases
from foundry_assets.release_checks import free_check
from foundry_assets.steps import Step, Workbench, open_step
from foundry_assets.store import Manifest
from foundry_assets.tables import table

if TYPE_CHECKING:
    from foundry_assets.craft.probing import Probe

_CHECK = "version_is_free_on_index"
_COLUMNS = ("file", "state", "why")


@dg.asset(
    deps=["sdist", "wheel"],
    partitions_def=releases,
    group_name="release",
    kinds={"python", "report"},
    owners=["team:release"],
    code_version="1",
    check_specs=[
        free_check(
            _CHECK,
            asset="pypi_probe",
            blocking=True,
            description="Each of our file names is absent from the index, or there with our very bytes.",
        )
    ],
)
def pypi_probe(context: dg.AssetExecutionContext, bench: Workbench) -> dg.MaterializeResult:
    """What the index holds of this release, file by file, compared by sha256.

    `absent` may be sent, `identical` is there already, `conflict` is there with other bytes and blocks.
    An index that gives no clear answer is unknown, and unknown blocks: it is never taken for absent.
    """
    with open_step(context, bench, "pypi_probe") as step:
        built = {asset: step.shelf.manifest(asset) for asset in ("wheel", "sdist")}
        files = [manifest.file for manifest in built.values()]
        found, unreachable = _ask(step, files)
        told = {
            "index": step.index.name,
            "unreachable": unreachable,
            "probe": asdict(found) if found else None,
        }
        text = json.dumps(told, indent=2, sort_keys=True) + "\n"
        name = f"pypi_probe/{step.index.name}"
        manifest = step.shelf.put_text(name, "probe.json", text, facts={})
        rows = (
            [dict(zip(_COLUMNS, (f.filename, f.state, f.why), strict=True)) for f in found.files]
            if found
            else []
        )
        return step.made(
            manifest,
            [_judge(step, {name: manifest, **built}, found, unreachable)],
            index=step.index.name,
            answers=table(rows, _COLUMNS),
            newest_version=found.newest_version if found else "unknown",
        )


def _ask(step: Step, files: list[Member]) -> tuple["Probe | None", str]:
    from foundry_assets.craft.probing import probe
    from foundry_assets.index import IndexReader

    try:
        with open_index(step) as index, IndexReader(index) as reader:
            return probe(reader, step.release, files), ""
    except IndexUnreachable as error:
        return None, str(error)


def _judge(
    step: Step, judged: dict[str, Manifest], found: "Probe | None", unreachable: str
) -> dg.AssetCheckResult:
    if found is None and step.is_rehearsal:
        message = f"a rehearsal goes on without an answer: {unreachable}"
        return step.judge(_CHECK, passed=False, severity="WARN", message=message, judged=judged)
    if found is None:
        return step.judge(_CHECK, passed=False, message=unreachable, judged=judged)
    told = _objections(step, found)
    states = ", ".join(f"{file.filename}: {file.state}" for file in found.files)
    step.say(", ".join(f"{kind_of(file.filename)} {file.state}" for file in found.files))
    message = "; ".join(told) or states
    if found.yanked:
        message += f" (yanked there: {', '.join(found.yanked)})"
    return step.judge(_CHECK, passed=not told, message=message, judged=judged)


def _objections(step: Step, found: "Probe") -> list[str]:
    """Tell why this index would not take our files, from what it holds already."""
    from foundry_assets.craft.preflight import closed_since, name_is_taken_by_python, profile_of

    told = [f"{file.filename}: {file.why}" for file in found.conflicts]
    if found.is_closed and found.absent:
        told.append(f"the project is {found.project_status} at `{step.index.name}` and takes no uploads")
    if profile_of(step.index).is_strict:
        now = datetime.now(UTC)
        faults = (closed_since(found, now), name_is_taken_by_python(step.release.name, found))
        told += [f"{fault.where}: {fault.what}; {fault.remedy}" for fault in faults if fault]
    return told
