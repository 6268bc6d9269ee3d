"""The symbols of a module as a consumer meets them: names, members of classes, and a few calls.

Add here a way in which a consumer's code touches a module.
Not here: how questions are laid out (sheets), running a checker (checkers), comparing its answers (proving).
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from foundry_assets.craft.stubbing.bound_names import (
    bound_names,
    exported_names,
    own_names,
    statements_in,
)
from foundry_assets.craft.stubbing.class_bodies import attributes_of, is_enumeration
from foundry_assets.craft.stubbing.functions import Function, decorators, shows_as_value
from foundry_assets.craft.stubbing.sheets import STAR, Question

_NOT_ASKED = frozenset(["__all__", "__slots__", "__match_args__", "__name__", "__file__", "__doc__"])
_LITERALS = (("1", "2", "3"), ("'a'", "'b'", "'c'"), ("[1]", "[2]", "[3]"))
_UNKNOWN = ("_a", "_a", "_a")
_FEW = 3
_NEEDED = frozenset(["Any", "reveal_type"])


def questions_of(
    tree: ast.Module, *, used: Collection[str] = (), clones: Iterable[str] = ()
) -> list[Question]:
    """Give what is asked about a module, each symbol once; `used` are names that others take from it."""
    names = dict.fromkeys(name for name in [*own_names(tree), *sorted(used)] if name not in _NOT_ASKED)
    found = [_shown(name, f"_m.{name}") for name in names]
    for node in statements_in(tree.body):
        if isinstance(node, ast.ClassDef):
            found += _of_class(node, "")
        elif isinstance(node, Function):
            found += _calls(node, f"_m.{node.name}", node.name)
    for clone in clones:
        owner, _, name = clone.rpartition(".")
        found.append(_shown(clone, f"o.{name}" if owner else f"_m.{name}", owner))
    found += _by_star(tree)
    return [*{question.symbol: question for question in found}.values()]


def about(symbol: str) -> str:
    """Give the dotted name that a question is about: that of what is called or imported."""
    return symbol.partition("(")[0].rpartition(" ")[2]


def is_call(symbol: str) -> bool:
    """Tell whether a question is a call, whose result checkers may infer from its arguments."""
    return symbol.endswith(")")


def _shown(symbol: str, expression: str, owner: str = "", *, apart: bool = False) -> Question:
    return Question(symbol, f"reveal_type({expression})", owner, apart)


def _by_star(tree: ast.Module) -> Iterator[Question]:
    """Ask for each public name that `import *` brings; a name that the sheet itself needs would spoil it."""
    exported = exported_names(tree)
    if exported is None:
        exported = [name for name in own_names(tree) if not name.startswith("_")]
    if _NEEDED.isdisjoint(exported):
        yield from (Question(f"import {name}", name, STAR) for name in dict.fromkeys(exported))


def _of_class(node: ast.ClassDef, outer: str) -> Iterator[Question]:
    path = f"{outer}.{node.name}".strip(".")
    enumeration = is_enumeration(node)
    names = dict.fromkeys([*bound_names(node.body), *(found.name for found in attributes_of(node))])
    if not enumeration:
        names["__init__"] = None
    for name in names:
        if name not in _NOT_ASKED and not _is_mangled(name):
            by_class = enumeration or name == "__init__"  # mypy finds fault with `__init__` of an instance
            yield _shown(
                f"{path}.{name}", f"_m.{path}.{name}" if by_class else f"o.{name}", path * (not by_class)
            )
    for inner in statements_in(node.body):
        if isinstance(inner, ast.ClassDef):
            yield _shown(f"{path}.{inner.name}", f"_m.{path}.{inner.name}")
            yield from _of_class(inner, path)
        elif isinstance(inner, Function) and not _is_mangled(inner.name):
            yield from _of_method(inner, path)


def _is_mangled(name: str) -> bool:
    """Tell whether a class keeps a name to itself, which nobody else can write."""
    return name.startswith("__") and not name.endswith("__")


def _of_method(node: Function, path: str) -> Iterator[Question]:
    if node.name == "__init__":
        yield from _calls(node, f"_m.{path}", path, has_self=True)
    elif not node.name.startswith("__") and not shows_as_value(node):
        has_self = "staticmethod" not in decorators(node)
        yield from _calls(node, f"o.{node.name}", f"{path}.{node.name}", owner=path, has_self=has_self)


def _calls(
    node: Function, called: str, symbol: str, *, owner: str = "", has_self: bool = False
) -> Iterator[Question]:
    """Give calls with arguments of no known type, by keyword too, and with literals for what has no type."""
    told = node.args
    places = [*told.posonlyargs, *told.args][int(has_self) :]
    needed = places[: len(places) - len(told.defaults)] if told.defaults else places
    unnamed = max(len(told.posonlyargs) - int(has_self), 0)
    named = [*places[unnamed:], *told.kwonlyargs]
    ways = (
        [[*_UNKNOWN[:1] * min(unnamed, len(needed)), *(f"{found.arg}=_a" for found in named)]]
        if named
        else []
    )
    if len(needed) <= _FEW and all(told.kw_defaults):
        open_ones = any(found.annotation is None for found in needed)
        ways += [list(way[: len(needed)]) for way in [_UNKNOWN, *(_LITERALS if open_ones else ())]]
    for way in ways:
        given = ", ".join(way)
        yield _shown(f"{symbol}({given})", f"{called}({given})", owner, apart=True)
