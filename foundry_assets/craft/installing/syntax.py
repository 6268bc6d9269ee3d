"""What a module imports whenever it is imported itself, read off its syntax tree; nothing of it is run.

Add here a form of statement under which an import may not happen, or may fail without harm.
Not here: whether an imported name is there (judging).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from foundry_assets.craft.foreign_python import parse_foreign

_LONGEST_BYTES = 2_000_000
"""A module beyond this is a table of data; parsing it takes a gigabyte."""
_LEAVES = frozenset({"exit", "_exit", "skip", "importorskip", "abort"})


@dataclass(frozen=True, order=True)
class Import:
    """One import that always happens: the dotted module, the line, and what is taken out of the module."""

    module: str
    line: int
    names: tuple[str, ...] = ()

    @property
    def top(self) -> str:
        """The first part of the module's name."""
        return self.module.partition(".")[0]


@dataclass(frozen=True)
class Read:
    """What a module's text tells: the imports that always happen, and every module that it names at all.

    `bound` are all names that it binds anywhere. `is_open`: it may have more, by `import *` or by making up
    attributes when they are asked for (PEP 562).
    """

    always: tuple[Import, ...] = ()
    anywhere: frozenset[str] = frozenset()
    bound: frozenset[str] = frozenset()
    is_open: bool = False

    def may_bind(self, name: str) -> bool:
        """Tell whether a name may be an attribute of the module."""
        return self.is_open or name in self.bound or (name.startswith("__") and name.endswith("__"))


def read_imports(source: bytes, module: str, *, is_package: bool) -> Read:
    """Read a module's imports; nothing for a text that is no Python of this version."""
    package = module if is_package else module.rpartition(".")[0]
    if len(source) > _LONGEST_BYTES:
        return Read()
    try:
        tree = parse_foreign(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Read()
    every = [found for node in ast.walk(tree) for found in _imports_of(node, package)]
    bound = frozenset(name for node in ast.walk(tree) for name in _bound_by(node))
    return Read(
        always=tuple(_always(tree.body, package)),
        anywhere=frozenset(found.module for found in every),
        bound=bound,
        is_open="__getattr__" in bound or any("*" in found.names for found in every),
    )


def _bound_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)


def _imports_of(node: ast.AST, package: str) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, node.lineno) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _absolute(node, package)
        if base:
            yield Import(base, node.lineno, tuple(alias.name for alias in node.names))


def _absolute(node: ast.ImportFrom, package: str) -> str:
    """Give the module that a `from` names; empty for one above the top, which no rule can judge."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    if node.level > len(parts) or not package:
        return ""
    return ".".join([*parts[: len(parts) - node.level + 1], *([node.module] if node.module else [])])


def _always(body: Sequence[ast.stmt], package: str) -> Iterator[Import]:
    """Give the imports that no condition stands before, up to where the module may leave."""
    for node in body:
        if _may_leave(node):
            return
        match node:
            case ast.Import() | ast.ImportFrom():
                yield from _imports_of(node, package)
            case ast.ClassDef():
                yield from _always(node.body, package)
            case ast.With() if not any("suppress" in ast.unparse(item.context_expr) for item in node.items):
                yield from _always(node.body, package)
            case ast.Try(handlers=[]):
                yield from _always([*node.body, *node.finalbody], package)


def _may_leave(node: ast.stmt) -> bool:
    """Tell whether what follows a statement may never be reached: an assertion, a raise, an early exit."""
    if isinstance(node, ast.Assert | ast.Raise):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        function = node.value.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        return name in _LEAVES
    inner = [*node.body, *node.orelse] if isinstance(node, ast.If) else []
    return any(_may_leave(below) for below in inner)
