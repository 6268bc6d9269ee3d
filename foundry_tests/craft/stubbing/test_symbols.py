"""Questions: what of a module is asked, and how they are laid out so that none hides another.

Add here a way in which consumers touch a module.
Not here: who answers (test_checkers), what answers mean (test_proving).
"""

from __future__ import annotations

import ast

import pytest

from foundry_assets.craft.stubbing.sheets import STAR, sheet_of
from foundry_assets.craft.stubbing.symbols import about, is_call, questions_of

_SOURCE = """
__all__ = ["f", "C", "handed"]
from .core import handed, other
import os
X, _y = 1, 2
def f(a, b: int, *, c=1): ...
def many(a, b, c, d): ...
def demands(*, a): ...
class C:
    z = 1
    def __init__(self, q): self.attribute = q
    def m(self, a: int): ...
    @staticmethod
    def s(a, /): ...
    @property
    def p(self): ...
    def __len__(self): ...
    class Inner:
        def n(self): ...
class E(Enum):
    A = 1
if X:
    def late(): ...
if __name__ == "__main__":
    script = 1
"""


def test_everything_that_a_module_offers_is_asked() -> None:
    """Its own names, members of its classes, calls, and names that come by a star; no script, no foreign name."""  # noqa: E501
    assert [question.symbol for question in questions_of(ast.parse(_SOURCE), used=("other",))] == [
        *("X", "_y", "f", "many", "demands", "C", "E", "late", "other"),
        *("f(a=_a, b=_a, c=_a)", "f(_a, _a)", "f(1, 2)", "f('a', 'b')", "f([1], [2])"),
        *("many(a=_a, b=_a, c=_a, d=_a)", "demands(a=_a)"),
        *("C.z", "C.__init__", "C.m", "C.s", "C.p", "C.__len__", "C.Inner", "C.attribute"),
        *("C(q=_a)", "C(_a)", "C(1)", "C('a')", "C([1])", "C.m(a=_a)", "C.m(_a)"),
        *("C.s(_a)", "C.s(1)", "C.s('a')", "C.s([1])"),
        *("C.Inner.n", "C.Inner.__init__", "C.Inner.n()", "E.A", "late()"),
        *("import f", "import C", "import handed"),
    ]


def test_members_are_asked_of_an_instance() -> None:
    """An attribute is read as consumers read it; an enumeration's members and `__init__` belong to the class."""  # noqa: E501
    told = {question.symbol: (question.owner, question.text) for question in questions_of(ast.parse(_SOURCE))}
    assert told["C.attribute"] == ("C", "reveal_type(o.attribute)")
    assert told["C.Inner.n"] == ("C.Inner", "reveal_type(o.n)")
    assert told["C.__init__"] == ("", "reveal_type(_m.C.__init__)")
    assert told["E.A"] == ("", "reveal_type(_m.E.A)")
    assert told["C.m(_a)"] == ("C", "reveal_type(o.m(_a))")
    assert told["import handed"] == (STAR, "handed")


def test_clones_are_asked_in_their_class() -> None:
    """A function without its decorators is asked where it stands."""
    found = questions_of(ast.parse("class C: ..."), clones=["C.bare_f_3", "bare_g_1"])
    assert [(q.symbol, q.owner, q.text) for q in found if "bare" in q.symbol] == [
        ("C.bare_f_3", "C", "reveal_type(o.bare_f_3)"),
        ("bare_g_1", "", "reveal_type(_m.bare_g_1)"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\n_y = 1\nimport os\n", ["x"]),
        ("x = 1\n__all__ = []\n", []),
        ("def reveal_type(a): ...\nx = 1\n", []),
        ("__all__ = ['a']\n__all__ += ['b']\n__all__.append('c')\n", ["a", "b", "c"]),
    ],
)
def test_what_a_star_brings_is_asked(source: str, expected: list[str]) -> None:
    """Public names, or those of `__all__`; nothing where one would replace a word of the sheet."""
    found = [question.text for question in questions_of(ast.parse(source)) if question.owner == STAR]
    assert found == expected


def test_every_module_has_a_file_of_its_own() -> None:
    """Names that differ in a dot or an underscore only are not mixed up."""
    files = {sheet_of(name, []).file for name in ("demo.a.b", "demo.a_b", "demo.a__b", "demo_a.b")}
    assert len(files) == 4
    assert all(file.removesuffix(".py").isidentifier() for file in files)


@pytest.mark.parametrize(
    ("symbol", "name", "calls"),
    [
        ("f", "f", False),
        ("f(_a, 1)", "f", True),
        ("C.m('a b')", "C.m", True),
        ("import f", "f", False),
        ("C.x", "C.x", False),
    ],
)
def test_a_question_is_about_a_name(symbol: str, name: str, calls: bool) -> None:
    """What is called or imported is what a question is about."""
    assert (about(symbol), is_call(symbol)) == (name, calls)
