"""What the wheel's step writes down in the forms of others: SLSA provenance and a CycloneDX bill.

Add here which of a release's facts go into them.
Not here: the forms themselves (craft/provenance).
"""

from __future__ import annotations

import platform
import time
from datetime import UTC, datetime
from typing import Any

from packaging.metadata import Metadata

from foundry_assets.craft.building import Built
from foundry_assets.craft.metadata import wheel_metadata
from foundry_assets.craft.provenance import Build, Material, bill_of_materials, statement_of
from foundry_assets.craft.tool_versions import tool_versions
from foundry_assets.records import utc_now
from foundry_assets.settling import MADE_FROM
from foundry_assets.steps import Step
from foundry_assets.store import Manifest

PROVENANCE, BILL = "provenance", "sbom"
"""The artefacts beside the wheel; each is one JSON file."""


def write_provenance(step: Step, built: Built, sdist: Manifest, wheel: Manifest) -> dict[str, str]:
    """Store statement and bill about the two files that were just made; gives where they lie, by artefact.

    A wheel whose metadata nobody can read gets no bill; another check says so.
    """
    staged = step.shelf.manifest("staged_workspace")
    files = {manifest.file.path: manifest.file.sha256 for manifest in (sdist, wheel)}
    statement = statement_of(
        step.release.name, step.release.version, files, _material(step, staged), _build(step, built, sdist)
    )
    made_from = {MADE_FROM: wheel.sha256}
    step.shelf.put_text(PROVENANCE, "provenance.intoto.json", statement.as_json(), facts=made_from)
    metadata = wheel_metadata(built.path)
    if metadata is not None:
        step.shelf.put_text(BILL, "sbom.cdx.json", _bill(metadata, wheel, staged), facts=made_from)
    kept = [PROVENANCE, *([BILL] if metadata is not None else [])]
    return {asset: step.shelf.blob_address(step.shelf.manifest(asset).file.sha256) for asset in kept}


def _bill(metadata: Metadata, wheel: Manifest, staged: Manifest) -> str:
    epoch: Any = staged.facts["epoch"]
    return bill_of_materials(metadata, filename=wheel.file.path, sha256=wheel.file.sha256, epoch=int(epoch))


def _material(step: Step, staged: Manifest) -> Material:
    facts: dict[str, Any] = staged.facts
    tree = step.shelf.manifest("stubbed_tree")
    return Material(facts["origin"], facts["commit"], facts["source_sha256"], tree.sha256)


def _build(step: Step, built: Built, sdist: Manifest) -> Build:
    """Give the build of both files: it began with this run's step for the sdist, or was taken as stored."""
    facts: dict[str, Any] = sdist.facts
    seconds = float(facts["build_seconds"]) + (time.monotonic() - step.began)
    started = datetime.fromtimestamp(time.time() - seconds, UTC).isoformat(timespec="milliseconds")
    system = {"python": platform.python_version(), "platform": platform.platform()}
    return Build(
        run_id=step.run_id,
        started=started.replace("+00:00", "Z"),
        finished=utc_now(),
        requirements=facts["requirements"] | built.requirements,
        environment=tool_versions() | system,
        settings={"isolation": built.isolation, "mode": "rehearse" if step.is_rehearsal else "release"},
    )
