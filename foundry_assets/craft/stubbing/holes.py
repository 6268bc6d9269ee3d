"""Holes of a stub: what is missing where, what is asked for it, and the annotation that fills it.

Add here what a hole or a filling must tell.
Not here: where holes arise (skeleton), what a checker answers (filling), how a filling's names are imported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from foundry_assets.craft.stubbing.functions import (
    Function,
    hides_result,
    is_coroutine,
    is_hook,
    shows_as_value,
)
from foundry_assets.craft.stubbing.printed_types import Type

Kind = Literal["result", "attribute", "variable"]
CLONE = "_foundry_bare_{name}_{line}"
"""The name under which a decorated function is asked for without its decorators."""


@dataclass(frozen=True)
class Scope:
    """Where a statement stands: the classes around it, and the names that the innermost of them binds."""

    classes: tuple[ast.ClassDef, ...] = ()
    bound: frozenset[str] = frozenset()

    @property
    def owner(self) -> ast.ClassDef | None:
        """The innermost class, if any."""
        return self.classes[-1] if self.classes else None

    def symbol(self, name: str) -> str:
        """Give a name here with the classes around it, dotted."""
        return ".".join([*(node.name for node in self.classes), name])

    def inside(self, node: ast.ClassDef, bound: Iterable[str]) -> Scope:
        """Give the scope of a class body."""
        return Scope((*self.classes, node), frozenset(bound))


TOP = Scope()
"""A module's own scope."""


@dataclass(frozen=True)
class Hole:
    """A missing type: of a function's result, an attribute of `self`, or a variable.

    `symbol` is the dotted name that shows it; `asked` the one to ask, a clone where decorators hide it.
    `is_value`: what shows it is of that type, not a function that gives one. `is_hook`: heirs are meant to
    put something in its place, so that giving nothing is no promise.
    """

    key: str
    kind: Kind
    symbol: str
    asked: str
    is_async: bool = False
    is_value: bool = False
    is_hook: bool = False

    @classmethod
    def of_name(cls, kind: Kind, name: str, scope: Scope) -> Hole:
        """Make the hole of a variable or an attribute."""
        symbol = scope.symbol(name)
        return cls(f"{kind} {symbol}", kind, symbol, symbol, is_value=True)

    @classmethod
    def of_result(cls, node: Function, scope: Scope) -> Hole:
        """Make the hole of a function's result."""
        symbol = asked = scope.symbol(node.name)
        if hides_result(node):
            asked = scope.symbol(CLONE.format(name=node.name, line=node.lineno))
        return cls(
            f"result {symbol} {node.lineno}",
            "result",
            symbol,
            asked,
            is_async=is_coroutine(node),
            is_value=shows_as_value(node) and asked == symbol,
            is_hook=is_hook(node, in_class=bool(scope.classes)),
        )


@dataclass(frozen=True)
class Fill:
    """An annotation: its text with `{0}`, `{1}`… for the names in `needs`, each a module and a name in it.

    A module of "" stands for a name that the stub's own module binds; a class in a class has a dotted name.
    """

    template: str
    needs: tuple[tuple[str, str], ...] = ()
    protocols: tuple[Protocol, ...] = ()


@dataclass(frozen=True)
class Protocol:
    """A class of ours that says a callable with named parameters, which no annotation can."""

    name: str
    definition: Fill
    meaning: Type


NOTHING_YET = Fill("{0} | None", (("_typeshed", "Incomplete"),))
"""What fills a place that holds only None: others are meant to put something there (typeshed's own way)."""
