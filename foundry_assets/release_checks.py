"""Checks as Dagster declares them, each with a verdict for every release.

Add here what all checks of the line have in common in Dagster's eyes.
Not here: what a check looks at (assets, checks), and the verdicts themselves (evidence).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg

from foundry_assets.release import releases

VERDICTS_BY_RELEASE = True
"""Whether Dagster keeps a check's verdicts apart by release, in place of the newest one of all releases.

That is preview API in Dagster 1.13: False takes it out, and nothing of the foundry relies on it.
"""
_Check = Callable[..., dg.AssetCheckResult]


def free_check(name: str, *, asset: str, description: str, blocking: bool = False) -> dg.AssetCheckSpec:
    """Declare a check that its asset judges itself, while it is made."""
    with _declaring(releases) as partitions:
        return dg.AssetCheckSpec(name, asset=asset, description=description, blocking=blocking, **partitions)


def gate(
    name: str,
    *,
    asset: str | dg.AssetsDefinition,
    blocking: bool = False,
    description: str | None = None,
    partitions_def: dg.PartitionsDefinition[str] = releases,
) -> Callable[[_Check], dg.AssetChecksDefinition]:
    """Make a function a check that runs as a step of its own, after its asset."""

    def declare(judge: _Check) -> dg.AssetChecksDefinition:
        with _declaring(partitions_def) as partitions:
            made = dg.asset_check(
                asset=asset, name=name, blocking=blocking, description=description, **partitions
            )
            return made(judge)

    return declare


@contextmanager
def _declaring(partitions_def: dg.PartitionsDefinition[str]) -> Iterator[dict[str, Any]]:
    """Give what a declaration says of partitions; the warning that it is preview API is for us alone."""
    if not VERDICTS_BY_RELEASE:
        yield {}
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        yield {"partitions_def": partitions_def}
