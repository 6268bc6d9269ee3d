"""Resolving the names in printed types: which module and class a checker means by a word.

Add here where a name that checkers print may come from.
Not here: reading what they print (type_text), writing it down (annotating).
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from foundry_assets.craft.stubbing.bound_names import bound_names
from foundry_assets.craft.stubbing.source import Source
from foundry_assets.craft.stubbing.sources import Sources
from foundry_assets.craft.stubbing.standard_library import standard_classes, standard_modules
from foundry_assets.craft.stubbing.values import makes_type

_SPECIAL = {
    "Self": "typing_extensions",
    "NoReturn": "typing",
    "Never": "typing_extensions",
    "LiteralString": "typing_extensions",
    "Callable": "collections.abc",
    "EllipsisType": "types",
}

Place = tuple[str, str]
"""A module and a dotted name in it; the module "" is the one whose stub is written."""


class CannotSay(ValueError):
    """A type that no annotation says, or one with a name that could be several."""


@dataclass(frozen=True)
class TypeNames:
    """What printed names mean, seen from one module of a package.

    `module` is that module, and `own` are classes and type variables that it binds; `classes` are all of the
    package (name -> places), `modules` those of the package, `imported` all that any of them imports.
    """

    module: str
    own: frozenset[str]
    classes: Mapping[str, Collection[Place]]
    modules: Collection[str]
    imported: frozenset[str]

    def place_of(self, name: str) -> Place:
        """Give where a printed name comes from; raises `CannotSay` where that is not certain."""
        module, found = self._resolved(name)
        return ("" if module == self.module else module), found

    def _resolved(self, name: str) -> Place:
        word, _, variable = name.partition("@")
        if word == "Self":
            return _SPECIAL[word], word
        if variable or word in self.own:
            return self._own(word)
        if "." in word:
            return self._dotted(word)
        if word in _SPECIAL:
            return _SPECIAL[word], word
        inside, outside = self.classes.get(word, ()), standard_classes().get(word, ())
        if inside:
            return self._inside(word, outside)
        return self._outside(word, outside)

    def _own(self, word: str) -> Place:
        if word not in self.own:
            raise CannotSay(word)
        return "", word

    def _dotted(self, name: str) -> Place:
        """Split a full name, as mypy prints it, or find a class in a class, as pyrefly prints it."""
        parts = name.split(".")
        for length in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:length])
            if module in self.modules or module in standard_modules() or module in self.imported:
                return module, ".".join(parts[length:])
        places = [place for place in self.classes.get(parts[-1], ()) if place[1] == name]
        if len(places) != 1:
            raise CannotSay(name)
        return places[0]

    def _inside(self, word: str, outside: Collection[str]) -> Place:
        """Take the package's only class of that name, unless it could be one of the standard library."""
        places = [*self.classes[word]]
        if len(places) != 1 or not places[0][1] or not self._near(outside).isdisjoint(outside):
            raise CannotSay(word)
        return places[0]

    def _outside(self, word: str, modules: Collection[str]) -> Place:
        if "builtins" in modules:
            return "builtins", word
        public = [module for module in modules if not module.startswith("_")] or [*modules]
        for found in ([*self._near(modules)], public, [module for module in public if module == "typing"]):
            if len(found) == 1:
                return found[0], word
        raise CannotSay(word)

    def _near(self, modules: Collection[str]) -> set[str]:
        return {module for module in modules if module in self.imported or module == "builtins"}


def names_seen_from(source: Source, package: Sources) -> TypeNames:
    """Give the resolver of printed names for a module."""
    body = source.tree.body if source.tree else []
    imported = {told.module for other in package.modules for told in other.imports}
    own = frozenset(_own_types(body, source)) & frozenset(bound_names(body))
    return TypeNames(source.name, own, package.classes, package.by_name, frozenset(imported))


def _own_types(body: list[ast.stmt], source: Source) -> Iterator[str]:
    """Give the names by which a module knows types: classes, made ones, imports by their own name."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and makes_type(node.value):
            yield from bound_names([node])
    for found in ast.walk(source.tree) if source.tree else ():
        if isinstance(found, ast.ImportFrom):
            yield from (alias.name for alias in found.names if alias.asname in {None, alias.name})
