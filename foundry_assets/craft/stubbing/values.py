"""Values in a stub: which right-hand sides are kept as they are, because checkers read their meaning.

Add here a kind of value that means more than its type.
Not here: where values stand (skeleton).
"""

from __future__ import annotations

import ast

_LONGEST_VALUE = 200
_TYPE_MAKERS = """
    TypeVar ParamSpec TypeVarTuple NewType NamedTuple namedtuple TypedDict TypeAliasType
    Enum IntEnum StrEnum Flag IntFlag make_dataclass property Sentinel
"""
_VARIABLES = frozenset(["TypeVar", "ParamSpec", "TypeVarTuple"])
_MEANING = frozenset(_TYPE_MAKERS.split())
"""What a call to one of these names makes cannot be said by an annotation."""
_SPECIAL = frozenset(["__all__", "__slots__", "__match_args__", "_fields_", "_anonymous_"])


def is_kept_as_it_is(name: str, value: ast.expr) -> bool:
    """Tell whether an assignment stays: an alias, a lambda, or a call that makes a type."""
    if name in _SPECIAL:
        return True
    if isinstance(value, ast.Lambda):
        return is_short(value)
    return makes_type(value) or is_reference(value)


def makes_type(value: ast.expr) -> bool:
    """Tell whether it is a call to something that makes a class or a type variable."""
    return _called(value) in _MEANING


def is_type_variable(value: ast.expr) -> bool:
    """Tell whether it is a call that makes a type variable of some kind."""
    return _called(value) in _VARIABLES


def _called(value: ast.expr) -> str:
    if not isinstance(value, ast.Call):
        return ""
    return value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")


def is_version_text(node: ast.Assign) -> bool:
    """Tell whether it only says which version this is: nothing depends on that text."""
    named = isinstance(node.targets[0], ast.Name) and "version" in node.targets[0].id.lower()
    return named and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def is_reference(value: ast.expr) -> bool:
    """Tell whether a value only names things, so that it may be an alias of a type or a function."""
    match value:
        case ast.Name():
            return True
        case ast.Attribute(value=inner):
            return is_reference(inner)
        case ast.Subscript(value=inner, slice=index):
            return is_reference(inner) and _is_type_argument(index)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _is_type_argument(left) and _is_type_argument(right)
    return False


def _is_type_argument(value: ast.expr) -> bool:
    if isinstance(value, ast.Tuple | ast.List):
        return all(_is_type_argument(part) for part in value.elts)
    return (isinstance(value, ast.Constant) and not isinstance(value.value, int)) or is_reference(value)


def keeps_value(node: ast.AnnAssign) -> bool:
    """Tell whether an annotated value stays: a short one, or one that says what the annotation does not."""
    is_special = isinstance(node.target, ast.Name) and node.target.id in _SPECIAL
    is_bare = ast.unparse(node.annotation).rpartition(".")[2] in {"Final", "ClassVar", "TypeAlias"}
    return is_short(node.value) or is_special or is_bare


def is_none(value: ast.expr | None) -> bool:
    """Tell whether it is nothing, or the constant."""
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def is_short(value: ast.expr | None) -> bool:
    """Tell whether a value may stand in a stub without swamping it."""
    return value is None or len(ast.unparse(value)) <= _LONGEST_VALUE


def type_comment(node: ast.Assign) -> str | None:
    """Give the annotation that a `# type:` comment makes, or None; raises nothing for nonsense."""
    if not node.type_comment:
        return None
    try:
        return ast.unparse(ast.parse(node.type_comment, mode="eval"))
    except SyntaxError:
        return None
