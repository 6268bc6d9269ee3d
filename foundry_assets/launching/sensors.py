"""The sensor `version_bumps`: launches a release when a catalog package declares a new version.

Add here how sources and indexes are read for the decision, and how it becomes a launch.
Not here: the decision itself (watch).
"""

import json
from collections.abc import Iterable

import dagster as dg

from foundry_assets.catalog import Catalog, GitSource, Package
from foundry_assets.craft.staging import given_by, quick_declared
from foundry_assets.errors import FoundryError, IndexUnreachable
from foundry_assets.home import Foundry
from foundry_assets.index import IndexReader
from foundry_assets.launching.jobs import launch_config, release_job
from foundry_assets.launching.watch import Sighting, what_is_new
from foundry_assets.release import PARTITION_SET, Release, releases

_INTERVAL_SECONDS = 60


@dg.sensor(
    job=release_job,
    minimum_interval_seconds=_INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Launches a release when a catalog package with `auto_release` declares a new version.",
)
def version_bumps(context: dg.SensorEvaluationContext, foundry: Foundry) -> dg.SensorResult:
    """Compare declared versions with what is released and what the index holds; launch what is new.

    The first sight of a package only takes stock. A source that cannot be read, or an index that does
    not answer, is told in the tick; the other packages go on.
    """
    catalog = foundry.catalog
    watched = [package for package in catalog.packages.values() if package.auto_release]
    stock: dict[str, list[str]] = json.loads(context.cursor or "{}")
    declared, told = _declared(watched)
    released = _released(context.instance.get_dynamic_partitions(PARTITION_SET), stock)
    moved = {name for name, version in declared.items() if version not in released.get(name, [version])}
    on_index = {name: _versions_on_index(catalog, catalog.package(name), told) for name in sorted(moved)}
    sightings = what_is_new(declared, released, on_index)
    for name, version in declared.items():
        if name not in released:
            stock[name] = [version]
    if told:
        context.log.warning("; ".join(told))
    return _result(catalog, sightings, told, cursor=json.dumps(stock, sort_keys=True))


def _result(
    catalog: Catalog, sightings: Iterable[Sighting], told: list[str], *, cursor: str
) -> dg.SensorResult:
    fresh = [sighting.release for sighting in sightings if sighting.release]
    told = told + [f"{sighting.name}: {sighting.why}" for sighting in sightings if not sighting.release]
    requests = [_request(catalog, release) for release in fresh]
    return dg.SensorResult(
        run_requests=requests,
        dynamic_partitions_requests=[releases.build_add_request([str(release) for release in fresh])]
        if fresh
        else [],
        cursor=cursor,
        skip_reason=None if fresh else dg.SkipReason("; ".join(told) or "no package has auto_release"),
    )


def _request(catalog: Catalog, release: Release) -> dg.RunRequest:
    """Ask for a run; a package's `auto_release` in the catalog is the consent that a form would ask for."""
    index = catalog.index_for(catalog.package(release.name))
    return dg.RunRequest(
        run_key=f"{release} at {index}",
        partition_key=str(release),
        run_config=launch_config(index=index, confirm=str(release)),
        tags={"package": release.name, "version": release.version, "index": index, "launcher": "sensor"},
    )


def _declared(packages: Iterable[Package]) -> tuple[dict[str, str], list[str]]:
    declared: dict[str, str] = {}
    told: list[str] = []
    for package in packages:
        if isinstance(package.source, GitSource):
            told.append(f"{package.name}: a git source is not watched; its ref is chosen in the catalog")
            continue
        try:
            found = quick_declared(package.source, given=given_by(package))
        except FoundryError as error:
            told.append(f"{package.name}: {error.happened}")
            continue
        if found is None:
            told.append(f"{package.name}: its version is dynamic; launch it by hand")
        else:
            declared[package.name] = found.version
    return declared, told


def _released(keys: Iterable[str], stock: dict[str, list[str]]) -> dict[str, list[str]]:
    released = {name: list(versions) for name, versions in stock.items()}
    for key in keys:
        name, _, version = key.partition("==")
        released.setdefault(name, []).append(version)
    return released


def _versions_on_index(catalog: Catalog, package: Package, told: list[str]) -> tuple[str, ...] | None:
    index = catalog.index(catalog.index_for(package))
    if index.is_local:
        return ()
    try:
        with IndexReader(index) as reader:
            return reader.project(package.name).versions
    except IndexUnreachable as error:
        told.append(f"{package.name}: {error.happened}")
        return None
