"""Writing annotations: every form of type that one can say, and refusal of the others.

Add here a printed type, and the annotation that it becomes.
Not here: where names come from (test_type_names).
"""

from __future__ import annotations

import ast

import pytest
from hypothesis import given

from foundry_assets.craft.stubbing.annotating import annotation_of
from foundry_assets.craft.stubbing.borrowed_names import BorrowedNames
from foundry_assets.craft.stubbing.holes import TOP
from foundry_assets.craft.stubbing.printed_types import Type
from foundry_assets.craft.stubbing.type_names import CannotSay, TypeNames
from foundry_assets.craft.stubbing.type_text import parse
from foundry_tests.craft.stubbing.printed import TYPES

_NAMES = TypeNames(
    "demo", frozenset({"C", "Path", "T"}), {"C": {("demo", "C")}}, {"demo"}, frozenset({"re", "E"})
)


@pytest.mark.parametrize(
    ("printed", "annotation"),
    [
        ("int | None", "int | None"),
        ("Literal['a', 1]", "str | int"),
        ("list[Unknown]", "list[Incomplete]"),
        ("dict[str, re.Pattern[str]]", "dict[str, _Pattern[str]]"),
        ("tuple[()]", "tuple[()]"),
        ("tuple[int, ...]", "tuple[int, ...]"),
        ("type[C]", "type[C]"),
        ("Self@C", "_Self"),
        ("T@f", "T"),
        ("tuple[*Ts@f]", None),
        ("() -> int", "_Callable[[], int]"),
        ("(...) -> list[int]", "_Callable[..., list[int]]"),
        ("Generator[int, Any, None]", "_Generator[int, Incomplete, None]"),
        ("_Wrapped[..., Unknown, ..., int]", "__Wrapped[..., Incomplete, ..., int]"),
        ("list[int] | list[str] | None", "list[int] | list[str] | None"),
        ('Module("x")', None),
        ("Overload[() -> int, () -> str]", None),
        ("property", None),
        ("TypeGuard[int]", None),
        ("(int, str) -> None", "_Callable[[int, str], None]"),
        ("(Any, list[C]) -> int", "_Callable[[Incomplete, list[C]], int]"),
        ("(int, *args: int) -> None", None),
        ("(nobody) -> None", None),
        ("(NotImplementedType | bool)", "bool"),
        ("list[Unknown | int]", "list[Incomplete | int]"),
        ("list[Unknown | int | None]", "list[Incomplete]"),
        ("(a: int, a: int) -> None", None),
        ("(lambda: int) -> None", None),
        ("list[Nobody]", None),
        ("A & B", None),
        (" | ".join(f"list[{'list[' * depth}int{']' * depth}]" for depth in range(20)), None),
    ],
)
def test_a_type_is_written_or_refused(printed: str, annotation: str | None) -> None:
    """What an annotation can say is said with imported names; for the rest there is no second best."""
    if annotation is None:
        with pytest.raises(CannotSay):
            annotation_of(parse(printed), _NAMES)
    else:
        assert _text(parse(printed)) == [annotation]


def test_a_callable_with_names_becomes_a_protocol() -> None:
    """Parameters keep their names, kinds and defaults, so that one calls it as before."""
    text, definition = _text(parse("(a: Unknown, /, *b: int, c: C = 1, **d: Unknown) -> (e: int) -> None"))[
        :2
    ]
    assert text.startswith("_Callable_")
    inner = _text(parse("(a: Unknown, /, *b: int, c: C = 1, **d: Unknown) -> (e: int) -> None"))[2]
    assert "def __call__(_self, e: int) -> None: ..." in definition + inner
    assert "def __call__(_self, a, /, *b: int, c: C = ..., **d) -> _Callable_" in definition + inner


@given(TYPES)
def test_what_is_written_can_be_parsed(type_: Type) -> None:
    """No type leads to a stub that is no Python."""
    try:
        told = _text(type_)
    except CannotSay:
        return
    ast.parse("\n".join(f"x: {told[0]}" if number == 0 else line for number, line in enumerate(told)))


def _text(type_: Type) -> list[str]:
    names = BorrowedNames(ast.parse(""))
    return [names.text_of(annotation_of(type_, _NAMES), TOP), *names.additions()]
