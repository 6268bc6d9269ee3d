"""What can be done with a printed type: unions, widening, putting meanings in place, filling holes.

Add here a promise about one type alone.
Not here: reading (test_type_text) and comparing (test_comparing).
"""

from __future__ import annotations

import pytest
from hypothesis import given

from foundry_assets.craft.stubbing.printed_types import HOLE, Type, expanded, merged, union_of, widened
from foundry_assets.craft.stubbing.type_text import parse
from foundry_tests.craft.stubbing.printed import TYPES, written


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("Literal[1]", "int"),
        ("Literal['a', 'b', b'c', True, -3]", "str | bytes | bool | int"),
        ("Literal[demo.E.A, demo.E.B]", "demo.E"),
        ("tuple[Literal[1], LiteralString] | None", "tuple[int, str] | None"),
        ("Literal[1] | int", "int"),
        ("(a: Literal[1]) -> Literal[2]", "(a: Literal[1]) -> int"),
        ("list[Unknown]", "list[?]"),
    ],
)
def test_literals_are_widened(text: str, wide: str) -> None:
    """A literal becomes its class, wherever it is given; what a parameter takes stays."""
    assert written(widened(parse(text))) == wide


@given(TYPES)
def test_widening_twice_does_what_once_does(type_: Type) -> None:
    """A wide type is as wide as it gets."""
    assert widened(widened(type_)) == widened(type_)


def test_a_hole_in_a_union_makes_it_one() -> None:
    """What is known beside a hole is kept with it, but nothing is certain any more."""
    found = union_of([Type("int"), HOLE, Type("None")])
    assert found.is_hole
    assert found.args == (Type("int"), Type("None"))


def test_unions_in_unions_are_one() -> None:
    """Members of members are members, each once."""
    inner = union_of([Type("int"), Type("str")])
    assert union_of([inner, Type("str"), Type("None")]) == Type("|", (Type("int"), Type("str"), Type("None")))


@pytest.mark.parametrize(
    ("first", "other", "both"),
    [
        ("Unknown", "int", "int"),
        ("int", "str", "int"),
        ("dict[str, Unknown]", "dict[Unknown, int]", "dict[str, int]"),
        ("dict[str, Unknown]", "list[int]", "dict[str, ?]"),
        ("tuple[Unknown, int]", "tuple[str, int, int]", "tuple[?, int]"),
        ("list[Unknown] | None", "None | list[int]", "list[?] | None"),
        ("(a: Unknown) -> Unknown", "(a: int) -> int", "(a: ?) -> ?"),
    ],
)
def test_holes_take_what_others_know(first: str, other: str, both: str) -> None:
    """Only a type of the very same form fills a hole, and what is known stays."""
    assert written(merged(parse(first), parse(other))) == both


def test_names_are_replaced_by_what_they_mean() -> None:
    """A class of ours is read as the callable that it stands for, wherever it stands."""
    meanings = {"_Callable_1": parse("(a: int) -> str")}
    found = expanded(parse("(f: demo._Callable_1) -> (list[_Callable_1] | None)"), meanings)
    assert written(found) == "(f: (a: int) -> str) -> list[(a: int) -> str] | None"
    assert expanded(found, {}) is found
