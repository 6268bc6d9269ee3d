"""Recognising a proven module: the key stays where nothing changed for checkers, and changes where it might.

Add here a change, and whether a proof survives it.
Not here: taking what is known (test_making).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft.stubbing.recognising import Recogniser
from foundry_assets.craft.stubbing.records import ModuleMode
from foundry_tests.craft.stubbing.small_packages import sources_of

_FILES = {
    "demo/__init__.py": "",
    "demo/core.py": "from .base import C\n__version__ = '1.0'\ndef f(a):\n    '''Doc.'''\n    return C().m()  # why\n",  # noqa: E501
    "demo/base.py": "class C:\n    def m(self): return 1\n",
    "demo/aside.py": "def g(): return 1\n",
}


def _key(
    folder: Path,
    changes: dict[str, str],
    *,
    mode: ModuleMode = "auto",
    marked: str = "demo there",
    **versions: str,
) -> str:
    sources = sources_of(folder, _FILES | changes)
    recogniser = Recogniser(
        sources, checkers={"mypy": "1"} | versions, marked=[marked], requirements=["attrs"]
    )
    return recogniser.key(sources.by_name["demo.core"], mode)


@pytest.mark.parametrize(
    "changes",
    [
        {
            "demo/core.py": "'''New.'''\n"
            + _FILES["demo/core.py"].replace("# why", "# because").replace("Doc", "Word")
        },
        {"demo/core.py": _FILES["demo/core.py"].replace("1.0", "2.0")},
        {"demo/core.py": _FILES["demo/core.py"].replace("\n", "\r\n").replace("(a)", "( a )")},
        {"demo/base.py": "# new\n\n" + _FILES["demo/base.py"] + "    '''Doc.'''\n"},
        {"demo/aside.py": "def g(a): return ''\n"},
        {"demo/__init__.py": "import demo.base\n"},
        {"demo/new.py": "x = 1\n"},
    ],
)
def test_a_proof_survives_what_no_checker_reads(changes: dict[str, str], tmp_path: Path) -> None:
    """Comments, layout, docstrings, the version, and modules that have nothing to do with it."""
    assert _key(tmp_path / "after", changes) == _key(tmp_path / "before", {})


@pytest.mark.parametrize(
    "changes",
    [
        {"demo/core.py": _FILES["demo/core.py"].replace("f(a)", "f(a, b=1)")},
        {"demo/core.py": _FILES["demo/core.py"].replace("return C()", "return not C()")},
        {"demo/core.py": _FILES["demo/core.py"] + "x = []  # type: list[int]\n"},
        {"demo/core.py": _FILES["demo/core.py"] + "class D:\n    version = '1'\n"},
        {"demo/base.py": _FILES["demo/base.py"].replace("m(self)", "m(self, a=1)")},
        {"demo/aside.py": "from demo.core import os\n"},
        {"demo/aside.py": "import demo.core\ndemo.core.os\n"},
        {"tests/test_core.py": "from demo.core import C\n"},
        {"demo/core.py": _FILES["demo/core.py"] + "import demo.aside\n"},
        {"demo/base.pyi": "class C: ...\n"},
    ],
)
def test_a_proof_falls_where_a_checker_might_answer_otherwise(
    changes: dict[str, str], tmp_path: Path
) -> None:
    """Its own code, that of what it imports, who takes what from it, and the author's stubs."""
    assert _key(tmp_path / "after", changes) != _key(tmp_path / "before", {})


def test_overriding_elsewhere_counts(tmp_path: Path) -> None:
    """An heir decides whether a method's None is a promise."""
    core = {"demo/core.py": "class C:\n    def m(self): x = 1\n"}
    heir = {"demo/aside.py": "from .core import *\nclass D(C):\n    def m(self): ...\n"}
    assert _key(tmp_path / "after", core | heir) != _key(tmp_path / "before", core)


def test_who_asks_and_how_counts(tmp_path: Path) -> None:
    """Another version of a checker, another mode, another marker."""
    keys = [
        _key(tmp_path / "1", {}),
        _key(tmp_path / "2", {}, mypy="2"),
        _key(tmp_path / "3", {}, mode="full"),
        _key(tmp_path / "4", {}, marked="demo new"),
    ]
    assert len(set(keys)) == 4


def test_a_module_that_cannot_be_parsed_has_a_key(tmp_path: Path) -> None:
    """Nonsense is told from other nonsense by its text."""
    keys = {
        _key(tmp_path / str(number), {"demo/core.py": text}) for number, text in enumerate(["(", "[", "("])
    }
    assert len(keys) == 2
