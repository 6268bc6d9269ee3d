"""Putting fillings to the test: an annotation must take the value that it was inferred from.

Checkers print names only, and two classes may have the same one. Add here how a kind of hole is tried.
Not here: writing annotations (annotating), and comparing a package with and without stubs (proving).
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from foundry_assets.craft.stubbing.bound_names import bound_names
from foundry_assets.craft.stubbing.checkers import Answers
from foundry_assets.craft.stubbing.holes import Fill, Hole
from foundry_assets.craft.stubbing.sheets import Question, Sheet, sheet_of
from foundry_assets.craft.stubbing.source import Source
from foundry_assets.craft.stubbing.type_names import Place
from foundry_assets.craft.stubbing.values import is_type_variable

_HEAD = "from collections.abc import Callable, Coroutine"
_SELF = ("typing_extensions", "Self")


class Trial:
    """One module's fillings as a consumer's code that assigns to each annotation what it stands for."""

    def __init__(self, source: Source, holes: Sequence[Hole], fills: Mapping[str, Fill]) -> None:
        self._source = source
        self._filled = [(hole, fills[hole.key]) for hole in holes if hole.key in fills]
        self._words: dict[Place, str] = {}
        self._classes: dict[str, str] = {}

    @cached_property
    def sheet(self) -> Sheet:
        """The assignments; the symbol of each is its hole's key, that of an import what it brings."""
        assignments = [*self._assignments()]
        imports = [
            Question(_symbol(place), f"from {place[0]} import {place[1]} as {word}")
            for place, word in self._words.items()
        ]
        classes = [Question(name, text) for name, text in self._classes.items()]
        return sheet_of(self._source.name, [Question("head", _HEAD), *imports, *classes, *assignments])

    def refused(self, answers: Answers) -> Iterator[str]:
        """Give the keys of the holes whose filling a checker finds fault with, or something that it needs."""
        faulty = {
            symbol
            for (module, symbol), told in answers.items()
            if module == self._source.name and told.faults
        }
        for hole, fill in self._filled:
            if not faulty.isdisjoint([hole.key, *_symbols_behind(fill)]):
                yield hole.key

    def _assignments(self) -> Iterator[Question]:
        for hole, fill in self._filled:
            owner, _, name = hole.asked.rpartition(".")
            if not self._variables.isdisjoint(fill.needs):
                continue  # a type variable means nothing outside of its function
            told = self._text(fill, owner)
            if not hole.is_value:
                told = f"Callable[..., {f'Coroutine[Any, Any, {told}]' if hole.is_async else told}]"
            value = f"o.{name}" if owner else f"_m.{name}"
            yield Question(hole.key, f"_v: {told} = {value}", owner, apart=True)

    def _text(self, fill: Fill, owner: str) -> str:
        for protocol in fill.protocols:
            self._classes[protocol.name] = self._text(protocol.definition, owner)
        ours = frozenset(protocol.name for protocol in fill.protocols)
        return fill.template.format(*(self._word(place, owner, ours) for place in fill.needs))

    def _word(self, place: Place, owner: str, ours: Collection[str]) -> str:
        module, name = place
        if module == "":
            return name if name in ours else f"_m.{name}"
        if place == _SELF and owner:
            return f"_m.{owner}"
        if module == "_typeshed" and name == "Incomplete":
            return "Any"
        if module == "builtins":
            return name
        first, dot, inside = name.partition(".")
        return self._words.setdefault((module, first), f"_w{len(self._words)}") + dot + inside

    @cached_property
    def _variables(self) -> frozenset[Place]:
        body = self._source.tree.body if self._source.tree else []
        made = (node for node in body if isinstance(node, ast.Assign) and is_type_variable(node.value))
        return frozenset(("", name) for name in bound_names(made))


def _symbol(place: Place) -> str:
    return f"needs {place[0]}.{place[1].partition('.')[0]}"


def _symbols_behind(fill: Fill) -> Iterator[str]:
    """Give the symbols of what a filling needs: imports, and classes of ours with what these need."""
    yield from (_symbol(place) for place in fill.needs)
    for protocol in fill.protocols:
        yield protocol.name
        yield from _symbols_behind(protocol.definition)
