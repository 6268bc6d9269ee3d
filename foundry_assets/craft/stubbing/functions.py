"""A function in a stub: its signature verbatim, its body gone, its result perhaps a hole.

Add here what a decorator or a body means for a signature.
Not here: attributes that methods make (class_bodies).
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

from foundry_assets.craft.stubbing.values import is_none, is_short

Function = ast.FunctionDef | ast.AsyncFunctionDef

_SHOWING = frozenset(
    ["staticmethod", "classmethod", "abstractmethod", "overload", "final", "override", "type_check_only"]
)
"""Decorators through which a checker shows the result as it is."""
_AS_VALUE = frozenset(["property", "cached_property", "abstractproperty", "setter", "getter", "deleter"])
_WITHOUT_RESULT = frozenset(["__init__", "__del__", "__init_subclass__", "__set_name__"])


@dataclass
class Kept:
    """A function as the stub has it, and whether its result is missing."""

    node: Function
    needs_result: bool


def decorators(node: Function | ast.ClassDef) -> list[str]:
    """Give the last words of the decorators: `functools.wraps(f)` is `wraps`."""
    plain = (found.func if isinstance(found, ast.Call) else found for found in node.decorator_list)
    return [found.attr if isinstance(found, ast.Attribute) else getattr(found, "id", "?") for found in plain]


def is_overload(node: Function) -> bool:
    """Tell whether it is one of several signatures."""
    return "overload" in decorators(node)


def shows_as_value(node: Function) -> bool:
    """Tell whether a checker shows its result in place of itself, as it does for a property."""
    return not _AS_VALUE.isdisjoint(decorators(node))


def hides_result(node: Function) -> bool:
    """Tell whether a decorator may make something else of it."""
    return any(name not in _SHOWING | _AS_VALUE for name in decorators(node))


def is_hook(node: Function, *, in_class: bool) -> bool:
    """Tell whether heirs are meant to put something in its place: it does nothing, or says so."""
    last = node.body[-1]
    if isinstance(last, ast.Raise) and last.exc is not None and "NotImplemented" in ast.unparse(last.exc):
        return True
    return in_class and all(_does_nothing(line) for line in node.body)


def _does_nothing(line: ast.stmt) -> bool:
    match line:
        case ast.Pass() | ast.Raise() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Return(value=value):
            return is_none(value)
    return False


def kept_signature(node: Function, *, in_class: bool) -> Kept:
    """Give the function for the stub; a type comment speaks where there is no annotation."""
    arguments, returns = _arguments(node), node.returns
    comment = _read_comment(node)
    if comment is not None:
        returns = returns or comment.returns
        _take_types(arguments, comment.argtypes, is_method=in_class)
    made = _same_kind(node)
    made.args, made.body, made.type_comment = arguments, [ast.Expr(ast.Constant(...))], None
    made.returns = returns or _settled_result(node, in_class=in_class)
    return Kept(made, made.returns is None)


def _same_kind(node: Function) -> Function:
    """Copy it; an `async def` that yields is called without `await`, which a stub says with a plain `def`."""
    if isinstance(node, ast.AsyncFunctionDef) and not is_coroutine(node):
        return ast.copy_location(ast.FunctionDef(**dict(ast.iter_fields(node))), node)
    return copy.copy(node)


def _settled_result(node: Function, *, in_class: bool) -> ast.expr | None:
    """Give the result that the language settles: of `__init__` and its like, of setters."""
    is_setter = not {"setter", "deleter"}.isdisjoint(decorators(node))
    return ast.Constant(None) if is_setter or (in_class and node.name in _WITHOUT_RESULT) else None


def is_coroutine(node: Function) -> bool:
    """Tell whether its result has to be awaited."""
    return isinstance(node, ast.AsyncFunctionDef) and not yields(node)


def yields(node: Function) -> bool:
    """Tell whether it is a generator."""
    return any(isinstance(found, ast.Yield | ast.YieldFrom) for found in own_nodes(node))


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Give what stands in a function but not in functions or classes inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield child
            yield from own_nodes(child)


def _arguments(node: Function) -> ast.arguments:
    """Copy the parameters, long defaults cut; a type comment on one becomes its annotation."""
    old = node.args
    every = [*old.posonlyargs, *old.args, *old.kwonlyargs, old.vararg, old.kwarg]
    new = {id(found): _argument(found) for found in every if found is not None}
    return ast.arguments(
        posonlyargs=[new[id(found)] for found in old.posonlyargs],
        args=[new[id(found)] for found in old.args],
        vararg=new[id(old.vararg)] if old.vararg else None,
        kwonlyargs=[new[id(found)] for found in old.kwonlyargs],
        kw_defaults=[_default(found) if found else None for found in old.kw_defaults],
        kwarg=new[id(old.kwarg)] if old.kwarg else None,
        defaults=[_default(found) for found in old.defaults],
    )


def _argument(found: ast.arg) -> ast.arg:
    annotation = found.annotation
    if annotation is None and found.type_comment:
        try:
            annotation = ast.parse(found.type_comment, mode="eval").body
        except SyntaxError:
            annotation = None
    return ast.arg(found.arg, annotation)


def _default(value: ast.expr) -> ast.expr:
    return value if is_short(value) else ast.Constant(...)


def _read_comment(node: Function) -> ast.FunctionType | None:
    if not node.type_comment:
        return None
    try:
        return ast.parse(node.type_comment, mode="func_type")
    except SyntaxError:
        return None


def _take_types(arguments: ast.arguments, types: list[ast.expr], *, is_method: bool) -> None:
    """Give the parameters the types of a comment, which leaves out `self` and may be just `...`."""
    plain = [*arguments.posonlyargs, *arguments.args]
    every = [
        *plain,
        *filter(None, [arguments.vararg]),
        *arguments.kwonlyargs,
        *filter(None, [arguments.kwarg]),
    ]
    if is_method and len(types) == len(every) - 1:
        every = every[1:]
    if len(types) == len(every):
        for argument, type_ in zip(every, types, strict=True):
            argument.annotation = argument.annotation or type_
