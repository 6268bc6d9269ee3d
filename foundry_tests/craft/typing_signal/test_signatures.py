"""Counting signatures: what is public, what is annotated, and where the first bare one stands.

Add here a form of function or class whose counting could be doubted.
Not here: what the numbers decide (test_markers).
"""

from __future__ import annotations

import ast

import pytest

from foundry_assets.craft.typing_signal.signatures import count_signatures, read_all

_ROWS = [
    ("def f(a: int) -> int: ...", 1, 1, ""),
    ("def f(a): ...", 1, 0, "m.py:1 f"),
    ("def f(a: int): ...", 1, 0, "m.py:1 f"),
    ("async def f(*a: int, k: str = '', **kw: int) -> None: ...", 1, 1, ""),
    ("def f(*a) -> None: ...", 1, 0, "m.py:1 f"),
    ("def f(**kw) -> None: ...", 1, 0, "m.py:1 f"),
    ("def f(a, /) -> None: ...", 1, 0, "m.py:1 f"),
    ("def f(*, k) -> None: ...", 1, 0, "m.py:1 f"),
    ("def _f(a): ...", 0, 0, ""),
    ("__all__ = ['_f']\ndef _f(a): ...", 1, 0, "m.py:2 _f"),
    ("if True:\n  def f(a): ...\nelse:\n  def g() -> int: ...", 2, 1, "m.py:2 f"),
    ("try:\n  pass\nexcept ImportError:\n  def f(a): ...", 1, 0, "m.py:4 f"),
    ("def f() -> int:\n  def inner(a): ...\n  return 1", 1, 1, ""),
    ("class C:\n  def m(self, a: int) -> int: ...", 1, 1, ""),
    ("class C:\n  def m(self, a) -> int: ...", 1, 0, "m.py:2 C.m"),
    ("class _C:\n  def m(self, a): ...", 0, 0, ""),
    ("class C:\n  class D:\n    def m(self): ...", 1, 0, "m.py:3 C.D.m"),
    ("class C:\n  def __init__(self, a: int): ...", 1, 1, ""),
    ("class C:\n  def __init__(self): ...", 1, 0, "m.py:2 C.__init__"),
    ("class C:\n  def __repr__(self): ...\n  def __eq__(self, other): ...", 0, 0, ""),
    ("class C:\n  def __getitem__(self, key): ...", 1, 0, "m.py:2 C.__getitem__"),
    ("class C:\n  @staticmethod\n  def m(a: int) -> int: ...", 1, 1, ""),
    ("class C:\n  @staticmethod\n  def m(a) -> int: ...", 1, 0, "m.py:3 C.m"),
    ("class C:\n  @classmethod\n  def m(cls) -> int: ...", 1, 1, ""),
    (
        "class C:\n  @property\n  def p(self) -> int: ...\n  @p.setter\n  def p(self, v: int): ...\n"
        "  @p.deleter\n  def p(self): ...",
        2,
        2,
        "",
    ),
    ("class C:\n  @property\n  def p(self): ...", 1, 0, "m.py:3 C.p"),
    (
        "@overload\ndef f(a: int) -> int: ...\n@typing.overload\ndef f(a: str) -> str: ...\ndef f(a): ...",
        2,
        2,
        "",
    ),
    ("X = 1", 0, 0, ""),
]


@pytest.mark.parametrize(("text", "public", "annotated", "first_bare"), _ROWS)
def test_signatures_are_counted(text: str, public: int, annotated: int, first_bare: str) -> None:
    """Public signatures, annotated ones and the first bare one are those that a caller meets."""
    count = count_signatures(ast.parse(text), "m.py")
    assert (count.public, count.annotated, count.first_bare) == (public, annotated, first_bare)


def test_the_numbers_read_as_a_sentence() -> None:
    """People read how many are annotated and which to annotate next."""
    count = count_signatures(ast.parse("def f() -> int: ...\ndef add(a): ..."), "core.py")
    assert str(count) == "1 of 2 public signatures annotated; the first bare one: core.py:2 add"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("__all__ = ['a', 'b']", ["a", "b"]),
        ("__all__: list[str] = ['a']", ["a"]),
        ("__all__ = ('a',) + core.__all__", ["a"]),
        ("__all__ = ['a']\n__all__ += ['b']", ["a", "b"]),
        ("__all__ = ['a']\n__all__.extend(['b'])\n__all__.append('c')", ["a", "b", "c"]),
        ("__all__ = [name for name in dir()]", None),
        ("x = 1", None),
    ],
)
def test_all_is_read_as_type_checkers_read_it(text: str, names: list[str] | None) -> None:
    """Literal lists and their sums are known; a computed one is not."""
    assert read_all(ast.parse(text)) == names
