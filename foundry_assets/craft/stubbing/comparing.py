"""Comparing a printed type before with the one after: what of it is still known.

Add here what counts as worse, and as no worse.
Not here: reading printed types (type_text), and what follows for a stub (proving).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from itertools import permutations

from foundry_assets.craft.stubbing.printed_types import HOLE, NONE, Parameter, Type, expanded, widened
from foundry_assets.craft.stubbing.type_text import Unreadable, parse

_EMPTY = frozenset({"Never", "NoReturn", "typing.Never", "typing.NoReturn"})
"""A type without values says nothing of a value; checkers infer it for what only raises, such as a hook."""

_FEW = 5
"""Of more members that changed, nobody tells which became which."""


class Comparison(IntEnum):
    """How a type after stands to the type before, from the best to the worst."""

    BETTER = 0
    SAME = 1
    WIDENED = 2
    CHANGED = 3
    WORSE = 4


def compare(before: str, after: str, meanings: Mapping[str, Type] | None = None) -> Comparison:
    """Tell whether what was known before is still known after; an unreadable type must stay as it was.

    `meanings` are classes of ours that stand for a callable with named parameters.
    """
    if before == after:
        return Comparison.SAME
    try:
        old, new = parse(before), expanded(parse(after), meanings or {})
    except Unreadable:
        return Comparison.CHANGED
    worst = _fits(old, new)
    if worst is Comparison.SAME and new.holes < old.holes:
        return Comparison.BETTER
    return worst


def gives_nothing(text: str) -> bool:
    """Tell whether a printed type is `None`, or a callable that gives it."""
    try:
        type_ = parse(text)
    except Unreadable:
        return False
    return NONE in (type_, *(type_.args if type_.head == "()" else ()))


def _fits(old: Type, new: Type) -> Comparison:
    if old == new or old.is_hole or old.head in _EMPTY:
        return Comparison.SAME
    if new.is_hole:
        # A place that holds only None yet is one that others are meant to fill.
        return Comparison.WIDENED if old == NONE and NONE in new.args else Comparison.WORSE
    exact = _fits_parts(old, new)
    wide = widened(old)
    if exact is Comparison.SAME or wide == old or old.head == new.head == "Literal":
        return exact
    return min(exact, max(Comparison.WIDENED, _fits(wide, new)))


def _fits_parts(old: Type, new: Type) -> Comparison:
    if old.head != new.head:
        return Comparison.CHANGED
    if old.head == "Literal":
        return _fits_literals(set(old.args), set(new.args))
    if old.head == "|":
        return _fits_union(old, new)
    if old.args and len(old.args) != len(new.args):
        return Comparison.CHANGED if new.args else Comparison.WORSE
    pairs = zip(old.args, new.args, strict=False)
    parameters = _fits_parameters(old.parameters, new.parameters)
    return max(parameters, *(_fits(mine, its) for mine, its in pairs), Comparison.SAME)


def _fits_literals(old: set[Type], new: set[Type]) -> Comparison:
    if old == new:
        return Comparison.SAME
    return Comparison.WIDENED if old < new else Comparison.CHANGED


def _fits_union(old: Type, new: Type) -> Comparison:
    """Compare members in any order; each must find its like, of its own kind first, and none may be new."""
    mine = [member for member in old.args if member not in new.args]
    its = [member for member in new.args if member not in old.args]
    if max(len(mine), len(its)) > _FEW:
        return Comparison.CHANGED
    ways = [zip(mine, way, strict=False) for way in permutations(its)]
    if len(mine) > len(its):
        ways = [zip(way, its, strict=False) for way in permutations(mine)]
    _, worst = min(map(_matched, ways))
    return worst if len(mine) == len(its) else max(worst, Comparison.CHANGED)


def _matched(pairs: Iterable[tuple[Type, Type]]) -> tuple[int, Comparison]:
    """Give how many are paired with another kind, and how the worst pair fits."""
    told = [(mine.head != its.head, _fits(mine, its)) for mine, its in pairs]
    return sum(other for other, _ in told), max((how for _, how in told), default=Comparison.SAME)


def _fits_parameters(old: Sequence[Parameter], new: Sequence[Parameter]) -> Comparison:
    if [(told.name, told.optional) for told in old] != [(told.name, told.optional) for told in new]:
        return Comparison.CHANGED
    pairs = ((mine.type, its.type) for mine, its in zip(old, new, strict=True))
    return max((_fits(mine or HOLE, its or HOLE) for mine, its in pairs), default=Comparison.SAME)
