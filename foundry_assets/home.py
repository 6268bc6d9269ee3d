"""The home and the catalog of a deployment, as the resource that Dagster gives to every step.

Add here what a run must know of the deployment that it works in.
Not here: what lies in a home and how it is found (places), which is known without loading Dagster.
"""

from pathlib import Path

import dagster as dg

from foundry_assets.catalog import Catalog
from foundry_assets.catalog_file import read_catalog
from foundry_assets.places import (
    CATALOG_VARIABLE,
    HOME_VARIABLE,
    Home,
    find_catalog,
    find_home,
    place_of,
    refuse_inside,
)

__all__ = [
    "CATALOG_VARIABLE",
    "HOME_VARIABLE",
    "Foundry",
    "Home",
    "find_catalog",
    "find_home",
    "refuse_inside",
]


class Foundry(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The home and the catalog of this deployment; found as the command line finds them unless given."""

    home_folder: str = ""
    catalog_file: str = ""

    @property
    def catalog(self) -> Catalog:
        """The catalog, read anew for each run, with the packages that the home remembers."""
        file = Path(self.catalog_file) if self.catalog_file else find_catalog()
        return read_catalog(file, home_packages=self.home.packages)

    @property
    def home(self) -> Home:
        """The home, prepared."""
        return self.place.prepare()

    @property
    def store_root(self) -> str:
        """Where the store lies: a folder, or an fsspec URL; in the home unless the catalog says else."""
        return self.catalog.store or str(self.home.store)

    @property
    def place(self) -> Home:
        """The home as it would be; nothing is written yet."""
        if self.home_folder:
            return Home(Path(self.home_folder).resolve())
        return place_of(Path(self.catalog_file) if self.catalog_file else None)
