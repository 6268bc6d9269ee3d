"""Comparing a printed type before with the one after: what of it is still known.

Add here what counts as worse, and as no worse.
Not here: reading printed types (type_text), and what follows for a stub (proving).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

from foundry_assets.craft.stubbing.printed_types import HOLE, NONE, Parameter, Type, expanded, widened
from foundry_assets.craft.stubbing.type_text import Unreadable, parse

_EMPTY = frozenset({"Never", "NoReturn", "typing.Never", "typing.NoReturn"})
"""A type without values says nothing of a value; checkers infer it for what only raises, such as a hook."""


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
    if old.head == "()" and old.args and new.args:
        return max(_fits_parameters(old.parameters, new.parameters), _fits(old.result, new.result))
    if not old.args:
        return Comparison.SAME
    if len(old.args) != len(new.args):
        return Comparison.CHANGED if new.args else Comparison.WORSE
    return max(_fits(mine, its) for mine, its in zip(old.args, new.args, strict=True))


def _fits_literals(old: set[Type], new: set[Type]) -> Comparison:
    if old == new:
        return Comparison.SAME
    return Comparison.WIDENED if old < new else Comparison.CHANGED


def _fits_union(old: Type, new: Type) -> Comparison:
    """Compare members in any order; each must find one that fits, and none may be new."""
    left = list(new.args)
    worst = Comparison.SAME
    for member in sorted(old.args, key=lambda arg: arg.holes):
        if not left:
            return Comparison.CHANGED
        best = min(left, key=lambda other: _fits(member, other))
        worst = max(worst, _fits(member, best))
        left.remove(best)
    return max(worst, Comparison.CHANGED) if left else worst


def _fits_parameters(old: Sequence[Parameter], new: Sequence[Parameter]) -> Comparison:
    if [(told.name, told.optional) for told in old] != [(told.name, told.optional) for told in new]:
        return Comparison.CHANGED
    pairs = ((mine.type, its.type) for mine, its in zip(old, new, strict=True))
    return max((_fits(mine or HOLE, its or HOLE) for mine, its in pairs), default=Comparison.SAME)
