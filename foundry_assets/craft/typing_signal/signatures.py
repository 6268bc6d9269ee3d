"""Counting signatures: which functions and methods of a module are public, and which of those are annotated.

Add here what makes a signature public or annotated, read off the syntax tree.
Not here: finding modules (modules), and what follows for the marker (markers).
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef

_TYPED_BY_OBJECT = frozenset(
    f"__{name}__"
    for name in [
        "repr",
        "str",
        "hash",
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "del",
        "dir",
        "sizeof",
        "format",
        "reduce",
        "reduce_ex",
        "getstate",
        "setstate",
        "init_subclass",
        "class_getitem",
        "bool",
        "len",
        "contains",
        "delattr",
        "getattribute",
        "setattr",
        "bytes",
    ]
)
"""Special methods whose types the language fixes, so that a bare one hides nothing from a caller."""


@dataclass(frozen=True)
class Count:
    """How many public signatures there are, how many are annotated, and the first that is not."""

    public: int = 0
    annotated: int = 0
    first_bare: str = ""

    def __add__(self, other: Count) -> Count:
        return Count(
            self.public + other.public,
            self.annotated + other.annotated,
            self.first_bare or other.first_bare,
        )

    @property
    def is_complete(self) -> bool:
        """Whether nothing public is bare."""
        return self.annotated == self.public

    def __str__(self) -> str:
        if not self.public:
            return "no public function or method of its own"
        tail = "" if self.is_complete else f"; the first bare one: {self.first_bare}"
        return f"{self.annotated} of {self.public} public signatures annotated{tail}"


def count_signatures(module: ast.Module, file_name: str, *, only: Collection[str] | None = None) -> Count:
    """Count a module's public signatures; with `only`, just the top-level names in it.

    Overloads count one each and their implementation not at all; setters need annotated parameters only.
    """
    listed = set(read_all(module) or ())
    total = Count()
    for function, inside in _public(module.body, "", listed, only):
        annotated = _is_annotated(function, is_method=bool(inside))
        name = f"{file_name}:{function.lineno} {inside}{function.name}"
        total += Count(1, int(annotated), "" if annotated else name)
    return total


def read_all(module: ast.Module) -> list[str] | None:
    """Give the names of `__all__` as type checkers read it; None where there is none or it is computed."""
    names: list[str] | None = None
    for node in statements(module.body):
        added = _all_operand(node)
        if added is not None:
            texts = _literal_names(added)
            if texts is None:
                return None
            names = texts if isinstance(node, ast.Assign | ast.AnnAssign) else [*(names or []), *texts]
    return names


def assigns_all(module: ast.Module) -> bool:
    """Tell whether the module has an `__all__`, computed or not."""
    return any(_all_operand(node) is not None for node in statements(module.body))


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Give a module's statements, going into if, try and with, where names are defined conditionally."""
    for node in body:
        yield node
        for field in ("body", "orelse", "finalbody", "handlers"):
            if isinstance(node, ast.If | ast.Try | ast.With):
                for child in getattr(node, field, []):
                    yield from statements(child.body if isinstance(child, ast.ExceptHandler) else [child])


def _all_operand(node: ast.stmt) -> ast.expr | None:
    """Give what a statement puts into `__all__`: by `=`, by `+=`, or by `.extend(...)`."""
    match node:
        case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
            return value
        case (
            ast.AnnAssign(target=ast.Name(id="__all__"), value=value)
            | ast.AugAssign(target=ast.Name(id="__all__"), value=value)
        ):
            return value
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Name(id="__all__"), attr=verb), args=[value])
        ):
            return ast.List([value]) if verb == "append" else value
    return None


def _literal_names(value: ast.expr) -> list[str] | None:
    match value:
        case ast.List(elts=items) | ast.Tuple(elts=items):
            texts = [
                item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)
            ]
            return texts if len(texts) == len(items) else None
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            both = [_literal_names(left), _literal_names(right)]
            return None if None in both else [name for part in both for name in part or ()]
        case ast.Attribute(attr="__all__"):
            return []
    return None


def _public(
    body: list[ast.stmt], inside: str, listed: Collection[str], only: Collection[str] | None = None
) -> Iterator[tuple[Function, str]]:
    overloaded: set[str] = set()
    for node in statements(body):
        if not isinstance(node, Function | ast.ClassDef) or (only is not None and node.name not in only):
            continue
        if not (
            _is_public_name(node.name, is_method=bool(inside)) or node.name in listed or only is not None
        ):
            continue
        if isinstance(node, ast.ClassDef):
            yield from _public(node.body, f"{inside}{node.name}.", ())
        elif "overload" in _decorators(node):
            overloaded.add(node.name)
            yield node, inside
        elif node.name not in overloaded and "deleter" not in _decorators(node):
            yield node, inside


def _is_public_name(name: str, *, is_method: bool) -> bool:
    if not name.startswith("_"):
        return True
    return is_method and name.startswith("__") and name.endswith("__") and name not in _TYPED_BY_OBJECT


def _decorators(function: Function) -> set[str]:
    plain = (node.func if isinstance(node, ast.Call) else node for node in function.decorator_list)
    return {node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in plain}


def _is_annotated(function: Function, *, is_method: bool) -> bool:
    arguments, decorators = function.args, _decorators(function)
    positional = [*arguments.posonlyargs, *arguments.args]
    if is_method and "staticmethod" not in decorators:
        positional = positional[1:]
    extra = [arguments.vararg, arguments.kwarg]
    parameters = [
        *positional,
        *arguments.kwonlyargs,
        *(argument for argument in extra if argument is not None),
    ]
    if any(parameter.annotation is None for parameter in parameters):
        return False
    needs_no_return = is_method and (function.name == "__init__" or "setter" in decorators)
    return function.returns is not None or (needs_no_return and bool(parameters))
