"""A release: name + version, and the one partition set that holds every release.

Add here what follows from a name and a version alone.
Not here: where a release comes from (catalog), what it is made of (store), how it ended (evidence).
"""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg
from packaging.utils import InvalidName, NormalizedName, canonicalize_name
from packaging.version import Version

from foundry_assets.errors import UnknownRelease

PARTITION_SET = "releases"

releases = dg.DynamicPartitionsDefinition(name=PARTITION_SET)


@dataclass(frozen=True, order=True)
class Release:
    """One version of one package, canonical by PEP 503 (name) and PEP 440 (version).

    Printed `name==version`; `Release.parse` is the inverse of `str`. Trailing zeros are kept,
    because file names keep them; `is_same_version_as` compares as an index does (1.0 is 1.0.0).
    """

    name: NormalizedName
    version: str

    @classmethod
    def of(cls, name: str, version: str) -> Release:
        """Make a release from a name and a version as people write them.

        Raises `UnknownRelease` where either breaks its PEP.
        """
        try:
            return cls(canonicalize_name(name, validate=True), str(Version(version)))
        except InvalidName:
            happened = f"`{name}` is not a package name (PEP 508)"
        except ValueError:  # `InvalidVersion`, and Python's own for a number of thousands of digits
            happened = f"`{version}` is not a version (PEP 440), so `{name}` cannot be released as it"
        raise UnknownRelease(happened, remedy="write a release as name==version, such as demo-pkg==0.1.0")

    @classmethod
    def parse(cls, key: str) -> Release:
        """Read a `name==version` key; raises `UnknownRelease` for any other text."""
        name, separator, version = key.partition("==")
        if not separator:
            raise UnknownRelease(
                f"`{key}` is not a release key", remedy="write it as name==version, such as demo-pkg==0.1.0"
            )
        return cls.of(name, version)

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"

    def is_same_version_as(self, version: str) -> bool:
        """Tell whether an index would call `version` this very version."""
        try:
            return Version(version) == Version(self.version)
        except ValueError:
            return False


def release_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Release:
    """Give the release that a run is about.

    Raises `UnknownRelease` where the run has no key, or one that is not a registered partition:
    Dagster itself starts such runs when they come through GraphQL.
    """
    key = context.run.tags.get("dagster/partition")
    if not key:
        raise UnknownRelease(
            "this run names no release", remedy=f"launch it with a partition of `{PARTITION_SET}`"
        )
    release = Release.parse(key)
    if not context.instance.has_dynamic_partition(PARTITION_SET, key):
        raise UnknownRelease(
            f"`{key}` is not a registered release",
            remedy="add it under Partitions in the UI, or start it with `foundry release`",
        )
    if str(release) != key:
        raise UnknownRelease(
            f"`{key}` is not the canonical way to write this release", remedy=f"launch `{release}` instead"
        )
    return release
