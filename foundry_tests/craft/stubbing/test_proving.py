"""What a difference between two looks means: harm, a gain, or nothing to anybody.

Add here a difference, and whether a consumer is harmed.
Not here: comparing types (test_comparing), what is dropped (test_dropping).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft.stubbing.checkers import Answer
from foundry_assets.craft.stubbing.comparing import Comparison
from foundry_assets.craft.stubbing.drafts import Draft
from foundry_assets.craft.stubbing.holes import Fill, Hole, Protocol
from foundry_assets.craft.stubbing.looking import Seen
from foundry_assets.craft.stubbing.proving import Difference, counts, differences, harm_of
from foundry_assets.craft.stubbing.type_text import parse
from foundry_tests.craft.stubbing.small_packages import source_of

_INT = Fill("{0}", (("builtins", "int"),))


def _seen(checker: str = "mypy", **answers: Answer) -> Seen:
    return Seen({checker: {("demo.core", symbol): answer for symbol, answer in answers.items()}})


def _draft(folder: Path, *filled: str) -> Draft:
    holes = [Hole(f"result {name} 1", "result", name, name) for name in ("f", "g")]
    return Draft(
        source_of(folder, "def f(): ...\ndef g(): ...\n"),
        holes=holes,
        fills={hole.key: _INT for hole in holes if hole.symbol in filled},
    )


def test_only_what_differs_is_told() -> None:
    """The same type and the same faults are no difference; more, less and other ones are."""
    before = _seen(
        same=Answer("int"),
        better=Answer("Unknown"),
        worse=Answer("int"),
        faulty=Answer("int"),
        mended=Answer("int", frozenset({"rule"})),
        gone=Answer("int"),
    )
    after = _seen(
        same=Answer("int"),
        better=Answer("int"),
        worse=Answer("Unknown"),
        faulty=Answer("int", frozenset({"rule"})),
        mended=Answer("int"),
    )
    found = {told.symbol: told for told in differences(before, after)}
    assert set(found) == {"better", "worse", "faulty", "mended", "gone"}
    assert {name for name, told in found.items() if told.is_gain} == {"better", "mended"}
    assert {told.symbol for told in harm_of(found.values(), {})} == {"worse", "faulty", "gone"}
    assert counts(found.values()) == {"mypy": 5}


def test_a_protocol_behind_a_stub_is_no_difference(tmp_path: Path) -> None:
    """A class of ours that says a callable is understood as that callable."""
    meaning = parse("(a: Unknown) -> int")
    draft = _draft(tmp_path)
    draft.fills = {"result f 1": Fill("{0}", (("", "_C"),), (Protocol("_C", Fill(""), meaning),))}
    before, after = _seen(f=Answer("() -> ((a: Unknown) -> int)")), _seen(f=Answer("() -> _C"))
    assert differences(before, after, [draft]) == []
    assert [told.how for told in differences(before, after)] == [Comparison.CHANGED]


@pytest.mark.parametrize(
    ("checker", "symbol", "before", "harms"),
    [
        ("mypy", "f", "def () -> object", False),
        ("mypy", "f()", "object", False),
        ("mypy", "g", "def () -> str", True),
        ("pyrefly", "f", "() -> str", True),
        ("pyrefly", "f", "() -> LiteralString", False),
        ("basedpyright", "f", "() -> object", True),
    ],
)
def test_another_type_is_harm_unless_nobody_relied_on_it(
    checker: str, symbol: str, before: str, harms: bool, tmp_path: Path
) -> None:
    """A filling may replace what a checker gives up at; never what the one that filled it infers itself."""
    found = Difference(checker, "demo.core", symbol, before, "() -> int", Comparison.CHANGED)
    assert bool(harm_of([found], {"demo.core": _draft(tmp_path, "f")})) is harms


def test_a_difference_is_told_in_short() -> None:
    """People read which checker says what, long types cut."""
    told = str(Difference("mypy", "demo", "f", "int | " * 90, "str", Comparison.WORSE, ("rule",)))
    assert told.startswith("mypy: `f` was `int | int |")
    assert told.endswith("| …`, became `str` (rule)")
    assert len(told) < 180
