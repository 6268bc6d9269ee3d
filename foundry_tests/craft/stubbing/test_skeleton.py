"""The skeleton of a stub: what of a module is kept word for word, and where a hole is left.

Add here a piece of source and the stub that it must become.
Not here: functions and classes (test_functions, test_class_bodies), what fills the holes (test_filling).
"""

from __future__ import annotations

import ast
import sys

import pytest

from foundry_assets.craft.stubbing.holes import NOTHING_YET, Fill
from foundry_assets.craft.stubbing.skeleton import Skeleton
from foundry_tests.craft.stubbing.small_packages import plain, stub_text

_OPEN = "from _typeshed import Incomplete\n"

CASES: dict[str, tuple[str, str]] = {
    "empty": ("", ""),
    "docstring": ("'''Words.'''\n", ""),
    "side effects": ("print(1)\nx.y = 2\nx[0] = 3\nassert x\n", ""),
    "script": ("if __name__ == '__main__':\n    x = 1\nif '__main__' == __name__:\n    y = 1\n", ""),
    "future": ("from __future__ import annotations\n", ""),
    # imports
    "own re-export": ("from .core import f, g as h\n", "from .core import f as f, g as h"),
    "own re-export by its full name": ("from demo.core import f\n", "from demo.core import f as f"),
    "own modules": ("from . import a\nimport demo.b\n", "from . import a as a\nimport demo.b"),
    "foreign imports": (
        "import os, re as r\nfrom io import BytesIO\n",
        "import os, re as r\nfrom io import BytesIO",
    ),
    "star": ("from .core import *\nfrom os.path import *\n", "from .core import *\nfrom os.path import *"),
    "made in one branch": (
        "try:\n    from fast import f\nexcept ImportError:\n    def f(a): ...\n",
        "try:\n    from fast import f as f\nexcept ImportError:\n    def f(a): ...",
    ),
    # conditions
    "if": (
        "import sys\nif sys.version_info >= (3, 12):\n    def f(): ...\nelif X:\n    import a\n"
        "else:\n    print()\n",
        "import sys\nif sys.version_info >= (3, 12):\n    def f(): ...\nelif X:\n    import a",
    ),
    "if with nothing to keep": ("if DEBUG:\n    print()\n", ""),
    "if with only an else": (
        "if A:\n    print()\nelse:\n    import b\n",
        "if A:\n    pass\nelse:\n    import b",
    ),
    "type checking": (
        "if TYPE_CHECKING:\n    from .core import C\n",
        "if TYPE_CHECKING:\n    from .core import C as C",
    ),
    "try": (
        "try:\n    import json\nexcept ImportError as e:\n    json = None\nelse:\n    print()\n"
        "finally:\n    X: int = 1\n",
        "try:\n    import json as json\nexcept ImportError as e:\n    json = None\nfinally:\n    X: int = 1",
    ),
    "try with nothing to keep": ("try:\n    print()\nexcept E:\n    pass\n", ""),
    "try that only catches": (
        "try:\n    unicode\nexcept NameError:\n    unicode = str\n",
        "try:\n    pass\nexcept NameError:\n    unicode = str",
    ),
    "try star": (
        "try:\n    import a\nexcept* E:\n    pass\n",
        "try:\n    import a\nexcept* E:\n    pass",
    ),
    "with": ("with suppress(E):\n    import a\n", "with suppress(E):\n    import a"),
    "raise": ("if X:\n    raise ImportError('no')\n", "if X:\n    raise ImportError('no')"),
    "assert on the system": ("assert sys.platform == 'linux'\n", "assert sys.platform == 'linux'"),
    # loops and deletion
    "for": (
        "for i, (j, *k) in y:\n    z = i\n    def f(): ...\ndel i, j\n",
        f"{_OPEN}f: Incomplete\ni: Incomplete\nj: Incomplete\nk: Incomplete\nz: Incomplete\ndel i, j",
    ),
    "while": ("while True:\n    x = 1\n", f"{_OPEN}x: Incomplete"),
    "match": ("match y:\n    case 1:\n        x = 1\n", f"{_OPEN}x: Incomplete"),
    "deleted item": ("del x[0]\n", ""),
    "global": (
        "def f():\n    global made, seen\n    made = 1\nseen = 2\n",
        f"{_OPEN}def f(): ...\nseen = 2\nmade: Incomplete",
    ),
    # values
    "short value without an answer": ("X = {'a': 1}\n", "X = {'a': 1}"),
    "long value without an answer": (f"X = {list(range(100))}\n", f"{_OPEN}X: Incomplete"),
    "several names": ("a = b = 1\nc, d = g()\n", "a = b = 1\nc, d = g()"),
    "type variables": (
        "T = TypeVar('T', bound=int)\nP = t.ParamSpec('P')\nU = NewType('U', int)\n",
        "T = TypeVar('T', bound=int)\nP = t.ParamSpec('P')\nU = NewType('U', int)",
    ),
    "aliases": (
        "A = pathlib.Path\nB = Union[int, str]\nC = int | None\nD = List['E']\nf = g\n",
        "A = pathlib.Path\nB = Union[int, str]\nC = int | None\nD = List['E']\nf = g",
    ),
    "lambda": ("f = lambda a, b=1: a\n", "f = lambda a, b=1: a"),
    "made types": ("N = namedtuple('N', 'a b')\n", "N = namedtuple('N', 'a b')"),
    "type comment": ("x = []  # type: list[int]\n", "x: list[int]"),
    "unsound type comment": ("x = 1  # type: 1 +\n", "x = 1"),
    "annotated": ("x: int\ny: Final = 3\n", "x: int\ny: Final = 3"),
    "annotated with a long value": (f"x: list[int] = {list(range(100))}\n", "x: list[int] = ..."),
    "bare Final with a long value": (f"x: Final = {'a' * 250!r}\n", f"x: Final = {'a' * 250!r}"),
    "annotated attribute": ("x.y: int = 3\n", ""),
    "own version": (
        "__version__ = '1.0'\nVERSION = '1'\nversion_info = (1, 0)\n",
        "__version__: str\nVERSION: str\nversion_info = (1, 0)",
    ),
    # __all__ in all its forms
    "all": (
        f"__all__ = {['name' + str(i) for i in range(40)]}\n",
        f"__all__ = {['name' + str(i) for i in range(40)]}",
    ),
    "all that grows": (
        "__all__ = ['a']\n__all__ += core.__all__\n__all__.extend(['b'])\n__all__.append('c')\n",
        "__all__ = ['a']\n__all__ += core.__all__\n__all__.extend(['b'])\n__all__.append('c')",
    ),
    "annotated all": (
        f"__all__: list[str] = {['name' + str(i) for i in range(40)]}\n",
        f"__all__: list[str] = {['name' + str(i) for i in range(40)]}",
    ),
    "all with a star": ("__all__ = [*a.__all__, 'b']\n", "__all__ = [*a.__all__, 'b']"),
    "other augmentation": ("X = [1]\nX += [2]\n", "X = [1]"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_piece_of_source(name: str) -> None:
    """Imports, conditions, values with a meaning are the author's own; effects are gone."""
    source, expected = CASES[name]
    assert plain(stub_text(source)) == plain(expected)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="PEP 695 is syntax of Python 3.12")
@pytest.mark.parametrize(
    "source",
    ["type A = list[int]", "def f[T](a: T) -> T: ...", "class C[T]:\n    x: T", "type B[T] = dict[str, T]"],
)
def test_new_generic_syntax_is_kept(source: str) -> None:
    """Type parameters and `type` statements are signatures, too (PEP 695)."""
    assert plain(stub_text(source)) == plain(source)


def test_names_that_others_take_are_handed_on() -> None:
    """A stub hands on only what it imports as itself (PEP 484), so what others take is written like that."""
    source = "import os\nimport xml.dom\nfrom io import StringIO, BytesIO\n"
    expected = (
        "import os as os\nimport xml.dom\nimport xml as xml\nfrom io import StringIO as StringIO, BytesIO\n"
    )
    assert stub_text(source, used=("os", "xml", "StringIO")) == expected


def test_fillings_stand_where_the_holes_were() -> None:
    """Results, attributes and variables get their annotations, with the imports that these need."""
    source = """
LIMITS = dict(a=1)
class C:
    def __init__(self):
        self.path = g()
        self.later = None
    def m(self): return 1
"""
    fills = {
        "variable LIMITS": Fill(
            "{0}[{1}, {2}]", (("builtins", "dict"), ("builtins", "str"), ("builtins", "int"))
        ),
        "attribute C.path": Fill("{0}", (("pathlib", "Path"),)),
        "attribute C.later": NOTHING_YET,
        "result C.m 7": Fill("{0}", (("builtins", "int"),)),
    }
    expected = """
from _typeshed import Incomplete
from pathlib import Path as _Path
LIMITS: dict[str, int]
class C:
    path: _Path
    later: Incomplete | None
    def __init__(self) -> None: ...
    def m(self) -> int: ...
"""
    assert plain(stub_text(source, fills)) == plain(expected)


def test_a_variable_that_holds_nothing_yet_stays_as_it_is() -> None:
    """Checkers take `x = None` for the same in a stub; an attribute of `self` has no such form."""
    source = "x = None\nclass C:\n    y = None\n    def __init__(self): self.z = None\n"
    fills = dict.fromkeys(("variable x", "variable C.y", "attribute C.z"), NOTHING_YET)
    expected = """
from _typeshed import Incomplete
x = None
class C:
    z: Incomplete | None
    y = None
    def __init__(self) -> None: ...
"""
    assert plain(stub_text(source, fills)) == plain(expected)


def test_every_hole_is_noted_in_order() -> None:
    """Missing results, attributes and variables are holes; parameters never are, nor what is kept."""
    source = """
x = g()
T = TypeVar('T')
def f(a): ...
def g() -> int: ...
class C:
    def m(self): self.y = 1
"""
    skeleton = Skeleton(ast.parse(source), top="demo", fills={})
    skeleton.text()
    assert [(hole.kind, hole.symbol) for hole in skeleton.holes] == [
        ("variable", "x"),
        ("result", "f"),
        ("result", "C.m"),
        ("attribute", "C.y"),
    ]
