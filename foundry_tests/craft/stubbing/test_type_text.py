"""Reading printed types: every form that the four checkers use, and nothing else.

Add here a promise about reading; a new form goes into the table of printed.
Not here: comparing types (test_comparing).
"""

from __future__ import annotations

import pytest
from hypothesis import given

from foundry_assets.craft.stubbing.printed_types import Type
from foundry_assets.craft.stubbing.type_text import Unreadable, parse
from foundry_tests.craft.stubbing.printed import FORMS, TYPES, UNREADABLE, written


@pytest.mark.parametrize(("text", "plain"), FORMS)
def test_every_form_of_a_checker_is_read(text: str, plain: str) -> None:
    """What a checker prints is read as what it says."""
    assert written(parse(text)) == plain


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_type_is_refused(text: str) -> None:
    """A text in another form is not guessed at."""
    with pytest.raises(Unreadable):
        parse(text)


def test_a_type_too_deep_to_read_is_refused() -> None:
    """A type nested beyond reason ends in the same refusal, not in a crash."""
    with pytest.raises(Unreadable):
        parse("list[" * 5000 + "int" + "]" * 5000)


@given(TYPES)
def test_what_is_written_is_read_again(type_: Type) -> None:
    """Reading and writing are each other's inverse."""
    assert parse(written(type_).replace("?", "Unknown")) == type_


@pytest.mark.parametrize(
    ("text", "holes"),
    [
        ("int", 0),
        ("Unknown", 1),
        ("list[Unknown] | None", 1),
        ("(a: Unknown, b: int, *args: Unknown) -> Any", 3),
        ("def f(a, b=1, *, c) -> int", 3),
        ("(a: int, /, *, b: int) -> int", 0),
        ("dict[str, list[Any]] | Unknown", 2),
    ],
)
def test_holes_are_counted(text: str, holes: int) -> None:
    """Each place where nothing is known counts once, a parameter without a type too."""
    assert parse(text).holes == holes
