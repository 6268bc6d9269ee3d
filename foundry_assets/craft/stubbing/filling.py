"""Filling holes: the questions about a module with its decorators taken off, and the answers as annotations.

Add here which answer is right for which hole.
Not here: how an annotation is written (annotating), whether it does any harm (proving).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from contextlib import suppress

from foundry_assets.craft.stubbing.annotating import annotation_of
from foundry_assets.craft.stubbing.checkers import Answers, known
from foundry_assets.craft.stubbing.functions import Function, hides_result
from foundry_assets.craft.stubbing.holes import CLONE, NOTHING_YET, Fill, Hole
from foundry_assets.craft.stubbing.printed_types import NONE, Type, merged
from foundry_assets.craft.stubbing.skeleton import Skeleton
from foundry_assets.craft.stubbing.source import Source
from foundry_assets.craft.stubbing.sources import Sources
from foundry_assets.craft.stubbing.type_names import CannotSay, TypeNames, names_seen_from
from foundry_assets.craft.stubbing.type_text import Unreadable, parse

_COROUTINES = frozenset({"CoroutineType", "Coroutine", "types.CoroutineType", "typing.Coroutine"})
_NO_PROMISE = frozenset({"None", "NoReturn", "Never"})


def holes_of(source: Source) -> list[Hole]:
    """Give the holes of a module."""
    if source.tree is None:
        return []
    skeleton = Skeleton(source.tree, top="", fills={})
    skeleton.text()
    return list({hole.key: hole for hole in skeleton.holes}.values())


def with_clones(source: Source) -> str:
    """Give a module's text in which every function that a decorator hides stands a second time without it."""
    lines = source.text.split("\n")
    functions = (node for node in ast.walk(source.tree or ast.Module([], [])) if isinstance(node, Function))
    for node in sorted(functions, key=lambda node: -(node.end_lineno or 0)):
        if hides_result(node) and node.returns is None:
            own = lines[node.lineno - 1 : node.end_lineno]
            clone = CLONE.format(name=node.name, line=node.lineno)
            own[0] = own[0].replace(f"def {node.name}", f"def {clone}", 1)
            lines[node.end_lineno : node.end_lineno] = own
    return "\n".join(lines)


def fills_of(
    source: Source, holes: Iterable[Hole], answers: Sequence[Answers], package: Sources
) -> dict[str, Fill]:
    """Give the filling of every hole whose answer can be said, by the hole's key."""
    names = names_seen_from(source, package)
    found: dict[str, Fill] = {}
    for hole in holes:
        told = [answered(hole, known(each, (source.name, hole.asked)).type) for each in answers]
        fill = _fill_of(hole, [type_ for type_ in told if type_ is not None], names, package)
        if fill is not None:
            found[hole.key] = fill
    return found


def _fill_of(hole: Hole, told: Sequence[Type], names: TypeNames, package: Sources) -> Fill | None:
    first = [merged(*told)] if told else []
    for said in filter(None, map(_as_far_as_known, dict.fromkeys([*first, *told]))):
        if _is_declined(hole, said, package):
            return None
        if said == NONE and hole.kind != "result":
            return NOTHING_YET
        with suppress(CannotSay):
            return annotation_of(said, names)
    return None


def _as_far_as_known(type_: Type) -> Type | None:
    """Give a type that says something; a part that is known stands beside `Incomplete`, as typeshed has it.

    Where that part is only `None`, every use would need a test for something that nobody has seen.
    """
    if not type_.is_hole:
        return type_
    return type_ if type_.args and NONE not in type_.args else None


def answered(hole: Hole, text: str) -> Type | None:
    """Give the type that a hole's answer names; None where the answer is of another form."""
    try:
        type_ = parse(text)
    except Unreadable:
        return None
    if hole.is_value:
        return None if type_.head == "type" and hole.kind == "variable" else type_
    if type_.head != "()" or not type_.args:
        return None
    result = type_.result
    if not hole.is_async:
        return result
    return result.args[-1] if result.head in _COROUTINES and result.args else None


def _is_declined(hole: Hole, type_: Type, package: Sources) -> bool:
    """Tell whether `None` is no promise: a method that others are meant to override, or do override."""
    if hole.kind != "result" or type_.head not in _NO_PROMISE:
        return False
    *_, owner, name = ["", *hole.symbol.split(".")]
    return hole.is_hook or (owner, name) in package.overridden
