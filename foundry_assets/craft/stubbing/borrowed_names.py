"""Names that a stub's annotations need: which word stands for each, and what has to be imported for it.

Add here a reason why a name cannot be written as it is.
Not here: where a name comes from (annotating).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from foundry_assets.craft.stubbing.bound_names import bound_names
from foundry_assets.craft.stubbing.holes import TOP, Fill, Scope


class BorrowedNames:
    """Gives words for names, none of them one that the module uses for something else."""

    def __init__(self, tree: ast.Module) -> None:
        self._top = frozenset(bound_names(tree.body))
        self._taken = {word for node in ast.walk(tree) for word in _words_of(node)}
        self._aliases: dict[tuple[str, str], str] = {}
        self._classes: dict[str, str] = {}

    def text_of(self, fill: Fill, scope: Scope) -> str:
        """Write an annotation as it is understood in a scope."""
        for protocol in fill.protocols:
            self._classes[protocol.name] = self.text_of(protocol.definition, TOP)
        return fill.template.format(*(self.word(module, name, scope) for module, name in fill.needs))

    def word(self, module: str, name: str, scope: Scope = TOP) -> str:
        """Give what to write for a name of a module; "" is the stub's own one."""
        first, dot, inside = name.partition(".")
        hidden = scope.bound | self._top if module == "builtins" else scope.bound
        if module in {"", "builtins"} and first not in hidden:
            return name
        return self._alias(module, first) + dot + inside

    def _alias(self, module: str, name: str) -> str:
        if (module, name) not in self._aliases:
            alias = name if module == "_typeshed" else f"_{name}"
            while alias in self._taken:
                alias += "_"
            self._taken.add(alias)
            self._aliases[module, name] = alias
        return self._aliases[module, name]

    def imports(self) -> Iterator[str]:
        """Give the lines that go before the stub's own text."""
        for (module, name), alias in sorted(self._aliases.items()):
            if module:
                yield f"from {module} import {name}" + ("" if name == alias else f" as {alias}")

    def additions(self) -> Iterator[str]:
        """Give what goes after it: classes of ours, and other words for its own names."""
        yield from self._classes.values()
        for (module, name), alias in sorted(self._aliases.items()):
            if not module:
                yield f"{alias} = {name}"


def _words_of(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
            yield name
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.alias(name=name, asname=alias):
            yield alias or name.partition(".")[0]
