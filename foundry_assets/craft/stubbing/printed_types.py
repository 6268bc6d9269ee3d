"""A type as a checker prints it, as a tree: holes, literals, unions, callables.

Add here what can be done with such a type alone.
Not here: reading printed text (type_text), comparing two types (comparing), writing one down (annotating).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_BARE = frozenset({"*", "/", "..."})
_LITERAL_STRINGS = frozenset({"LiteralString", "typing.LiteralString", "typing_extensions.LiteralString"})

_NOT_IMPLEMENTED = frozenset(
    prefix + name
    for prefix in ("", "types.", "builtins.")
    for name in ("NotImplementedType", "_NotImplementedType")
)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a callable: its name with stars, its type if printed, whether it has a default."""

    name: str
    type: Type | None
    optional: bool


@dataclass(frozen=True)
class Type:
    """A printed type: `head` with its `args`; a callable has the head `()` and its result as the only arg.

    A union has the head `|` and its members as args; a hole (`Any`, `Unknown`) has the head `?`, and as args
    what is known of a union in which it stands.
    """

    head: str
    args: tuple[Type, ...] = ()
    parameters: tuple[Parameter, ...] = ()

    @property
    def is_hole(self) -> bool:
        """Whether nothing is known of it for certain."""
        return self.head == "?"

    @property
    def result(self) -> Type:
        """A callable's result; raises `IndexError` for anything else."""
        return self.args[0]

    @property
    def holes(self) -> int:
        """Count the holes in it, a parameter without a type being one."""
        told = [found for found in self.parameters if found.name not in _BARE]
        beside = sum(1 if found.type is None else found.type.holes for found in told)
        return int(self.is_hole) + sum(arg.holes for arg in self.args) + beside


HOLE = Type("?")
NONE = Type("None")


def union_of(members: Iterable[Type]) -> Type:
    """Make a union of what is distinct; one hole in it makes the whole of it a hole.

    What a binary operation gives to say that it knows nothing of the other side is no result of it.
    """
    flat = dict.fromkeys(inner for member in members for inner in _members(member))
    if any(member.head not in _NOT_IMPLEMENTED for member in flat):
        flat = {member: None for member in flat if member.head not in _NOT_IMPLEMENTED}
    known = tuple(member for member in flat if not member.is_hole)
    if len(known) < len(flat):
        return Type("?", known)
    return known[0] if len(known) == 1 else Type("|", known)


def _members(member: Type) -> tuple[Type, ...]:
    if member.is_hole:
        return (HOLE, *member.args)
    return member.args if member.head == "|" else (member,)


def widened(type_: Type) -> Type:
    """Give the type with every literal in it as the literal's class."""
    if type_.head == "Literal":
        return union_of(_class_of(arg.head) for arg in type_.args)
    if type_.head in _LITERAL_STRINGS:
        return Type("str")
    parts = tuple(widened(arg) for arg in type_.args)
    if type_.head in {"|", "?"}:
        return union_of([*parts, *([HOLE] if type_.is_hole else [])])
    return Type(type_.head, parts, type_.parameters)


def _class_of(literal: str) -> Type:
    if literal.startswith(("b'", 'b"')):
        return Type("bytes")
    if literal.startswith(("'", '"')):
        return Type("str")
    if literal in {"True", "False"}:
        return Type("bool")
    if literal.lstrip("-")[:1].isdigit():
        return Type("int")
    return Type(literal.rpartition(".")[0] or literal)


def expanded(type_: Type, meanings: Mapping[str, Type]) -> Type:
    """Put what some names stand for in their place."""
    if not meanings:
        return type_
    if (found := meanings.get(type_.head.rpartition(".")[2])) is not None:
        return expanded(found, meanings)
    parameters = tuple(
        Parameter(told.name, expanded(told.type, meanings) if told.type else None, told.optional)
        for told in type_.parameters
    )
    return Type(type_.head, tuple(expanded(arg, meanings) for arg in type_.args), parameters)


def merged(first: Type, *others: Type) -> Type:
    """Fill the holes of a type with what others, of the same form, know there."""
    for other in others:
        if first.is_hole:
            first = other
        elif _has_the_form_of(first, other):
            args = (merged(mine, its) for mine, its in zip(first.args, other.args, strict=True))
            first = Type(first.head, tuple(args))
    return first


def _has_the_form_of(first: Type, other: Type) -> bool:
    """Tell whether parts stand for the same; a union's order is anybody's guess."""
    same = first.head == other.head and len(first.args) == len(other.args)
    return same and first.head != "|" and not first.parameters
