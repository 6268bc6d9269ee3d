"""The rehearsal's opt-in: a package really uploaded to the test index, under a version that nobody else has.

Add here what such an upload needs beside the line itself.
Not here: the line (line_run), and changing the version in a copy (craft/rehearsing/dev_version).
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import dagster as dg
import tomlkit

from foundry_assets.catalog import LOCAL, Catalog, Index, Package, built_in_index
from foundry_assets.craft.rehearsing import RehearsalPlan
from foundry_assets.craft.rehearsing.dev_version import declare_version, dev_version
from foundry_assets.errors import CallIsWrong
from foundry_assets.home import Foundry
from foundry_assets.launching.line_run import Order, run_line
from foundry_assets.launching.rehearsal import Stage
from foundry_assets.release import Release


def upload_for_real(release: Release, plan: RehearsalPlan, stage: Stage, instance: dg.DagsterInstance) -> str:
    """Release the rehearsed source as a unique `.devN` to the rehearsal's index; gives that release.

    It is a release like any other, with its intents, receipts and page. Raises `CallIsWrong` where the
    version cannot be changed, or the upload does not end as published.
    """
    refuse_the_real_one(stage.foundry.catalog.index(plan.index))
    version = dev_version(release.version)
    package = stage.foundry.catalog.package(release.name)
    with stage.foundry.home.scratch() as scratch:
        copy = scratch / release.name
        stage.store.shelf(release, rehearsal=True).fetch("staged_workspace", copy)
        declare_version(copy, version)
        order = Order(
            Release.of(release.name, version),
            index=plan.index,
            confirm=f"{release.name}=={Release.of(release.name, version).version}",
            launcher="monthly rehearsal",
        )
        foundry = _with_copy(stage, package, copy, scratch / "foundry.toml")
        outcome = run_line(order, foundry=foundry, instance=instance, store=stage.store)
    if outcome.status != "published":
        raise CallIsWrong(
            f"{outcome.release} is {outcome.status} at `{plan.index}`: {outcome.message}",
            remedy=f"foundry show {outcome.release} tells the whole of it",
        )
    return f"{outcome.release} published at {plan.index}"


def refuse_the_real_one(index: Index) -> None:
    """Refuse the index that everybody installs from, under whatever name; raises `CallIsWrong`."""
    real = built_in_index("pypi")
    if real is not None and urlsplit(index.upload_url).hostname == urlsplit(real.upload_url).hostname:
        raise CallIsWrong(
            f"a rehearsal uploads nothing to `{index.name}`: it is the index that everybody installs from",
            remedy="rehearse for testpypi, or for an index of your own",
        )


def _with_copy(stage: Stage, package: Package, copy: Path, file: Path) -> Foundry:
    """Give the same foundry with a catalog of its own, in which the package's source is the copy."""
    catalog = stage.foundry.catalog
    entry: dict[str, object] = {"name": package.name, "source": str(copy), "typing": package.typing_mode}
    entry |= {"typing_modules": package.typing_modules} if package.typing_modules else {}
    document = {"indexes": _indexes(catalog), "package": [entry]}
    file.write_text(tomlkit.dumps(document), encoding="utf-8", newline="\n")
    return Foundry(home_folder=str(stage.foundry.home.root), catalog_file=str(file))


def _indexes(catalog: Catalog) -> dict[str, dict[str, object]]:
    return {name: _as_written(index) for name, index in catalog.indexes.items() if name != LOCAL}


def _as_written(index: Index) -> dict[str, object]:
    return index.model_dump(mode="json", exclude={"name"}, exclude_defaults=True)
