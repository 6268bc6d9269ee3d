"""From what a person asks for to the releases that are to be run.

Add here another way of naming packages.
Not here: running them (batch, line_run).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.catalog import Package
from foundry_assets.catalog_file import read_catalog
from foundry_assets.craft.staging import Declared, declared_release
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
    faults: list[Fault] = []
    sources: list[Package | Path] = [*packages, *choice.paths]
    for source in sources:
        try:
            package, declared = _declared(source, foundry, on_line)
            order = _order(choice, declared, choice.index or catalog.index_for(package))
            orders[str(order.release)] = order
        except FoundryError as error:
            named = source.name if isinstance(source, Package) else str(source)
            faults.append(
                Fault(named, error.happened + (f"\n{error.details}" if error.details else ""), error.remedy)
            )
    if faults:
        raise OrdersWrong("nothing was released", faults)
    return list(orders.values())


def _declared(
    source: Package | Path, foundry: Foundry, on_line: Callable[[str], None] | None
) -> tuple[Package, Declared]:
    """Read what a source declares, and give its entry."""
    place = source.source if isinstance(source, Package) else source.absolute()
    home = foundry.home
    with home.scratch() as scratch:
        declared = declared_release(place, scratch=scratch, memo=home.memo, on_line=on_line)
    if isinstance(source, Package):
        return source, declared
    return _entry_of(source.resolve(), declared.name, foundry), declared


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
