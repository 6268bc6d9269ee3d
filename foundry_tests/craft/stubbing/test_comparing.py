"""Comparing types: what is better, the same, wider, another, or worse, in the words of four checkers.

Add here a pair of printed types, and what a consumer makes of the change.
Not here: reading types (test_type_text), what follows from a comparison (test_proving, test_gate).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from foundry_assets.craft.stubbing.comparing import Comparison, compare, gives_nothing
from foundry_assets.craft.stubbing.printed_types import HOLE, Type, widened
from foundry_assets.craft.stubbing.type_text import parse
from foundry_tests.craft.stubbing.printed import TYPES, written

BETTER, SAME, WIDENED, CHANGED, WORSE = Comparison

_PAIRS = [
    ("int", "int", SAME),
    ("Unknown", "int", BETTER),
    ("Unknown", "Any", SAME),
    ("Any", "Any | None", SAME),
    ("int", "Unknown", WORSE),
    ("int", "int | Unknown", WORSE),
    ("int | Unknown", "Any", SAME),
    ("int", "str", CHANGED),
    ("int", "int | None", CHANGED),
    ("int | None", "int", CHANGED),
    ("None", "Unknown", WORSE),
    ("None", "Any | None", WIDENED),
    ("() -> None", "() -> (Any | None)", WIDENED),
    ("def (x: Any)", "def (x: Any) -> Any", WORSE),
    ("Never", "Unknown", SAME),
    ("() -> NoReturn", "() -> int", SAME),
    ("int", "Never", CHANGED),
    # unions, in any order
    ("int | None", "None | int", SAME),
    ("list[Unknown] | None", "None | list[int]", BETTER),
    ("list[Unknown] | list[int]", "list[int] | list[str]", BETTER),
    ("list[int] | None", "list[Unknown] | None", WORSE),
    ("list[int] | None", "Unknown", WORSE),
    ("list[int] | dict[str, int]", "list[Unknown] | tuple[int]", WORSE),
    ("list[int] | None", "list[int] | str | None", CHANGED),
    ("Literal['a'] | Literal[1]", "int | str", WIDENED),
    ("A | B | C | D | E | F", "G | H | I | J | K | L", CHANGED),
    # parts
    ("dict[str, Unknown]", "dict[str, int]", BETTER),
    ("dict[str, Unknown]", "dict[str, Any]", SAME),
    ("dict[str, int]", "dict[str, Unknown]", WORSE),
    ("dict[str, Unknown]", "dict[Unknown, int]", WORSE),
    ("dict[str, int]", "dict", WORSE),
    ("tuple[int, str]", "tuple[int]", CHANGED),
    ("type[C]", "type[D]", CHANGED),
    ("CoroutineType[Any, Any, int]", "CoroutineType[Any, Any, Any]", WORSE),
    # literals
    ("Literal['a']", "str", WIDENED),
    ("Literal['a', 'b'] | None", "str | None", WIDENED),
    ("Literal['a', 'b']", "Literal['b', 'a']", SAME),
    ("Literal['a']", "Literal['a', 'b']", WIDENED),
    ("Literal['a']", "Literal['b']", CHANGED),
    ("Literal['a'] | None", "Literal['b'] | None", CHANGED),
    ("Literal['a']", "int", CHANGED),
    ("Literal['a']", "Unknown", WORSE),
    ("str", "Literal['a']", CHANGED),
    ("tuple[Literal[1], Unknown]", "tuple[Literal[1], int]", BETTER),
    ("tuple[Literal[1], Unknown]", "tuple[int, int]", WIDENED),
    ("tuple[Literal[1], str]", "tuple[int, Unknown]", WORSE),
    ("Literal[True, False]", "bool", WIDENED),
    ("Literal['x']?", "str", WIDENED),
    # callables
    ("(a: Unknown) -> Unknown", "(a: Unknown) -> int", BETTER),
    ("(a: Unknown) -> int", "(a: int) -> int", BETTER),
    ("(a, b=1) -> None", "(a, b: int = 1) -> None", BETTER),
    ("(a: int) -> int", "(a: Unknown) -> int", WORSE),
    ("(a: int) -> int", "(b: int) -> int", CHANGED),
    ("(a: int) -> None", "(a: int, b: int) -> None", CHANGED),
    ("(a: int = 1) -> int", "(a: int) -> int", CHANGED),
    ("(a: int = 1) -> int", "(a: int = ...) -> int", SAME),
    ("(*, a: int) -> int", "(a: int) -> int", CHANGED),
    ("(a: Unknown) -> list[int]", "(a: Unknown) -> Unknown", WORSE),
    ("def f(a) -> Unknown", "def f(a) -> int", BETTER),
    ("Overload[(x: int) -> int, (x: str) -> str]", "Overload[(x: int) -> int, (x: str) -> Unknown]", WORSE),
    # what cannot be read must stay
    ("<super: C, C>", "<super: C, C>", SAME),
    ("<super: C, C>", "C", CHANGED),
    ("C", "<super: C, C>", CHANGED),
]


@pytest.mark.parametrize(("before", "after", "expected"), _PAIRS)
def test_a_change_is_named(before: str, after: str, expected: Comparison) -> None:
    """Every change between two printed types is one of five."""
    assert compare(before, after) is expected


def test_a_protocol_of_ours_is_what_it_stands_for() -> None:
    """A callable that a class of ours says is the same as the callable itself."""
    meanings = {"_Callable_1": parse("(a: Unknown, *, b: int = 1) -> Unknown")}
    before = "() -> ((a: Unknown, *, b: int = 1) -> Unknown)"
    assert compare(before, "() -> _Callable_1", meanings) is SAME
    assert compare(before, "() -> demo.core._Callable_1", meanings) is SAME
    assert compare(before, "() -> _Callable_1") is CHANGED
    assert compare("() -> ((b: Unknown) -> Unknown)", "() -> _Callable_1", meanings) is CHANGED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("None", True),
        ("(a: int) -> None", True),
        ("def (a: Any)", True),
        ("int | None", False),
        ("(a: None) -> int", False),
        ("<super: C, C>", False),
        ("list[None]", False),
    ],
)
def test_giving_nothing_is_known(text: str, expected: bool) -> None:
    """None alone, or a function that gives it and nothing else."""
    assert gives_nothing(text) is expected


@given(TYPES)
def test_a_type_is_the_same_as_itself(type_: Type) -> None:
    """Nothing changes where nothing changed."""
    assert compare(_text(type_), _text(type_) + " ") is SAME


@given(TYPES, st.data())
def test_filling_a_hole_is_never_worse(type_: Type, data: st.DataObject) -> None:
    """Whatever is put where nothing was known, no consumer knows less."""
    ways = [*_with_one_replaced(type_, Type("Filled"), holes=True)]
    assume(ways)
    after = data.draw(st.sampled_from(ways))
    assert compare(_text(type_), _text(after)) <= SAME


@given(TYPES, st.data())
def test_forgetting_a_part_is_worse(type_: Type, data: st.DataObject) -> None:
    """Wherever something was known and is not any more, that is seen."""
    ways = [*_with_one_replaced(type_, HOLE, holes=False)]
    assume(ways)
    after = data.draw(st.sampled_from(ways))
    assert compare(_text(type_), _text(after)) is WORSE


@given(TYPES)
def test_widening_is_never_more_than_widening(type_: Type) -> None:
    """Literals given as their classes are told as such, and as nothing worse."""
    assert compare(_text(type_), _text(widened(type_))) <= WIDENED


@given(st.lists(TYPES, min_size=2, max_size=2))
def test_the_order_of_a_union_means_nothing(members: list[Type]) -> None:
    """Checkers print members in the order in which they met them."""
    first, second = (f"list[{_text(member)}]" for member in members)
    assert compare(f"{first} | {second}", f"{second} | {first}") is SAME


def _text(type_: Type) -> str:
    return written(type_).replace("?", "Unknown")


def _with_one_replaced(type_: Type, other: Type, *, holes: bool) -> Iterator[Type]:
    """Give the type with one of its holes, or one of its known parts, replaced; members of unions stay."""
    if type_.is_hole is holes:
        yield other
    if type_.head not in {"|", "?", "Literal"}:
        for place, arg in enumerate(type_.args):
            for changed in _with_one_replaced(arg, other, holes=holes):
                yield replace(type_, args=(*type_.args[:place], changed, *type_.args[place + 1 :]))
    for place, found in enumerate(type_.parameters):
        for changed in _with_one_replaced(found.type, other, holes=holes) if found.type else ():
            told = (replace(found, type=changed),)
            others = (type_.parameters[:place], type_.parameters[place + 1 :])
            yield replace(type_, parameters=(*others[0], *told, *others[1]))
