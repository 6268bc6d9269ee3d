"""Classes in a stub: attributes that methods make, and bodies whose assignments mean more than names.

Add here a kind of class, and the stub that it must become.
Not here: its methods' signatures (test_functions).
"""

from __future__ import annotations

import pytest

from foundry_tests.craft.stubbing.small_packages import plain, stub_text

_OPEN = "from _typeshed import Incomplete\n"
_FIELD = "from dataclasses import field as _field\n"

CASES: dict[str, tuple[str, str]] = {
    "empty": ("class C:\n    '''Doc.'''\n", "class C: ..."),
    "bases, keywords, decorators": (
        "@final\nclass C(A, B[int], metaclass=M, x=1):\n    pass\n",
        "@final\nclass C(A, B[int], metaclass=M, x=1): ...",
    ),
    "slots": (
        "class C:\n    __slots__ = ('a', 'b')\n    a: int\n",
        "class C:\n    __slots__ = ('a', 'b')\n    a: int",
    ),
    "attributes": (
        "class C:\n    def __init__(self, a):\n        self.a = a\n        self.b: int = 1\n"
        "        self.c, self.d = a\n"
        "        self.e.f = 1\n        other.g = 1\n",
        f"{_OPEN}class C:\n    a: Incomplete\n    b: int\n    c: Incomplete\n    d: Incomplete\n"
        "    def __init__(self, a) -> None: ...",
    ),
    "attributes in every statement": (
        "class C:\n    def m(this):\n        for this.a in x:\n            with y as this.b:\n"
        "                this.c += 1\n"
        "        def inner():\n            this.d = 1\n",
        f"{_OPEN}class C:\n    a: Incomplete\n    b: Incomplete\n    c: Incomplete\n    def m(this): ...",
    ),
    "attributes of the class": (
        "class C:\n    @classmethod\n    def m(cls): cls.a = 1\n    @staticmethod\n    def s(x): x.b = 1\n",
        f"{_OPEN}class C:\n    a: Incomplete\n    @classmethod\n    def m(cls): ...\n"
        f"    @staticmethod\n    def s(x): ...",
    ),
    "an attribute that the body binds": (
        "class C:\n    a = 1\n    def m(self): self.a = 2\n    @property\n    def b(self): ...\n"
        "    def n(self): self.b = 1\n",
        "class C:\n    a = 1\n    def m(self): ...\n    @property\n    def b(self): ...\n"
        "    def n(self): ...",
    ),
    "the annotation counts wherever it stands": (
        "class C:\n    def m(self): self.a = 1\n    def n(self): self.a: int = 2\n",
        "class C:\n    a: int\n    def m(self): ...\n    def n(self): ...",
    ),
    "class-private names": (
        "class C:\n    __x = 1\n    def __m(self): self.__y = 1\n",
        f"{_OPEN}class C:\n    __y: Incomplete\n    __x = 1\n    def __m(self): ...",
    ),
    "nested": (
        "class C:\n    class D:\n        x = y = 1\n        def m(self): self.z = 1\n    D.w = 1\n",
        f"{_OPEN}class C:\n    class D:\n        z: Incomplete\n        x = y = 1\n        def m(self): ...",
    ),
    "conditional members": (
        "class C:\n    if X:\n        def m(self): ...\n    else:\n        m = None\n",
        "class C:\n    if X:\n        def m(self): ...\n    else:\n        m = None",
    ),
    "loop in a class": ("class C:\n    for i in x:\n        pass\n", f"{_OPEN}class C:\n    i: Incomplete"),
    "enumeration": (
        "class C(enum.IntEnum):\n    A = 1\n    B = auto()\n    C, D = range(2)\n    version = '1'\n",
        "class C(enum.IntEnum):\n    A = 1\n    B = auto()\n    C, D = range(2)\n    version = '1'",
    ),
    "long members of an enumeration": (
        f"class C(MyEnum):\n    A = {'a' * 300!r}\n",
        f"class C(MyEnum):\n    A = {'a' * 300!r}",
    ),
    "dataclass": (
        "@dataclass(frozen=True)\nclass C:\n    a: int = field(default=1)\n    b: str = ''\n    c = None\n"
        "    def __post_init__(self):\n        self.d = 1\n        self.e: int = 1\n",
        f"{_OPEN}{_FIELD}@dataclass(frozen=True)\nclass C:\n    d: Incomplete = _field(init=False)\n"
        "    e: int = _field(init=False)\n    a: int = field(default=1)\n    b: str = ''\n    c = None\n"
        "    def __post_init__(self): ...",
    ),
    "dataclass with a long default": (
        f"@dataclass\nclass C:\n    a: str = {'a' * 300!r}\n",
        "@dataclass\nclass C:\n    a: str = ...",
    ),
    "attrs of old": (
        f"@attr.s\nclass C:\n    a = attr.ib(doc={'a' * 300!r})\n",
        f"@attr.s\nclass C:\n    a = attr.ib(doc={'a' * 300!r})",
    ),
    "named tuple": (
        "class C(NamedTuple):\n    a: int\n    b: str = 'x'\n",
        "class C(NamedTuple):\n    a: int\n    b: str = 'x'",
    ),
    "typed dictionary": (
        "class C(TypedDict, total=False):\n    a: int\n",
        "class C(TypedDict, total=False):\n    a: int",
    ),
    "aliases of methods": (
        "class C:\n    def a(self): ...\n    b = a\n    __radd__ = a\n",
        "class C:\n    def a(self): ...\n    b = a\n    __radd__ = a",
    ),
    "old-style property": (
        "class C:\n    p = property(_get, _set)\n",
        "class C:\n    p = property(_get, _set)",
    ),
    "metaclass": (
        "class M(type):\n    def __call__(cls, *a): return 1\n",
        "class M(type):\n    def __call__(cls, *a): ...",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_class_is_kept(name: str) -> None:
    """What a class is for those who use it or inherit from it is all in its stub."""
    source, expected = CASES[name]
    assert plain(stub_text(source)) == plain(expected)
