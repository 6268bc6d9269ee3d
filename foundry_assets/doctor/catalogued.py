"""The catalog: every fault of the file, and whether each package's source can be read.

Add here what a source must show before a release of it can begin.
Not here: building or cloning it: nothing of a package is executed, nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator

from foundry_assets.catalog import Catalog, GitSource, Package
from foundry_assets.craft.staging import given_by, quick_declared
from foundry_assets.craft.staging.drafting import declares_something
from foundry_assets.craft.staging.drafting.import_package import import_package
from foundry_assets.craft.staging.project_files import require_folder
from foundry_assets.doctor.findings import Finding
from foundry_assets.errors import CatalogInvalid, FoundryError


def faults_of(invalid: CatalogInvalid) -> Iterator[Finding]:
    """Give each fault of a catalog that cannot be read."""
    for fault in invalid.faults:
        yield Finding("catalog", "blocks", f"{invalid.subject}: {fault.where}: {fault.what}", fault.remedy)


def sources(catalog: Catalog) -> Iterator[Finding]:
    """Look at the source of every package: a finding for each that cannot be read, and one for the others."""
    told = str(catalog.file) if catalog.file else "no foundry.toml here or above: the demo packages are it"
    cloned = sum(_is_fetched(package) for package in catalog.packages.values())
    wrong = [finding for package in catalog.packages.values() for finding in _wrong(package)]
    count = len(catalog.packages)
    packages = "1 package" if count == 1 else f"{count:,} packages"
    elsewhere = f", {cloned} of them fetched when they are released" if cloned else ""
    remedy = "" if catalog.file else "write one for packages of your own: foundry init"
    yield Finding("catalog", "good", f"{told} ({packages}{elsewhere})", remedy)
    yield from wrong
    if count and not wrong:
        yield Finding("sources", "good", "each can be read")


def _is_fetched(package: Package) -> bool:
    return isinstance(package.source, GitSource)


def _wrong(package: Package) -> Iterator[Finding]:
    if isinstance(package.source, GitSource):
        return
    check, given = f"source of {package.name}", given_by(package)
    try:
        if given and not given.version and not declares_something(require_folder(package.source)):
            remedy = "write `version` into its entry in foundry.toml"
            yield Finding(check, "blocks", "neither its source nor its entry gives a version", remedy)
            return
        declared = quick_declared(package.source, given=given)
    except FoundryError as error:
        yield Finding(check, "blocks", error.happened, error.remedy)
        return
    except (OSError, RecursionError) as error:
        yield Finding(check, "blocks", f"{package.source}: {error}", "see to its rights")
        return
    if declared is not None and declared.name != package.name:
        found = f"{package.source} declares `{declared.name}`, its entry says `{package.name}`"
        yield Finding(check, "blocks", found, "make the two say the same")
    for fault in import_package(package.source, given)[1] if given else ():
        yield Finding(check, "blocks", f"{fault.where}: {fault.what}", fault.remedy)
