"""Names that statements bind, wherever they stand.

Add here a statement, and the names that it binds.
Not here: what becomes of it in a stub (test_skeleton).
"""

from __future__ import annotations

import ast

import pytest

from foundry_assets.craft.stubbing.bound_names import bound_names, exported_names, own_names

_SOURCE = """
import a.b, c as d
from e import f, g as h, _i
from j import *
x = y = 1
(k, [l, *m]), n.o = z
p: int
q += 1
for r in s:
    t = 1
else:
    u = 1
with v as (w, aa):
    bb = 1
try:
    cc = 1
except E as ee:
    dd = 1
finally:
    ff = 1
match gg:
    case 1:
        hh = 1
def ii():
    inner = 1
class jj:
    inner = 1
if __name__ == "__main__":
    kk = 1
"""


_OWN = "x y k l m p q r t u w aa bb cc dd ff hh ii jj"


def test_every_statement_binds_its_names() -> None:
    """At every depth but inside functions and classes, and not in attributes or items."""
    assert sorted(bound_names(ast.parse(_SOURCE).body)) == sorted(f"a d f h _i * {_OWN} kk".split())


def test_a_module_makes_what_it_does_not_import() -> None:
    """Neither imports nor what only a script binds are its own."""
    assert sorted(own_names(ast.parse(_SOURCE))) == sorted(_OWN.split())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1", None),
        ("__all__ = ['a', 'b']", ["a", "b"]),
        ("__all__ = ('a',) + other.__all__", ["a"]),
        ("__all__: list[str] = ['a']", ["a"]),
        ("if X:\n    __all__ = ['a']\nelse:\n    __all__ = ['b']", ["a", "b"]),
        ("__all__ = ['a']\n__all__ += ['b', 'a']\n__all__.extend(['c'])", ["a", "b", "c"]),
        ("__all__ = []", []),
        ("__all__ = make()", []),
    ],
)
def test_what_all_shows_is_exported(source: str, expected: list[str] | None) -> None:
    """Each text in it, however it is put together."""
    assert exported_names(ast.parse(source)) == expected
