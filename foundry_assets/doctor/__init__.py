"""The doctor: looks at all that a release stands on, mends nothing, and tells what to do.

Add here a check, in the order in which people are told.
Not here: how a check looks (one module a group), and the table (cli/doctoring).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from foundry_assets.catalog import Catalog
from foundry_assets.catalog_file import read_catalog
from foundry_assets.doctor import catalogued, history, indexes, interpreter, places, tools
from foundry_assets.doctor.findings import Finding, Verdict, looked
from foundry_assets.errors import CatalogInvalid
from foundry_assets.home import Foundry, Home, find_catalog

__all__ = ["Finding", "Verdict", "examine"]


def examine(foundry: Foundry, *, index: str = "") -> Iterator[Finding]:
    """Give every finding; with `index`, that index is looked at in place of those in use.

    Nothing is sent or built, no home is made (Dagster makes its tables where an instance has none), no
    credential is used, and no finding holds one. Raises `UnknownIndex` where `index` is none.
    """
    unmeasured = [*looked("tools", tools.unmeasured)]
    yield from unmeasured
    if not unmeasured:
        yield from looked("Python", interpreter.python)
        yield from looked("tools", tools.requirements)
    yield from looked("git", tools.git)
    yield from looked("environments", interpreter.environments)
    yield from looked("isolation", interpreter.sandbox)
    opened: list[tuple[Home, Catalog]] = []
    yield from looked("catalog", partial(_opened, foundry, opened))
    if not opened:
        yield Finding("the rest", "warning", "not looked at: it follows from the catalog", "mend that first")
    for place, catalog in opened:
        names = [catalog.index(index).name] if index else indexes.in_use(catalog)
        yield from looked("sources", partial(catalogued.sources, catalog))
        yield from looked("home", partial(places.home, place))
        yield from looked("locks", partial(places.locks, place))
        root = catalog.store or str(place.store)
        yield from looked("store", partial(places.store, root, place=place))
        for name in names:
            yield from looked(f"index {name}", partial(_of_index, catalog, name))
        yield from looked("dagster.yaml", partial(history.settings, place))
        yield from looked("Dagster", partial(history.instance, place))


def _opened(foundry: Foundry, into: list[tuple[Home, Catalog]]) -> Iterator[Finding]:
    """Read the catalog and find the home, without making it; everything after this needs both."""
    try:
        place = foundry.place
        file = Path(foundry.catalog_file) if foundry.catalog_file else find_catalog()
        into.append((place, read_catalog(file, home_packages=place.packages)))
    except CatalogInvalid as invalid:
        yield from catalogued.faults_of(invalid)


def _of_index(catalog: Catalog, name: str) -> Iterator[Finding]:
    index = catalog.index(name)
    yield from looked(f"credential for {index.name}", partial(indexes.credential, index))
    project = indexes.asked_about(catalog, index.name)
    yield from looked(f"index {index.name}", partial(indexes.answers, index, project=project))
