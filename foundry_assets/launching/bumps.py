"""What one tick of `version_bumps` sees and decides, package by package; whatever goes wrong stays there.

Add here how sources, evidence and indexes are read for the decision.
Not here: the decision about versions (watch), about runs (attempts), and Dagster's part (sensors).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import dagster as dg

from foundry_assets import evidence
from foundry_assets.catalog import Catalog, Package
from foundry_assets.craft.watching import Seen, look
from foundry_assets.craft.watching.looking import state_of
from foundry_assets.craft.watching.remote import RemoteMemo
from foundry_assets.craft.watching.tags import TagMemo
from foundry_assets.errors import FoundryError, IndexUnreachable
from foundry_assets.home import Foundry
from foundry_assets.index import IndexReader
from foundry_assets.launching.attempts import next_attempt
from foundry_assets.launching.watch import what_is_new
from foundry_assets.release import Release
from foundry_assets.store import ArtefactStore

_ASKING_SECONDS = 20.0
"""How long one tick may ask indexes: Dagster gives it sixty seconds in all."""


@dataclass(frozen=True)
class Launch:
    """A release to be launched, the index it goes to, and what names attempt and source."""

    release: Release
    index: str
    run_key: str
    source_state: str


@dataclass
class Tick:
    """What a tick found: launches, what people are told, and the versions that are known from now on."""

    known: dict[str, list[str]]
    launches: list[Launch] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def take_stock(
    known: Mapping[str, Sequence[str]],
    *,
    foundry: Foundry,
    store: ArtefactStore,
    instance: dg.DagsterInstance,
) -> Tick:
    """Look at every package of the catalog and decide what is to be launched.

    `known` is name -> versions that were there at first sight or were released since. Raises `FoundryError`
    where there is no catalog to go by.
    """
    catalog = foundry.catalog
    tick = Tick({name: list(versions) for name, versions in known.items()})
    declared: dict[str, str] = {}
    for name, seen in _seen(catalog.packages.values(), foundry, tick).items():
        if name not in tick.known:
            tick.known[name] = list(seen.stock)
            tick.told.append(f"{name}: first sight of {seen.version or 'no version'}: taken stock of")
        elif seen.version and seen.version not in tick.known[name]:
            declared[name] = seen.version
    shelves = store if store.root else ArtefactStore(root=foundry.store_root)
    moved = {
        name: text for name, text in declared.items() if not _is_released(tick, catalog, shelves, name, text)
    }
    on_index = _on_indexes(catalog, moved, tick)
    for sighting in what_is_new(moved, tick.known, on_index):
        if sighting.release is None:
            tick.told.append(f"{sighting.name}: {sighting.why}")
        else:
            _consider(tick, catalog, shelves, instance, sighting.release)
    return tick


def _seen(packages: Iterable[Package], foundry: Foundry, tick: Tick) -> dict[str, Seen]:
    memo = foundry.home.memo
    tags, remotes = TagMemo(memo), RemoteMemo(memo)
    found = {}
    for package in packages:
        try:
            seen = look(package, tags, remotes)
        except (FoundryError, OSError) as error:
            tick.told.append(f"{package.name}: {_short(error)}")
            continue
        if seen.why:
            tick.told.append(f"{package.name}: {seen.why}")
        if not seen.why or seen.version:
            found[str(package.name)] = seen
    for kept in (tags, remotes):
        kept.keep()
    return found


def _is_released(tick: Tick, catalog: Catalog, store: ArtefactStore, name: str, version: str) -> bool:
    """Tell whether a version was released from here meanwhile; then it is known from now on."""
    try:
        release = Release.of(name, version)
        index = catalog.index_for(catalog.package(name))
        receipt = evidence.receipt_at(store.shelf(release), index)
    except FoundryError:
        return False
    if receipt is None or receipt.status != "published":
        return False
    tick.known[name].append(version)
    return True


def _on_indexes(catalog: Catalog, moved: Mapping[str, str], tick: Tick) -> dict[str, tuple[str, ...] | None]:
    """Ask what each index holds; one that gives no answer, or for which there was no time, is unknown."""
    found: dict[str, tuple[str, ...] | None] = {}
    began = time.monotonic()
    for name in sorted(moved):
        try:
            index = catalog.index(catalog.index_for(catalog.package(name)))
            if index.is_local:
                found[name] = ()
                continue
            found[name] = None
            if time.monotonic() - began < _ASKING_SECONDS:
                with IndexReader(index, connect_seconds=5, read_seconds=10) as reader:
                    found[name] = reader.project(name).versions
        except (IndexUnreachable, FoundryError) as error:
            found[name] = None
            tick.told.append(f"{name}: {_short(error)}")
    return found


def _consider(
    tick: Tick, catalog: Catalog, store: ArtefactStore, instance: dg.DagsterInstance, release: Release
) -> None:
    """Launch a new version, or tell what it waits for."""
    package = catalog.package(release.name)
    index = catalog.index_for(package)
    if not package.auto_release:
        tick.told.append(f"{release} is new, and waits for a person: its entry has no auto_release")
        return
    try:
        state = state_of(package)
        shelf = store.shelf(release)
        attempt = next_attempt(instance, shelf, index, source_state=state.name)
    except (FoundryError, OSError) as error:
        tick.told.append(f"{release}: {_short(error)}")
        return
    if state.why_not or attempt.why_not:
        tick.told.append(f"{release}: {state.why_not or attempt.why_not}")
    else:
        tick.launches.append(Launch(release, index, attempt.run_key, state.name))


def _short(error: Exception) -> str:
    return error.happened if isinstance(error, FoundryError) else f"{type(error).__name__}: {error}"
