"""Classes in a stub: attributes that methods put on `self`, and classes whose body means more than names.

Add here a kind of class that needs care.
Not here: functions (functions) and the order of a stub (skeleton).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from foundry_assets.craft.stubbing.bound_names import statements_in
from foundry_assets.craft.stubbing.functions import Function, decorators, own_nodes

_ENUMERATIONS = frozenset(["Enum", "IntEnum", "StrEnum", "ReprEnum", "Flag", "IntFlag"])
_MAKERS = frozenset(
    ["dataclass", "attrs", "attributes", "define", "frozen", "mutable", "s", "dataclass_transform"]
)
_HOLDERS = frozenset(["NamedTuple", "TypedDict", "BaseModel", "Struct"])


@dataclass(frozen=True)
class Attribute:
    """A name that a method puts on its first parameter, with the annotation that stands there, if any."""

    name: str
    annotation: ast.expr | None


def attributes_of(node: ast.ClassDef) -> list[Attribute]:
    """Give what the methods of a class put on `self` or `cls`, each name once, in the order of the source."""
    found: dict[str, Attribute] = {}
    for method in methods_of(node):
        arguments = [*method.args.posonlyargs, *method.args.args]
        if "staticmethod" in decorators(method) or not arguments:
            continue
        for name, annotation in _put_on(method, arguments[0].arg):
            known = found.get(name)
            if known is None or (known.annotation is None and annotation is not None):
                found[name] = Attribute(name, annotation)
    return list(found.values())


def methods_of(node: ast.ClassDef) -> Iterator[Function]:
    """Give the functions of a class, those under `if` and `try` too."""
    return (found for found in statements_in(node.body) if isinstance(found, Function))


def _put_on(method: Function, first: str) -> Iterator[tuple[str, ast.expr | None]]:
    for node in own_nodes(method):
        match node:
            case ast.AnnAssign(target=ast.Attribute(value=ast.Name(id=owner), attr=name)) if owner == first:
                yield name, node.annotation
            case ast.Attribute(value=ast.Name(id=owner), attr=name, ctx=ast.Store()) if owner == first:
                yield name, None


def _base_names(node: ast.ClassDef) -> set[str]:
    plain = (base.value if isinstance(base, ast.Subscript) else base for base in node.bases)
    return {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in plain}


def is_enumeration(node: ast.ClassDef) -> bool:
    """Tell whether its assignments are members."""
    return any(name in _ENUMERATIONS or name.endswith(("Enum", "Flag")) for name in _base_names(node))


def is_field_holder(node: ast.ClassDef) -> bool:
    """Tell whether an annotation in its body makes a field, and with it a parameter of `__init__`."""
    made = {name.lower() for name in decorators(node)}
    return not _MAKERS.isdisjoint(made) or not _HOLDERS.isdisjoint(_base_names(node))
