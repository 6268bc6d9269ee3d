"""What one tick of `version_bumps` sees and decides, package by package; whatever goes wrong stays there.

Add here how sources, evidence and indexes are read for the decision.
Not here: the decision about versions (watch), about runs (attempts), and Dagster's part (sensors).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import dagster as dg

from foundry_assets import evidence
from foundry_assets.catalog import Catalog, GitSource, Package
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
from foundry_assets.store import ArtefactStore, Shelf

_ASKING_SECONDS = 20.0
"""How long one tick may ask indexes: Dagster gives it sixty seconds in all."""
_IN_VAIN_SECONDS = 2.0


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
    remotes = RemoteMemo(foundry.home.memo)
    declared: dict[str, str] = {}
    for name, seen in _seen(catalog.packages.values(), foundry, remotes, tick).items():
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
            package = catalog.package(sighting.release.name)
            index = catalog.index_for(package)
            if package.auto_release:
                _consider(tick, package, index, shelves.shelf(sighting.release), instance, remotes)
            else:
                told = "is new, and waits for a person: its entry has no auto_release"
                tick.told.append(f"{sighting.release} {told}")
    return tick


def _seen(
    packages: Collection[Package], foundry: Foundry, remotes: RemoteMemo, tick: Tick
) -> dict[str, Seen]:
    tags = TagMemo(foundry.home.memo)
    remotes.ask(package.source for package in packages if isinstance(package.source, GitSource))
    found = {}
    for package in packages:
        try:
            seen = look(package, tags, remotes)
        except Exception as error:  # a source can be made so that any reader breaks down
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
    """Ask what each index holds; one that gives no answer, or for which there was no time, is unknown.

    An index that kept us waiting in vain is not asked again in this tick: the others' packages need the time.
    """
    found: dict[str, tuple[str, ...] | None] = {}
    silent: set[str] = set()
    began = time.monotonic()
    for name in sorted(moved):
        found[name] = None
        asked = time.monotonic()
        try:
            index = catalog.index(catalog.index_for(catalog.package(name)))
            if index.is_local:
                found[name] = ()
            elif index.name in silent:
                tick.told.append(f"{name}: `{index.name}` gave no usable answer in this tick")
            elif asked - began < _ASKING_SECONDS:
                with IndexReader(index, connect_seconds=5, read_seconds=10) as reader:
                    found[name] = reader.project(name).versions
        except FoundryError as error:
            if isinstance(error, IndexUnreachable) and time.monotonic() - asked > _IN_VAIN_SECONDS:
                silent.add(index.name)
            tick.told.append(f"{name}: {_short(error)}")
    return found


def _consider(
    tick: Tick,
    package: Package,
    index: str,
    shelf: Shelf,
    instance: dg.DagsterInstance,
    remotes: RemoteMemo,
) -> None:
    """Launch a new version, or tell what it waits for."""
    release = shelf.release
    try:
        state = state_of(package, remotes)
        attempt = next_attempt(instance, shelf, index, source_state=state.name)
    except (FoundryError, OSError) as error:
        tick.told.append(f"{release}: {_short(error)}")
        return
    if state.why_not or attempt.why_not:
        tick.told.append(f"{release}: {state.why_not or attempt.why_not}")
    else:
        tick.launches.append(Launch(release, index, attempt.run_key, state.name))


def _short(error: Exception) -> str:
    if isinstance(error, FoundryError):
        return error.happened
    return str(error) if isinstance(error, OSError) else f"it cannot be read ({type(error).__name__})"
