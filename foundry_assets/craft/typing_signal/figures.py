"""How far a package is typed: its public names by what a consumer is told of them, counted from the text.

Add here what counts as typed.
Not here: what type checkers infer beyond the text (stubbing).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from foundry_assets.craft.typing_signal.modules import Module
from foundry_assets.craft.typing_signal.records import Figures
from foundry_assets.craft.typing_signal.signatures import statements

_UNTOLD = ("Any", "Incomplete", "Unknown")


def figures_of(modules: Iterable[Module]) -> Figures:
    """Count the parameters and results of functions with public names, and annotated public variables.

    Private modules count too: what they define is handed on by public ones.

    `self` and `cls` are no places, and neither is the result of `__init__`.
    """
    total = Figures()
    for module in modules:
        if not module.is_test and module.syntax is not None:
            for annotation in _places(module.syntax.body, is_method=False):
                total += _one(annotation)
    return total


def _places(body: list[ast.stmt], *, is_method: bool) -> Iterator[ast.expr | None]:
    for node in statements(body):
        match node:
            case ast.ClassDef() if not node.name.startswith("_"):
                yield from _places(node.body, is_method=True)
            case ast.FunctionDef() | ast.AsyncFunctionDef() if _is_public(node.name):
                yield from _of_function(node, is_method=is_method)
            case ast.AnnAssign(target=ast.Name(id=name)) if _is_public(name):
                yield node.annotation


def _of_function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, *, is_method: bool
) -> Iterator[ast.expr | None]:
    static = any(isinstance(found, ast.Name) and found.id == "staticmethod" for found in node.decorator_list)
    plain = [*node.args.posonlyargs, *node.args.args][1 if is_method and not static else 0 :]
    rest = [node.args.vararg, *node.args.kwonlyargs, node.args.kwarg]
    yield from (found.annotation for found in [*plain, *rest] if found is not None)
    if node.name != "__init__":
        yield node.returns


def _is_public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def _one(annotation: ast.expr | None) -> Figures:
    if annotation is None:
        return Figures(untyped=1)
    untold = any(
        isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).rpartition(".")[2] in _UNTOLD
        for node in ast.walk(annotation)
    )
    return Figures(any=1) if untold else Figures(typed=1)
