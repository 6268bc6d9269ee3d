"""The pure decision about version bumps: what is new, given what is declared, released and on the index.

Add here a rule about versions.
Not here: reading sources and indexes, and launching (sensors).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from foundry_assets.release import Release


@dataclass(frozen=True)
class Sighting:
    """What was decided about one package: a release to launch, or None, and why."""

    name: str
    release: Release | None
    why: str


def what_is_new(
    declared: Mapping[str, str],
    released: Mapping[str, Collection[str]],
    on_index: Mapping[str, Collection[str] | None],
) -> tuple[Sighting, ...]:
    """Decide for each package whether its declared version is to be released.

    `declared` is name -> version; `released` name -> versions that the home has seen (a name that is
    absent is seen for the first time, and only taken stock of); `on_index` name -> versions there, None
    where the index gave no answer, which is unknown and launches nothing.
    """
    return tuple(_sight(name, declared[name], released, on_index) for name in sorted(declared))


def _sight(  # noqa: PLR0911 - one return a rule, in the order in which they apply
    name: str,
    text: str,
    released: Mapping[str, Collection[str]],
    on_index: Mapping[str, Collection[str] | None],
) -> Sighting:
    try:
        version = Version(text)
    except InvalidVersion:
        return Sighting(name, None, f"`{text}` is not a version (PEP 440)")
    if version.local:
        return Sighting(name, None, f"{version} has a local part, which an index refuses")
    if name not in released:
        return Sighting(name, None, f"first sight of {version}: taken stock of, not launched")
    known = _versions(released[name])
    if version in known:
        return Sighting(name, None, f"{version} is known")
    there = on_index.get(name, ())
    if there is None:
        return Sighting(name, None, f"the index gave no answer about {version}; unknown launches nothing")
    newest = max([*known, *_versions(there)], default=None)
    if version in _versions(there):
        return Sighting(name, None, f"{version} is on the index already")
    if newest is not None and version < newest:
        return Sighting(name, None, f"{version} is older than {newest}: a version went down")
    return Sighting(name, Release.of(name, str(version)), f"{version} is new")


def _versions(texts: Collection[str]) -> set[Version]:
    found = set()
    for text in texts:
        try:
            found.add(Version(text))
        except InvalidVersion:
            continue
    return found
