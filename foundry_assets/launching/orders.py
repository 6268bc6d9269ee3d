"""From what a person asks for to the releases that are to be run.

Add here another way of naming packages.
Not here: running them (batch, line_run).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from foundry_assets.catalog import GitSource, Package
from foundry_assets.catalog_file import read_catalog
from foundry_assets.craft.dependency_order import everything_needed, needed_names
from foundry_assets.craft.staging import Declared, Given, declared_release, given_by
from foundry_assets.craft.stated_requirements import stated_requirements
from foundry_assets.errors import CallIsWrong, Fault, FaultsFound, FoundryError
from foundry_assets.home import Foundry, refuse_inside
from foundry_assets.launching.line_run import Order
from foundry_assets.release import Release
from foundry_assets.settings import Mode


@dataclass(frozen=True)
class Choice:
    """What a person asked for on the command line."""

    names: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()
    everything: bool = False
    index: str = ""
    mode: Mode = "release"
    confirm: str = ""
    allow_dirty: bool = False
    launcher: str = "command line"


class OrdersWrong(FaultsFound, CallIsWrong):
    """Some of the packages asked for cannot be released at all; nothing was begun for any."""


def resolve(choice: Choice, foundry: Foundry, *, on_line: Callable[[str], None] | None = None) -> list[Order]:
    """Give one order a package, at the version its source declares, however often it was named.

    Raises `OrdersWrong` with every fault at once, or `CallIsWrong` where nothing was named. To name an
    index on the command line is consent, so each order confirms its own release.
    """
    for path in choice.paths:
        refuse_inside(foundry.place, path.resolve())  # before anything makes the home
    catalog = foundry.catalog
    if choice.index:
        catalog.index(choice.index)
    packages = [catalog.package(name) for name in choice.names]
    packages += catalog.packages.values() if choice.everything else ()
    if not packages and not choice.paths:
        raise CallIsWrong(
            "no package is named", remedy="name packages of foundry.toml, or use --path DIR or --all"
        )
    orders: dict[str, Order] = {}
    stated: dict[str, tuple[str, ...]] = {}
    faults: list[Fault] = []
    sources: list[Package | Path] = [*packages, *choice.paths]
    for source in sources:
        try:
            package, read = _declared(source, foundry, on_line)
            order = _order(choice, read.declared, choice.index or catalog.index_for(package))
            orders[str(order.release)], stated[str(order.release)] = order, read.requirements
        except FoundryError as error:
            faults += _faults_of(source.name if isinstance(source, Package) else str(source), error)
    if faults:
        raise OrdersWrong("nothing was released", faults)
    return with_needs(list(orders.values()), stated)


def with_needs(orders: Sequence[Order], stated: Mapping[str, Iterable[str]]) -> list[Order]:
    """Give orders that know which of one another they need; `stated` are the requirements of each release.

    A requirement on a package that goes to the same index in the same batch means its release there. Raises
    `CallIsWrong` for a circle.
    """
    known = {(order.release.name, order.index): str(order.release) for order in orders}
    direct: dict[str, list[str]] = {}
    for order in orders:
        named = needed_names(stated.get(str(order.release), ()))
        places = [(name, order.index) for name in sorted(named)]
        direct[str(order.release)] = [known[place] for place in places if place in known]
    needs = everything_needed(direct)
    return [replace(order, needs=tuple(map(Release.parse, needs[str(order.release)]))) for order in orders]


def order_package(
    package: Package, choice: Choice, foundry: Foundry, *, on_line: Callable[[str], None] | None = None
) -> Order:
    """Order a package by an entry that describes it whole, and have the home remember that entry.

    Raises what `declared_release` raises for its source, and `CallIsWrong` where the catalog's own entry of
    that name is another: a run reads the catalog, so it would release that one.
    """
    if isinstance(package.source, Path):
        refuse_inside(foundry.place, package.source)  # before anything makes the home
    catalog = foundry.catalog
    index = choice.index or catalog.index_for(catalog.packages.get(package.name, package))
    catalog.index(index)
    if catalog.file and read_catalog(catalog.file).packages.get(package.name, package) != package:
        raise CallIsWrong(
            f"`{package.name}` has another entry in {catalog.file}",
            remedy=f"release that one: foundry release {package.name}, or take it out of the file",
        )
    read = _read(package.source, foundry, on_line, given_by(package))
    foundry.home.remember(package)
    return _order(choice, read.declared, index)


def _faults_of(named: str, error: FoundryError) -> list[Fault]:
    if isinstance(error, FaultsFound):
        return [Fault(f"{named}: {fault.where}", fault.what, fault.remedy) for fault in error.faults]
    return [Fault(named, error.happened + (f"\n{error.details}" if error.details else ""), error.remedy)]


def _declared(
    source: Package | Path, foundry: Foundry, on_line: Callable[[str], None] | None
) -> tuple[Package, _Read]:
    """Read what a source declares, and give its entry."""
    entry = source if isinstance(source, Package) else _entry_with_metadata(source, foundry)
    if entry:
        return entry, _read(entry.source, foundry, on_line, given_by(entry))
    assert isinstance(source, Path)
    read = _read(source.absolute(), foundry, on_line, None)
    return _entry_of(source.resolve(), read.declared.name, foundry), read


@dataclass(frozen=True)
class _Read:
    """What a source declares, and the requirements that it or its entry states."""

    declared: Declared
    requirements: tuple[str, ...]


def _read(
    source: Path | GitSource, foundry: Foundry, on_line: Callable[[str], None] | None, given: Given | None
) -> _Read:
    home = foundry.home
    stated = list(given.metadata.dependencies) if given else []
    with home.scratch() as scratch:
        declared = declared_release(
            source,
            scratch=scratch,
            given=given,
            memo=home.memo,
            on_line=on_line,
            on_folder=lambda folder: stated.extend(stated_requirements(folder)),
        )
    return _Read(declared, tuple(stated))


def _entry_with_metadata(folder: Path, foundry: Foundry) -> Package | None:
    """Give the entry that speaks for a bare folder which declares nothing itself, where there is one."""
    entries = foundry.catalog.packages.values()
    return next((entry for entry in entries if entry.main_file and entry.source == folder.resolve()), None)


def _entry_of(folder: Path, name: str, foundry: Foundry) -> Package:
    """Give the entry of a bare folder: the catalog's own, else one that the home remembers.

    Raises `CallIsWrong` where the catalog has the package's source elsewhere: a run reads the catalog, so
    it would release that other source.
    """
    catalog = read_catalog(foundry.catalog.file)
    own = catalog.packages.get(name) if catalog.file else None
    if own:
        if not isinstance(own.source, Path) or own.source.resolve() != folder:
            raise CallIsWrong(
                f"`{name}` has its source at {own.source}, by {catalog.file}",
                remedy=f"release it by its name, or give its entry the source {folder}",
            )
        return own
    package = Package(name=name, source=folder)
    foundry.home.remember(package)
    return package


def _order(choice: Choice, declared: Declared, index: str) -> Order:
    release = Release.of(declared.name, declared.version)
    return Order(
        release=release,
        index=index,
        mode=choice.mode,
        confirm=choice.confirm or str(release),
        allow_dirty=choice.allow_dirty,
        launcher=choice.launcher,
    )


def order_each(
    packages: Iterable[Package], choice: Choice, foundry: Foundry
) -> tuple[list[Order], dict[str, FoundryError]]:
    """Order what can be ordered, each after what it needs; gives the other packages with their fault."""
    orders: list[Order] = []
    stated: dict[str, tuple[str, ...]] = {}
    faults: dict[str, FoundryError] = {}
    for package in packages:
        try:
            read = _read(package.source, foundry, None, given_by(package))
            order = _order(choice, read.declared, choice.index or foundry.catalog.index_for(package))
        except FoundryError as error:
            faults[package.name] = error
        else:
            orders.append(order)
            stated[str(order.release)] = read.requirements
    with contextlib.suppress(CallIsWrong):  # a circle: each is tried without the others
        orders = sorted(with_needs(orders, stated), key=lambda order: len(order.needs))
    return orders, faults
