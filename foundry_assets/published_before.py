"""Releases that went to an index before this batch: their very wheels, for a release that requires them.

Add here what tells which of them a requirement means.
Not here: releases of the same batch, which are waited for (needed), and installing wheels (craft/installing).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from foundry_assets import evidence
from foundry_assets.craft.metadata import read_metadata
from foundry_assets.craft.summary import ReleaseEntry, read_by_package
from foundry_assets.errors import FoundryError
from foundry_assets.release import Release
from foundry_assets.steps import Step


def fetch_published(step: Step, wheel: Path, folder: Path, *, apart: Collection[str]) -> dict[str, Path]:
    """Give name -> wheel for what a wheel requires, at any distance, and this foundry published at its index.

    Installers ask the person's own index, which need not be the one that the release goes to. Of several
    versions the newest that fits counts; names in `apart` are taken already. A release that cannot be had is
    left to the installer, which then tells that it is missing.
    """
    found: dict[str, Path] = {}
    waiting = list(_requirements(wheel))
    entries_of = _reader(step) if waiting else _none_of
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found or name in apart or name == step.release.name:
            continue
        versions = _versions(step, entries_of(name))
        fitting = [one for one in versions if requirement.specifier.contains(one, True)]
        fetched = _fetched(step, Release.of(name, str(max(fitting))), folder) if fitting else None
        if fetched:
            found[name] = fetched
            waiting += _requirements(fetched)
    return found


def _reader(step: Step) -> Callable[[str], list[ReleaseEntry]]:
    try:
        return read_by_package(step.bench.foundry.home.summary)
    except OSError:
        return _none_of


def _none_of(_name: str) -> list[ReleaseEntry]:
    return []


def _versions(step: Step, entries: Iterable[ReleaseEntry]) -> Iterator[Version]:
    """Give the versions of a package that are on the step's index."""
    for entry in entries:
        places = [(entry.index, entry.status), *((also.index, also.status) for also in entry.also)]
        if (step.index.name, "published") in places:
            yield Version(entry.version)


def _fetched(step: Step, release: Release, folder: Path) -> Path | None:
    """Take a release's wheel out of the store, if it is the one that the index got."""
    shelf, place = step.bench.shelf(release, rehearsal=False), folder / release.name
    try:
        receipt = evidence.receipt_at(shelf, step.index.name)
        manifest = shelf.fetch("wheel", place)
    except FoundryError:
        return None
    sent = {file.sha256 for file in receipt.files} if receipt else set()
    return place / manifest.file.path if manifest.file.sha256 in sent else None


def _requirements(wheel: Path) -> Iterator[Requirement]:
    for text in read_metadata(wheel).requires_dist:
        try:
            yield Requirement(text)
        except InvalidRequirement:
            continue
