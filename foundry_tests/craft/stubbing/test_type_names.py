"""Names in printed types: each resolved to one place, or refused where it could be two.

Add here a way in which a checker names a class.
Not here: writing the annotation (test_annotating).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft.stubbing.type_names import CannotSay, TypeNames, names_seen_from
from foundry_tests.craft.stubbing.small_packages import sources_of

_FILES = {
    "demo/__init__.py": "from demo.core import Token\nimport pathlib\nclass Twice: ...\n",
    "demo/core.py": """
from io import StringIO as StringIO, BytesIO as B
from queue import Queue
from typing import TypeVar
T = TypeVar("T")
Point = namedtuple("Point", "x y")
class Token:
    class Kind: ...
def f():
    class Local: ...
    from re import Pattern
""",
    "demo/other.py": "class Other: ...\nclass Twice: ...\nclass Path: ...\nclass Fraction: ...\n"
    "class ValueError: ...\n",
}


@pytest.fixture(name="names")
def _names(tmp_path: Path) -> TypeNames:
    sources = sources_of(tmp_path, _FILES)
    return names_seen_from(sources.by_name["demo.core"], sources)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("int", ("builtins", "int")),
        ("Token", ("", "Token")),
        ("demo.core.Token", ("", "Token")),
        ("demo.core.Token.Kind", ("", "Token.Kind")),
        ("Token.Kind", ("", "Token.Kind")),
        ("Kind", ("", "Token.Kind")),
        ("Other", ("demo.other", "Other")),
        ("demo.other.Other", ("demo.other", "Other")),
        ("StringIO", ("", "StringIO")),
        ("Queue", ("", "Queue")),
        ("Point", ("", "Point")),
        ("T@f", ("", "T")),
        ("Self@Token", ("typing_extensions", "Self")),
        ("Callable", ("collections.abc", "Callable")),
        ("re.Pattern", ("re", "Pattern")),
        ("Generator", ("typing", "Generator")),
        ("OrderedDict", ("collections", "OrderedDict")),
        ("dict_keys", ("_collections_abc", "dict_keys")),
        ("_Wrapped", ("functools", "_Wrapped")),
        ("xml.etree.ElementTree.Element", ("xml.etree.ElementTree", "Element")),
        ("Fraction", ("demo.other", "Fraction")),
    ],
)
def test_a_name_comes_from_one_place(name: str, place: tuple[str, str], names: TypeNames) -> None:
    """A class is found in the module itself, in its package, or in the standard library."""
    assert names.place_of(name) == place


@pytest.mark.parametrize(
    "name",
    [
        "Twice",  # two of the package
        "Path",  # the package's, or that of a module which the package imports
        "ValueError",  # the package's, or the builtin one
        "Local",  # nobody can import it
        "f.Local",
        "Pattern@f",
        "S@g",
        "ndarray",  # of nobody knows whom
        "numpy.ndarray",
        "Event",  # several of the standard library
    ],
)
def test_a_name_that_could_be_two_is_refused(name: str, names: TypeNames) -> None:
    """A wrong class is worse than a hole."""
    with pytest.raises(CannotSay):
        names.place_of(name)
