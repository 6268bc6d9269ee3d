"""The names that statements bind, in a module or in a class.

Add here a kind of statement that binds a name.
Not here: what becomes of the statement in a stub (skeleton).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

_DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_SCRIPT = ("__name__ ==", "'__main__' ==")
_BODIES = ("body", "orelse", "finalbody")


def bound_names(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Give the names that statements bind, those inside of them too, scopes of their own left out."""
    for node in statements_in(body):
        yield from _bound_by(node)


def own_names(tree: ast.Module) -> Iterator[str]:
    """Give the names that a module makes itself, without imports and what `if __name__ ==` guards."""
    for node in statements_in(node for node in tree.body if not is_script_part(node)):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            yield from _bound_by(node)


def exported_names(tree: ast.Module) -> list[str] | None:
    """Give the names that `__all__` shows in the text, in its order; None where there is no `__all__`."""
    told = [node for node in statements_in(tree.body) if _is_about_all(node)]
    texts = (part.value for node in told for part in ast.walk(node) if isinstance(part, ast.Constant))
    return list(dict.fromkeys(text for text in texts if isinstance(text, str))) if told else None


def _is_about_all(node: ast.stmt) -> bool:
    match node:
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
            return "__all__" in _bound_by(node)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="__all__")))):
            return True
    return False


def is_script_part(node: ast.stmt) -> bool:
    """Tell whether a statement only acts when the module is run as a program."""
    return isinstance(node, ast.If) and ast.unparse(node.test).startswith(_SCRIPT)


def target_names(target: ast.expr) -> Iterator[str]:
    """Give the plain names in an assignment's target."""
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from target_names(part)
        case ast.Starred(value=value):
            yield from target_names(value)


def parts_of(node: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    """Give the blocks of a compound statement, those of its handlers and cases too."""
    for field in _BODIES:
        yield getattr(node, field, [])
    for part in [*getattr(node, "handlers", []), *getattr(node, "cases", [])]:
        yield part.body


def statements_in(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Give statements and what they hold, going into all that is no scope of its own."""
    for node in body:
        yield node
        if not isinstance(node, _DEFINITIONS):
            for part in parts_of(node):
                yield from statements_in(part)


def _bound_by(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            yield node.name
        case ast.Import():
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        case ast.ImportFrom():
            yield from (alias.asname or alias.name for alias in node.names)
        case ast.Assign(targets=targets):
            yield from (name for target in targets for name in target_names(target))
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.For(target=target):
            yield from target_names(target)
        case ast.With(items=items):
            targets = [item.optional_vars for item in items if item.optional_vars]
            yield from (name for target in targets for name in target_names(target))
        case _ if type(node).__name__ == "TypeAlias":  # a statement of Python 3.12
            yield from target_names(node.name)  # type: ignore[attr-defined]
