"""The gate `index_would_accept_both_files`: every refusal that can be known before a byte leaves.

Add here how findings become one verdict.
Not here: the rules and looking for their breaches (craft/preflight).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dagster as dg

from foundry_assets.records import Severity
from foundry_assets.release_checks import gate
from foundry_assets.steps import Step, Workbench, open_step
from foundry_assets.store import Manifest

if TYPE_CHECKING:
    from foundry_assets.craft.preflight import Finding, IndexProfile

NAME = "index_would_accept_both_files"
_MOST_TOLD = 10


@gate(NAME, asset="wheel", blocking=True)
def index_would_accept_both_files(
    context: dg.AssetCheckExecutionContext, bench: Workbench
) -> dg.AssetCheckResult:
    """The index would take the wheel and the sdist, as far as that can be known without asking it.

    All faults of both files are told at once, each with its remedy. What only the public indexes refuse
    blocks a release to them, and is a warning anywhere else.
    """
    from foundry_assets.craft.preflight import preflight, profile_of

    with open_step(context, bench, NAME) as step:
        files = {asset: step.shelf.fetch(asset, step.scratch / asset) for asset in ("wheel", "sdist")}
        profile = profile_of(step.index)
        paths = [step.scratch / asset / manifest.file.path for asset, manifest in files.items()]
        return _judge(step, preflight(paths, profile=profile), profile, files)


def _judge(
    step: Step, found: Sequence["Finding"], profile: "IndexProfile", files: dict[str, Manifest]
) -> dg.AssetCheckResult:
    severities = [profile.severity(finding.rule) for finding in found]
    worst: Severity = "ERROR" if "ERROR" in severities else "WARN"
    pairs = zip(found, severities, strict=True)
    told = [_told(finding, severity) for finding, severity in pairs if severity == worst]
    more = f"; and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    message = "; ".join(told[:_MOST_TOLD]) + more if told else "nothing that can be known offline is refused"
    step.say(message)
    return step.judge(
        NAME,
        passed=not found,
        severity=worst if found else "ERROR",
        message=message,
        judged=files,
        details={
            "public_rules_block": profile.is_strict,
            "findings": [_row(one, severity) for one, severity in zip(found, severities, strict=True)],
        },
    )


def _told(found: "Finding", severity: Severity) -> str:
    elsewhere = severity == "WARN" and found.rule.weight == "refused"
    would = "PyPI would refuse this: " if elsewhere else ""
    return f"{would}{found.fault.where}: {found.fault.what} -> {found.fault.remedy}"


def _row(found: "Finding", severity: Severity) -> dict[str, str]:
    fault = found.fault
    return {
        "severity": severity,
        "rule": found.rule.name,
        "where": fault.where,
        "what": fault.what,
        "remedy": fault.remedy,
        "source": found.rule.source,
    }
