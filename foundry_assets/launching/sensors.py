"""The sensors: `version_bumps` launches what is new, `failed_releases` accounts for what failed or died.

Add here what Dagster must know of a sensor.
Not here: what a tick sees and decides (bumps, watching_runs).
"""

import json
from collections.abc import Sequence

import dagster as dg

from foundry_assets.errors import FoundryError
from foundry_assets.home import Foundry
from foundry_assets.launched import INDEX_TAG
from foundry_assets.launching.attempts import RELEASE_TAG, SOURCE_TAG, release_at
from foundry_assets.launching.bumps import Launch, take_stock
from foundry_assets.launching.jobs import launch_config, release_job
from foundry_assets.launching.watching_runs import watch_runs
from foundry_assets.release import releases
from foundry_assets.store import ArtefactStore

_INTERVAL_SECONDS = 30
_MOST_TOLD = 20


@dg.sensor(
    job=release_job,
    minimum_interval_seconds=_INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Launches a release when a catalog package with `auto_release` declares a new version.",
)
def version_bumps(
    context: dg.SensorEvaluationContext,
    foundry: dg.ResourceParam[Foundry],
    store: dg.ResourceParam[ArtefactStore],
) -> dg.SensorResult:
    """Compare declared versions with what is released and what the index holds; launch what is new.

    The first sight of a package only takes stock, uncommitted changes are never launched, and whatever
    cannot be read, or gives no answer, is told in the tick while the other packages go on.
    """
    known = _known(context.cursor)
    try:
        tick = take_stock(known, foundry=foundry, store=store, instance=context.instance)
    except FoundryError as error:
        return dg.SensorResult(skip_reason=dg.SkipReason(str(error)), cursor=context.cursor)
    if tick.told:
        context.log.info(_in_short(tick.told))
    keys = [str(launch.release) for launch in tick.launches]
    return dg.SensorResult(
        run_requests=[_request(launch) for launch in tick.launches],
        dynamic_partitions_requests=[releases.build_add_request(keys)] if keys else [],
        cursor=json.dumps(tick.known, sort_keys=True, separators=(",", ":")),
        skip_reason=None
        if keys
        else dg.SkipReason(_in_short(tick.told) or "no package declares a new version"),
    )


@dg.sensor(
    minimum_interval_seconds=_INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Writes the evidence of release runs that failed or died; tells the catalog's webhook of"
    " those and of broken rehearsals.",
)
def failed_releases(
    context: dg.SensorEvaluationContext,
    foundry: dg.ResourceParam[Foundry],
    store: dg.ResourceParam[ArtefactStore],
) -> dg.SensorResult:
    """Close runs whose process was killed; settle the release of a run that left no word, with a hold if due.

    It launches nothing, so it runs from the start. A webhook that cannot be told stops nothing.
    """
    watched = watch_runs(context.cursor, foundry=foundry, store=store, instance=context.instance)
    for told in watched.told:
        context.log.warning(told)
    return dg.SensorResult(
        skip_reason=dg.SkipReason(_in_short(watched.told) or "no release has failed"),
        cursor=watched.remembered.model_dump_json(),
    )


def _request(launch: Launch) -> dg.RunRequest:
    """Ask for a run; a package's `auto_release` in the catalog is the consent that a form would ask for.

    The index stands in a tag: the form would refuse one that the catalog has had only since it was loaded.
    """
    release = launch.release
    return dg.RunRequest(
        run_key=launch.run_key,
        partition_key=str(release),
        run_config=launch_config(confirm=str(release)),
        tags={
            "package": release.name,
            "version": release.version,
            "index": launch.index,
            INDEX_TAG: launch.index,
            "launcher": "sensor",
            RELEASE_TAG: release_at(str(release), launch.index),
            SOURCE_TAG: launch.source_state,
        },
    )


def _known(cursor: str | None) -> dict[str, list[str]]:
    """Read the cursor; one that is not ours takes stock anew, which launches nothing."""
    try:
        told = json.loads(cursor or "{}")
        return {str(name): [str(version) for version in versions] for name, versions in told.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _in_short(told: Sequence[str]) -> str:
    more = f"; and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    return "; ".join(told[:_MOST_TOLD]) + more
