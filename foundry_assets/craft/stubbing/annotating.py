"""Writing an inferred type as an annotation.

Add here how a form of type is written, and which forms cannot be.
Not here: reading what checkers print (type_text), names (type_names), which hole takes it (filling).
"""

from __future__ import annotations

import ast
import hashlib
import keyword
import re
from collections.abc import Sequence

from foundry_assets.craft.stubbing.holes import Fill, Protocol
from foundry_assets.craft.stubbing.printed_types import NONE, Parameter, Type, widened
from foundry_assets.craft.stubbing.type_names import CannotSay, Place, TypeNames
from foundry_assets.craft.stubbing.type_text import parse

_LONGEST_ANNOTATION = 400
_NAME = re.compile(r"\*?[\w.]+(@[\w.]+)?")
_CANNOT_BE_SAID = frozenset(
    ["Module", "Overload", "property", "TypeIs", "TypeGuard", "function", "ellipsis", "NotImplementedType"]
)
_BARE = frozenset({"*", "/"})
_OPEN = ("_typeshed", "Incomplete")
_CALLABLE = ("collections.abc", "Callable")


def annotation_of(type_: Type, names: TypeNames) -> Fill:
    """Give the annotation of a type, literals widened and its holes `Incomplete`; raises `CannotSay`."""
    writer = _Writer(names)
    template = writer.written(widened(type_))
    if len(template) > _LONGEST_ANNOTATION:
        raise CannotSay("longer than a person reads")
    return _parsed(writer.fill(template))


def _parsed(fill: Fill) -> Fill:
    """Give a filling that is Python."""
    try:
        ast.parse(fill.template.format(*(name for _, name in fill.needs)))
    except (SyntaxError, IndexError, KeyError, ValueError):
        raise CannotSay(fill.template) from None
    return fill


class _Writer:
    """Writes one type, gathering the names that it needs and the protocols that it takes."""

    def __init__(self, names: TypeNames) -> None:
        self._names = names
        self._needs: dict[Place, int] = {}
        self._protocols: dict[str, Protocol] = {}

    def fill(self, template: str) -> Fill:
        return Fill(template, tuple(self._needs), tuple(self._protocols.values()))

    def written(self, type_: Type) -> str:
        match type_.head:
            case "?":
                known = () if NONE in type_.args else type_.args
                return " | ".join([self._word(_OPEN), *map(self.written, known)])
            case "None" | "...":
                return type_.head
            case "()":
                return self._callable(type_) if type_.args else "()"
        inside = [self.written(arg) for arg in type_.args]
        if type_.head == "|":
            return " | ".join(inside)
        if type_.head == "[]":
            return f"[{', '.join(inside)}]"
        return self._named(type_.head) + (f"[{', '.join(inside)}]" if inside else "")

    def _named(self, head: str) -> str:
        if head in _CANNOT_BE_SAID or not _NAME.fullmatch(head):
            raise CannotSay(head)
        star = "*" if head.startswith("*") else ""
        return star + self._word(self._names.place_of(head.lstrip("*")))

    def _callable(self, type_: Type) -> str:
        told = [parameter.name for parameter in type_.parameters]
        if told == ["..."]:
            return f"{self._word(_CALLABLE)}[..., {self.written(type_.result)}]"
        if (unnamed := _without_names(type_.parameters)) is not None:
            written = ", ".join(map(self.written, unnamed))
            return f"{self._word(_CALLABLE)}[[{written}], {self.written(type_.result)}]"
        protocol = _protocol_of(type_, self._names)
        for needed in [*protocol.definition.protocols, protocol]:
            self._protocols[needed.name] = needed
        return self._word(("", protocol.name))

    def _word(self, place: Place) -> str:
        return "{" + str(self._needs.setdefault(place, len(self._needs))) + "}"

    def _parameter(self, found: Parameter) -> str:
        name = found.name.lstrip("*")
        if found.name in _BARE:
            return found.name
        # A parameter without a name is printed by its type alone.
        if found.type is None or not name.isidentifier() or keyword.iskeyword(name):
            raise CannotSay("a callable without names")
        told = found.name if found.type.is_hole else f"{found.name}: {self.written(found.type)}"
        return f"{told} = ..." if found.optional else told

    def definition(self, name: str, type_: Type) -> Fill:
        if len({found.name for found in type_.parameters}) < len(type_.parameters):
            raise CannotSay("a callable without names")
        told = ", ".join(["_self", *(self._parameter(found) for found in type_.parameters)])
        base, result = self._word(("typing", "Protocol")), self.written(type_.result)
        return _parsed(self.fill(f"class {name}({base}):\n    def __call__({told}) -> {result}: ..."))


def _without_names(parameters: Sequence[Parameter]) -> list[Type] | None:
    """Give the types of parameters where none has a name; one that is a single word is printed as a name."""
    if any(found.optional or found.name.startswith(("*", "/")) for found in parameters):
        return None
    if any(found.name and found.type for found in parameters):
        return None
    return [found.type or parse(found.name) for found in parameters]


def _protocol_of(type_: Type, names: TypeNames) -> Protocol:
    """Make the protocol of a callable with named parameters, called by what it says."""
    name = f"_Callable_{hashlib.sha256(repr(type_).encode()).hexdigest()[:8]}"
    return Protocol(name, _Writer(names).definition(name, type_), type_)
