"""The modules of a distribution: who takes what from whom, which classes there are, who overrides what.

Add here what the whole tells about one of its modules.
Not here: one module's own text (source) and shape (skeleton, symbols), and import roots (another craft).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from foundry_assets.craft.stubbing.class_bodies import methods_of
from foundry_assets.craft.stubbing.source import Source
from foundry_assets.craft.stubbing.standard_library import standard_modules


@dataclass(frozen=True)
class Sources:
    """All modules of a distribution, Python files beside them, other typing files (place -> text)."""

    modules: tuple[Source, ...]
    tests: tuple[Source, ...] = ()
    others: tuple[tuple[str, str], ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Source]:
        """Give the modules by name."""
        return {source.name: source for source in self.modules}

    @cached_property
    def used(self) -> dict[str, frozenset[str]]:
        """Give, by module, the names that others take from it: other modules and the project's tests."""
        found: dict[str, set[str]] = {}
        for source in [*self.modules, *self.tests]:
            for module, name in self._taken_by(source):
                if module != source.name and name != "*" and f"{module}.{name}" not in self.by_name:
                    found.setdefault(module, set()).add(name)
        return {module: frozenset(names) for module, names in found.items()}

    def _taken_by(self, source: Source) -> Iterator[tuple[str, str]]:
        for told in source.imports:
            if told.module in self.by_name:
                yield from ((told.module, name) for name in told.names)
        for chain in source.attribute_chains:
            module, names = self._split(chain)
            if module and names:
                yield module, names[0]

    def _split(self, dotted: str) -> tuple[str, list[str]]:
        """Give the longest module that a dotted name begins with, and the names behind it."""
        parts = dotted.split(".")
        for length in range(len(parts) - 1, 0, -1):
            if (module := ".".join(parts[:length])) in self.by_name:
                return module, parts[length:]
        return "", []

    @cached_property
    def classes(self) -> dict[str, frozenset[tuple[str, str]]]:
        """Give, by a class's name, (module, dotted name) of each; the dotted one is empty in a function."""
        found: dict[str, set[tuple[str, str]]] = {}
        for source in self.modules:
            for name, dotted in _classes_in(source.tree, ()) if source.tree else ():
                found.setdefault(name, set()).add((source.name, dotted))
        return {name: frozenset(places) for name, places in found.items()}

    @cached_property
    def overridden(self) -> frozenset[tuple[str, str]]:
        """Give (class, method) of every method that a class of the distribution overrides."""
        bases: dict[str, set[str]] = {}
        methods: dict[str, set[str]] = {}
        for node in (node for source in self.modules if source.tree for node in ast.walk(source.tree)):
            if isinstance(node, ast.ClassDef):
                above = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
                bases.setdefault(node.name, set()).update(above)
                methods.setdefault(node.name, set()).update(method.name for method in methods_of(node))
        return frozenset(
            (above, method)
            for name in bases
            for above in reachable(name, bases) - {name}
            for method in methods.get(name, ())
        )

    @cached_property
    def _direct(self) -> dict[str, set[str]]:
        every = (*self.tests, *self.modules)
        return {source.name: set(self._imported_by(source)) for source in every}

    def _imported_by(self, source: Source) -> Iterator[str]:
        for told in source.imports:
            for name in (told.module, *(f"{told.module}.{name}" for name in told.names)):
                if name in self.by_name:
                    yield name

    def direct(self, name: str) -> set[str]:
        """Give the modules of the distribution that a module, or a test, itself imports."""
        return self._direct.get(name, set())

    def reached_from(self, name: str) -> set[str]:
        """Give the modules that a module imports, directly or not; itself only in a circle."""
        return reachable(name, self._direct)

    def foreign_imports(self, name: str) -> set[str]:
        """Give the top names that a module cannot do without, none of the standard library."""
        own = {source.name.partition(".")[0] for source in self.modules}
        tops = {told.module.partition(".")[0] for told in self.by_name[name].imports if not told.guarded}
        # A newer Python's library counts too: such an import stands behind a condition.
        known = own | sys.stdlib_module_names | standard_modules()
        return {top for top in tops if top and top not in known}

    def files(self) -> dict[str, str]:
        """Give the files as an installer puts them: Python, stubs and markers only.

        What this Python cannot parse is left out: nobody can import it, and it blinds one of the checkers.
        """
        return dict(self.others) | {source.place: source.text for source in self.modules if source.tree}


def reachable(start: str, edges: dict[str, set[str]]) -> set[str]:
    """Give what can be reached from a name; itself only in a circle."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name in edges.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _classes_in(node: ast.AST, path: tuple[str, ...] | None) -> Iterator[tuple[str, str]]:
    """Give each class's name and its dotted name; `path` is None inside a function."""
    for child in ast.iter_child_nodes(node):
        below = path
        if isinstance(child, ast.ClassDef):
            below = None if path is None else (*path, child.name)
            yield child.name, ".".join(below or ())
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            below = None
        yield from _classes_in(child, below)
