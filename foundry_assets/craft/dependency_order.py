"""Which release comes before which, from names and requirements alone.

Add here what follows from names and requirements.
Not here: reading requirements (stated_requirements), running releases (launching/batch), and indexes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

from foundry_assets.errors import CallIsWrong

_OF_AN_EXTRA = re.compile(r"\bextra\b")


def needed_names(requirements: Iterable[str]) -> frozenset[NormalizedName]:
    """Give the distributions that requirements name (PEP 508), canonical.

    Those of an extra are left out, since nobody gets them without asking; any other marker counts as true,
    because an index serves every platform. What is no requirement names nothing.
    """
    found = set()
    for text in requirements:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if not _OF_AN_EXTRA.search(str(requirement.marker or "")):
            found.add(canonicalize_name(requirement.name))
    return frozenset(found)


def everything_needed(needs: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """Give for each name all that it needs, directly or not, each after what that needs itself.

    What a name needs of itself (an extra of its own) counts for nothing. Raises `CallIsWrong`, naming the
    circle, where names need each other.
    """
    graph = {name: sorted(set(direct) - {name}) for name, direct in needs.items()}
    found: dict[str, tuple[str, ...]] = {}
    for name in _in_order(graph):
        direct = graph.get(name, ())
        found[name] = tuple(dict.fromkeys(far for near in direct for far in (*found[near], near)))
    return {name: found[name] for name in needs}


def _in_order(graph: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        raise CallIsWrong(
            f"these need each other, so that none can be released first: {circle}",
            remedy="take one of these requirements away, or release one of them alone",
        ) from None


class Succession:
    """Walks through names so that each comes after all it needs; a failure stops those that need it.

    `needs` gives for each name to be walked what it needs, free of circles; a needed name that is none of
    them has failed already. `stopped` grows while walking: name -> the failed one that stops it.
    """

    def __init__(self, needs: Mapping[str, Collection[str]]) -> None:
        self._needs = needs
        self._places = {name: place for place, name in enumerate(needs)}
        self._failed: set[str] = set()
        self._sorter = TopologicalSorter(needs)
        self._sorter.prepare()
        self.stopped: dict[str, str] = {}

    def ready(self) -> list[str]:
        """Give the names that may begin now and were not given before, in the order of `needs`."""
        found: list[str] = []
        while free := self._sorter.get_ready():
            for name in free:
                if name not in self._needs:
                    self._failed.add(name)
                elif culprit := self._culprit(name):
                    self.stopped[name] = culprit
                else:
                    found.append(name)
                    continue
                self._sorter.done(name)
        return sorted(found, key=self._places.__getitem__)

    def end(self, name: str, *, is_good: bool) -> None:
        """Tell that a name has ended; one that ended badly stops all that need it."""
        if not is_good:
            self._failed.add(name)
        self._sorter.done(name)

    def _culprit(self, name: str) -> str:
        """Give the name whose failure stops this one, not one that was stopped itself; empty for none."""
        needs = self._needs[name]
        failed = next((need for need in needs if need in self._failed), "")
        return failed or next((self.stopped[need] for need in needs if need in self.stopped), "")
