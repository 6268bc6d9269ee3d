"""Functions in a stub: the signature verbatim, what the language settles, and which results are no promise.

Add here a kind of signature, decorator or body.
Not here: other statements (test_skeleton).
"""

from __future__ import annotations

import ast

import pytest

from foundry_assets.craft.stubbing.functions import (
    Function,
    hides_result,
    is_coroutine,
    is_hook,
    shows_as_value,
)
from foundry_tests.craft.stubbing.small_packages import plain, stub_text

_LONG = "x" * 300

CASES: dict[str, tuple[str, str]] = {
    "every kind of parameter": (
        "def f(a, /, b: int = 1, *c: int, d, e='x', **f: 'int') -> 'int':\n    return 1\n",
        "def f(a, /, b: int=1, *c: int, d, e='x', **f: 'int') -> 'int': ...",
    ),
    "keywords only": ("def f(*, a, b=None): ...\n", "def f(*, a, b=None): ..."),
    "long default": (f"def f(a='{_LONG}', *, b='{_LONG}'): ...\n", "def f(a=..., *, b=...): ..."),
    "decorators": ("@a.b(c=1)\n@d\ndef f(): ...\n", "@a.b(c=1)\n@d\ndef f(): ..."),
    "overloads without the implementation": (
        "@overload\ndef f(a: int) -> int: ...\n@t.overload\ndef f(a: str) -> str: ...\n@cache\n"
        "def f(a): return a\n",
        "@overload\ndef f(a: int) -> int: ...\n@t.overload\ndef f(a: str) -> str: ...",
    ),
    "functions of one name": ("def f(a): ...\ndef f(b): ...\n", "def f(a): ...\ndef f(b): ..."),
    "type comment": (
        "def f(a, *b, **c):\n    # type: (int, *str, **bool) -> str\n    return ''\n",
        "def f(a: int, *b: str, **c: bool) -> str: ...",
    ),
    "type comment of a method": (
        "class C:\n    def f(self, a):\n        # type: (int) -> str\n        return ''\n",
        "class C:\n    def f(self, a: int) -> str: ...",
    ),
    "type comment that leaves the parameters out": (
        "def f(a, b):\n    # type: (...) -> str\n    return ''\n",
        "def f(a, b) -> str: ...",
    ),
    "type comments on parameters": (
        "def f(a,  # type: int\n      b,  # type: 1 +\n      c: str,\n      ):\n    ...\n",
        "def f(a: int, b, c: str): ...",
    ),
    "coroutine": ("async def f():\n    return 1\n", "async def f(): ..."),
    "async generator": ("async def f() -> A:\n    yield 1\n", "def f() -> A: ..."),
    "async function with a generator inside": (
        "async def f():\n    def g():\n        yield 1\n    return g\n",
        "async def f(): ...",
    ),
    "what the language settles": (
        "class C:\n    def __init__(self, a): ...\n    def __del__(self): ...\n"
        "    def __set_name__(self, o, n): ...\n",
        "class C:\n    def __init__(self, a) -> None: ...\n    def __del__(self) -> None: ...\n"
        "    def __set_name__(self, o, n) -> None: ...",
    ),
    "a function called like a method": ("def __init__(a): ...\n", "def __init__(a): ..."),
    "properties": (
        "class C:\n    @property\n    def p(self): ...\n    @p.setter\n    def p(self, v): ...\n"
        "    @p.deleter\n    def p(self): ...\n",
        "class C:\n    @property\n    def p(self): ...\n    @p.setter\n    def p(self, v) -> None: ...\n"
        "    @p.deleter\n    def p(self) -> None: ...",
    ),
    "conditional functions": (
        "if X:\n    def f(): ...\nelse:\n    async def f(): ...\n",
        "if X:\n    def f(): ...\nelse:\n    async def f(): ...",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_function_is_kept(name: str) -> None:
    """Its signature and its decorators are the author's, its body is gone."""
    source, expected = CASES[name]
    assert plain(stub_text(source)) == plain(expected)


@pytest.mark.parametrize(
    ("body", "in_class", "expected"),
    [
        ("pass", True, True),
        ("'''Doc.'''", True, True),
        ("'''Doc.'''\n    return None", True, True),
        ("raise ValueError", True, True),
        ("return 1", True, False),
        ("self.x = 1", True, False),
        ("pass", False, False),
        ("raise NotImplementedError", False, True),
        ("m = 'no'\n    raise NotImplementedError(m)", False, True),
        ("m = 'no'\n    raise ValueError(m)", True, False),
    ],
)
def test_a_hook_promises_nothing(body: str, in_class: bool, expected: bool) -> None:
    """A method that does nothing, and whatever says that it is not there yet, is for others to fill."""
    assert is_hook(_function(f"def f(self):\n    {body}\n"), in_class=in_class) is expected


@pytest.mark.parametrize(
    ("decorator", "hides", "is_value"),
    [
        ("@staticmethod", False, False),
        ("@abc.abstractmethod", False, False),
        ("@property", False, True),
        ("@functools.cached_property", False, True),
        ("@p.setter", False, True),
        ("@cache", True, False),
        ("@a.b.c(1)", True, False),
        ("@x[0]", True, False),
        ("@property\n@cache", True, True),
    ],
)
def test_decorators_are_known_or_hide(decorator: str, hides: bool, is_value: bool) -> None:
    """Only through a few decorators does a checker show a function's own result."""
    node = _function(f"{decorator}\ndef f(): ...\n")
    assert (hides_result(node), shows_as_value(node)) == (hides, is_value)


def test_a_coroutine_is_no_generator() -> None:
    """What yields is not awaited, whatever its `async` says."""
    assert is_coroutine(_function("async def f(): return 1\n"))
    assert not is_coroutine(_function("async def f(): yield 1\n"))
    assert not is_coroutine(_function("def f(): return 1\n"))


def _function(source: str) -> Function:
    node = ast.parse(source).body[0]
    assert isinstance(node, Function)
    return node
