"""The verdict on a typing signal: what passes, what warns, what blocks, and how it reads.

Add here an outcome that people must understand at first sight.
Not here: how it came about (test_adding).
"""

from __future__ import annotations

import pytest

from foundry_assets.catalog import TypingMode
from foundry_assets.craft.stubbing.records import ModuleProof, Proof
from foundry_assets.craft.typing_signal import (
    Inclusion,
    MarkerSignal,
    ModuleSignal,
    Told,
    TypingSignal,
    judge_signal,
    rows_of,
)

_ADDED = (ModuleSignal("demo/core.py", "stub added", "3 types filled in"),)
_MARKED = (MarkerSignal("demo", "demo/py.typed", "added", "all annotated"),)
_WHAT = "1 stub and 1 marker added; symbols known better: 3 for mypy"
_LOSS = "mypy: `f` was `int`, became `Any`"


def _proof(*, harm: int = 0, withheld: bool = False, kept: int = 0, asked: int = 40) -> Proof:
    module = ModuleProof(
        module="demo.core",
        why="",
        gains={"mypy": 3, "ty": 0},
        harm={"mypy": harm} if harm else {},
        told=(_LOSS,) if harm else (),
    )
    return Proof(
        modules=(module,),
        checkers={"mypy": "2.0", "ty": "0.1"},
        asked=asked,
        kept=kept,
        withheld={"demo": _LOSS} if withheld else {},
    )


def _signal(
    proof: Proof | None, mode: TypingMode = "auto", *, unasked: str = "", added: bool = True
) -> TypingSignal:
    return TypingSignal(
        mode, "hatchling", _ADDED if added else (), _MARKED if added else (), proof=proof, unasked=unasked
    )


_CASES: list[tuple[TypingSignal, Told]] = [
    (
        _signal(_proof()),
        Told(
            True,
            True,
            f"{_WHAT} (40 questions asked); worse for none of them",
        ),
    ),
    (
        _signal(_proof(kept=1, asked=0)),
        Told(
            True,
            True,
            f"{_WHAT} (1 module proven earlier); worse for none of them",
        ),
    ),
    (
        _signal(_proof(harm=2, withheld=True), added=False),
        Told(True, True, "0 stubs and 0 markers added: every type is said already, or would be said worse"),
    ),
    (
        _signal(None),
        Told(
            True,
            True,
            "1 stub and 1 marker added: nothing of what was decided depends on what a checker infers",
        ),
    ),
    (
        _signal(None, unasked="ty not installed", added=False),
        Told(True, True, "0 stubs and 0 markers added, by the text alone: ty not installed"),
    ),
    (_signal(None, "off", added=False), Told(True, True, "nothing is added where `typing` is off")),
]


@pytest.mark.parametrize(("signal", "expected"), _CASES)
def test_what_harms_nobody_passes(signal: TypingSignal, expected: Told) -> None:
    """The verdict says what was added, for whom it is better, and that it is worse for nobody."""
    assert judge_signal(signal) == expected


@pytest.mark.parametrize(("mode", "is_wanted"), [("auto", False), ("full", True), ("marker", True)])
def test_a_loss_does_not_pass(mode: TypingMode, is_wanted: bool) -> None:
    """It blocks under `auto`; the other modes ask for it, so there it warns, with numbers."""
    told = judge_signal(_signal(_proof(harm=2), mode))
    assert (told.passed, told.is_wanted) == (False, is_wanted)
    assert "worse: 2 for mypy, such as " + _LOSS in told.message


def test_the_plan_has_a_row_for_everything() -> None:
    """Markers first, then settings, then module by module."""
    signal = TypingSignal(
        "auto", "hatchling", _ADDED, _MARKED, (Inclusion("pyproject.toml", "artifacts gains *.pyi"),)
    )
    assert [tuple(row.values()) for row in rows_of(signal)] == [
        ("demo/py.typed", "py.typed added", "all annotated"),
        ("pyproject.toml", "include setting", "artifacts gains *.pyi"),
        ("demo/core.py", "stub added", "3 types filled in"),
    ]
