"""From what a person asks for to the releases that are to be run.

Add here another way of naming packages.
Not here: running them (batch, line_run).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.catalog import Package
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
    """Give one order a package, at the version its source declares.

    Raises `OrdersWrong` with every fault at once, or `CallIsWrong` where nothing was named. To name an
    index on the command line is consent, so each order confirms its own release.
    """
    catalog = foundry.catalog
    if choice.index:
        catalog.index(choice.index)
    packages = [catalog.package(name) for name in choice.names]
    packages += catalog.packages.values() if choice.everything else ()
    if not packages and not choice.paths:
        raise CallIsWrong(
            "no package is named", remedy="name packages of foundry.toml, or use --path DIR or --all"
        )
    orders: list[Order] = []
    faults: list[Fault] = []
    sources: list[Package | Path] = [*packages, *choice.paths]
    for source in sources:
        try:
            package, declared = _declared(source, foundry, on_line)
            orders.append(_order(choice, declared, choice.index or catalog.index_for(package)))
        except FoundryError as error:
            named = source.name if isinstance(source, Package) else str(source)
            faults.append(
                Fault(named, error.happened + (f"\n{error.details}" if error.details else ""), error.remedy)
            )
    if faults:
        raise OrdersWrong("nothing was released", faults)
    return orders


def _declared(
    source: Package | Path, foundry: Foundry, on_line: Callable[[str], None] | None
) -> tuple[Package, Declared]:
    """Read what a source declares; a bare folder becomes an entry that the home remembers."""
    place = source.source if isinstance(source, Package) else source.absolute()
    home = foundry.home
    with home.scratch() as scratch:
        declared = declared_release(place, scratch=scratch, memo=home.memo, on_line=on_line)
    if isinstance(source, Package):
        return source, declared
    package = Package(name=declared.name, source=source.resolve())
    refuse_inside(home, package)
    home.remember(package)
    return package, declared


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
