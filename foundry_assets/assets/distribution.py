"""What the two distribution files have in common: their facts and their free checks.

Add here a check that reads a built archive and costs nothing beside building it.
Not here: building (craft/building), and checks that install or build again (checks).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import dagster as dg
from packaging.utils import canonicalize_name
from pydantic import TypeAdapter

from foundry_assets.content import blake2b_256
from foundry_assets.craft.building import Built, members
from foundry_assets.craft.contents import lost_from_sdist, lost_from_wheel
from foundry_assets.craft.exclusions import Exclusions
from foundry_assets.craft.import_roots import ImportRoot
from foundry_assets.craft.kept_environments import kept_folder
from foundry_assets.release_checks import free_check
from foundry_assets.settling import MADE_FROM
from foundry_assets.steps import Step
from foundry_assets.store import Manifest


def check_names(kind: str) -> tuple[str, str, str]:
    """Give the names of the free checks of `sdist` or `wheel`."""
    return f"{kind}_metadata_is_valid", f"{kind}_version_is_the_release", f"{kind}_holds_every_file"


def check_specs(kind: str) -> list[dg.AssetCheckSpec]:
    """Give the free checks of `sdist` or `wheel` as Dagster declares them."""
    descriptions = (
        "The core metadata and the description are what an index accepts (twine check).",
        "The built file says the release's own name and version.",
        "Nothing of the package was lost on the way from the tree, counted from the tree.",
    )
    named = zip(check_names(kind), descriptions, strict=True)
    return [free_check(name, asset=kind, blocking=True, description=text) for name, text in named]


def facts_of(built: Built, *, made_from: Manifest) -> dict[str, Any]:
    """Give what is kept about a built file beside its bytes."""
    return {
        MADE_FROM: made_from.sha256,
        "blake2b_256": blake2b_256(built.path),
        "requirements": built.requirements,
        "normalised": list(built.normalised),
        "build_seconds": round(built.seconds, 3),
        "isolation": built.isolation,
        "as_made": built.as_made,
    }


def judge_metadata(step: Step, built: Built, manifest: Manifest) -> list[dg.AssetCheckResult]:
    """Judge metadata and version of a built file."""
    from foundry_assets.craft.metadata import metadata_findings, read_metadata

    valid, version, _ = check_names(built.kind)
    findings = metadata_findings(built.path)
    errors = [finding.message for finding in findings if finding.severity == "ERROR"]
    told = "; ".join(errors or [finding.message for finding in findings]) or "valid"
    metadata = step.judge(
        valid,
        passed=not findings,
        severity="ERROR" if errors else "WARN",
        message=told,
        judged={built.kind: manifest},
    )
    if errors:
        message = "the metadata cannot be read, so it says no version"
        return [metadata, step.judge(version, passed=False, message=message, judged={built.kind: manifest})]
    core = read_metadata(built.path)
    same = canonicalize_name(core.name) == step.release.name and step.release.is_same_version_as(core.version)
    message = f"says {core.name} {core.version}" + ("" if same else f", not {step.release}")
    return [metadata, step.judge(version, passed=same, message=message, judged={built.kind: manifest})]


def judge_contents(step: Step, built: Built, manifest: Manifest, tree: Manifest) -> dg.AssetCheckResult:
    """Judge what a built file lacks of the tree."""
    promise = Promise.of(tree)
    lost_from = {"sdist": lost_from_sdist, "wheel": lost_from_wheel}[built.kind]
    lost = lost_from(
        tree.listing, members(built.path), promise.roots, promise.carried, exclusions=promise.exclusions
    )
    blocking = [item for item in lost if item.severity == "ERROR"]
    shown = [f"{item.path}: {item.why}" for item in (blocking or lost)]
    more = f" and {len(shown) - 10} more" if len(shown) > 10 else ""
    return step.judge(
        check_names(built.kind)[2],
        passed=not lost,
        severity="ERROR" if blocking else "WARN",
        message="; ".join(shown[:10]) + more if lost else "nothing was lost",
        judged={built.kind: manifest, "stubbed_tree": tree},
        details={"lost": [item.path for item in lost]},
    )


@dataclass(frozen=True)
class Promise:
    """What a tree promises to its archives: import roots, typing files, and the author's own exclusions."""

    roots: tuple[ImportRoot, ...]
    carried: tuple[str, ...]
    exclusions: Exclusions

    @classmethod
    def of(cls, tree: Manifest) -> Promise:
        """Read what was found in the tree when it was made, before any backend touched it."""
        return TypeAdapter(cls).validate_python(tree.facts)


def build_settings(step: Step) -> dict[str, Any]:
    """Give what a build needs to know: time, variables that settle an SCM version, where environments are."""
    facts: dict[str, Any] = step.shelf.manifest("staged_workspace").facts
    return {
        "epoch": facts["epoch"],
        "build_environment": facts["build_environment"],
        "kept": kept_folder(),
    }
