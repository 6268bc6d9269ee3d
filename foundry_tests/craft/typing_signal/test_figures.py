"""How far a package is typed: what counts as a place for a type, and as typed.

Add here a place that people can import.
Not here: what is decided from it (test_markers).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft.typing_signal import Figures
from foundry_assets.craft.typing_signal.figures import figures_of
from foundry_assets.craft.typing_signal.modules import Module

_TEXTS: list[tuple[str, Figures]] = [
    ("", Figures()),
    ("def f(a, b): ...", Figures(untyped=3)),
    ("def f(a: int, *b: str, c: bytes = b'', **d: float) -> None: ...", Figures(typed=5)),
    ("def _f(a): ...", Figures()),
    ("from typing import Any\ndef f(a: Any) -> list[Any]: ...", Figures(any=2)),
    ("import typing as t\ndef f(a: t.Any, b) -> int: ...", Figures(typed=1, any=1, untyped=1)),
    ("from _typeshed import Incomplete\nx: Incomplete\ny: int", Figures(typed=1, any=1)),
    ("class C:\n def __init__(self, a: int): ...\n def m(self): ...", Figures(typed=1, untyped=1)),
    ("class C:\n @staticmethod\n def m(a): ...", Figures(untyped=2)),
    ("class _C:\n def m(self, a): ...", Figures()),
    ("if True:\n async def f(a): ...", Figures(untyped=2)),
]


@pytest.mark.parametrize(("text", "expected"), _TEXTS)
def test_places_are_counted(tmp_path: Path, text: str, expected: Figures) -> None:
    """Public parameters, results and annotated variables count; `self` and `__init__`'s result do not."""
    (tmp_path / "demo.py").write_text(text, "utf-8")
    assert figures_of([Module(tmp_path, "demo", "demo.py", "")]) == expected


def test_a_stub_speaks_for_its_module_and_tests_do_not_count(tmp_path: Path) -> None:
    """What checkers read is what is counted."""
    (tmp_path / "demo.py").write_text("def f(a): ...", "utf-8")
    (tmp_path / "demo.pyi").write_text("def f(a) -> int: ...", "utf-8")
    modules = [
        Module(tmp_path, "demo", "demo.py", "demo.pyi"),
        Module(tmp_path, "demo.test_x", "demo.py", ""),
    ]
    assert figures_of(modules) == Figures(typed=1, untyped=1)


def test_the_share_is_of_all_places() -> None:
    """From 0 to 1, and 1 where there is nothing to type."""
    assert Figures().share == 1.0
    assert Figures(typed=1, any=1, untyped=2).share == 0.25
    assert str(Figures(1, 2, 3)) == "1 typed, 2 Any, 3 untyped"
