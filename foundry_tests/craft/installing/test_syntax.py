"""What a module always imports, read from its text: conditions and early exits are understood.

Add here a form of statement in which an import stands.
Not here: whether what is imported is there (test_judging).
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundry_assets.craft.installing.syntax import Read, read_imports

ALWAYS = {
    "import a, b.c as d": ["a", "b.c"],
    "from a.b import c": ["a.b"],
    "from . import c": ["pkg.sub"],
    "from .x import c": ["pkg.sub.x"],
    "from ..y import c": ["pkg.y"],
    "from .... import c": [],
    "class C:\n    import a": ["a"],
    "with warnings.catch_warnings():\n    import a": ["a"],
    "try:\n    import a\nfinally:\n    import b": ["a", "b"],
    "def f():\n    import a": [],
    "async def f():\n    import a": [],
    "try:\n    import a\nexcept ImportError:\n    a = None": [],
    "try:\n    import a\nexcept (KeyError, OSError):\n    import b": [],
    "with contextlib.suppress(ImportError):\n    import a": [],
    "if TYPE_CHECKING:\n    import a": [],
    "if sys.platform == 'win32':\n    import a\nelse:\n    import b": [],
    "if typing.TYPE_CHECKING:\n    import a\nimport b": ["b"],
    "assert sys.platform == 'win32'\nimport a": [],
    "if os.name != 'nt':\n    raise ImportError\nimport a": [],
    "if True:\n    if x:\n        sys.exit(1)\nimport a": [],
    "pytest.importorskip('a')\nimport a": [],
    "raise SystemExit\nimport a": [],
    "for x in y:\n    import a": [],
    "match x:\n    case 1:\n        import a": [],
    "def (": [],
    "import a\0": [],
}


@pytest.mark.parametrize("text", ALWAYS)
def test_only_what_always_happens_counts(text: str) -> None:
    """An import under a condition, in a function, or behind a possible exit is nobody's duty."""
    read = read_imports(text.encode(), "pkg.sub.mod", is_package=False)
    assert [found.module for found in read.always] == ALWAYS[text]


def test_a_package_is_its_own_base() -> None:
    """Relative imports of an `__init__` start at the package itself, and lines are counted from one."""
    read = read_imports(b"\n\nfrom .x import one, two\n", "pkg.sub", is_package=True)
    (found,) = read.always
    assert (found.module, found.line, found.names, found.top) == ("pkg.sub.x", 3, ("one", "two"), "pkg")


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("x = 1", "x", True),
        ("x = 1", "y", False),
        ("if a:\n    def y(): ...", "y", True),
        ("from b import *", "anything", True),
        ("def __getattr__(name): ...", "anything", True),
        ("import y.z", "y", True),
        ("x = 1", "__path__", True),
    ],
)
def test_what_a_package_may_bind_is_no_missing_module(text: str, name: str, *, expected: bool) -> None:
    """A name that a package binds anywhere, or may make up, is not looked for among its modules."""
    assert read_imports(text.encode(), "pkg", is_package=True).may_bind(name) is expected


@given(st.binary(max_size=200))
def test_any_bytes_are_read(source: bytes) -> None:
    """What is no Python, in whatever encoding, has no imports and stops nothing."""
    assert isinstance(read_imports(source, "pkg.mod", is_package=False), Read)
