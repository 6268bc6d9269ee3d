"""Which entries of an order need which others, by what they declare.

Add here another way in which an entry names one of its siblings.
Not here: the order that follows (craft/dependency_order), and what is really imported (craft/installing).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from foundry_assets.craft.dependency_order import needed_names
from foundry_assets.ordering.form import OrderEntry
from foundry_assets.release import Release


def release_of(entry: OrderEntry) -> Release:
    """Give the release that an entry orders, canonical."""
    return Release.of(entry.distribution, entry.version)


def distributions_needed(entry: OrderEntry, siblings: Sequence[OrderEntry]) -> tuple[str, ...]:
    """Give an entry's requirements, one that names what a sibling is imported as with its distribution.

    Nobody could install it otherwise: on an index the sibling has its distribution's name.
    """
    distributions = {canonicalize_name(one.distribution) for one in siblings}
    imported: dict[str, str] = {canonicalize_name(one.package): one.distribution for one in siblings}
    return tuple(
        _renamed(text, {} if _name_in(text) in distributions else imported)
        for text in entry.said.dependencies
    )


def _name_in(text: str) -> str:
    return canonicalize_name(Requirement(text).name)


def _renamed(text: str, names: Mapping[str, str]) -> str:
    requirement = Requirement(text)
    if _name_in(text) not in names:
        return text
    requirement.name = names[_name_in(text)]
    return str(requirement)


def needs_of(entries: Sequence[OrderEntry]) -> dict[str, tuple[str, ...]]:
    """Give for each release of an order the releases of the same order that it declares to need."""
    releases = {release_of(entry).name: str(release_of(entry)) for entry in entries}
    needs = {}
    for entry in entries:
        own = release_of(entry)
        named = needed_names(distributions_needed(entry, entries)) - {own.name}
        needs[str(own)] = tuple(release for name, release in releases.items() if name in named)
    return needs
