"""The project's tests as consumers: which of them count, and what each of their lines asks.

Add here a kind of test file, and whether a checker should look at it.
Not here: what follows from a fault (test_proof).
"""

from __future__ import annotations

from pathlib import Path

from foundry_assets.craft.stubbing.own_tests import sheets_of_tests
from foundry_assets.craft.stubbing.sheets import CONTROL
from foundry_tests.craft.stubbing.small_packages import sources_of

_USE = "from demo import core\n\ncore.f()\n"


def test_only_tests_that_use_the_package_are_looked_at(tmp_path: Path) -> None:
    """Neither one that cannot be parsed or named, nor one that uses something else; they lie as they lay."""
    files = {
        "demo/core.py": "def f(): ...\n",
        "tests/test_core.py": _USE,
        "tests/sub/test_core.py": _USE,
        "tests/test_other.py": "import json\n",
        "tests/test_broken.py": "from demo import core\ndef f(:\n",
        "tests/test-name.py": _USE,
    }
    control, *tests = sheets_of_tests(sources_of(tmp_path, files))
    assert [sheet.file for sheet in tests] == [
        "own_tests/tests/test_core.py",
        "own_tests/tests/sub/test_core.py",
    ]
    assert tests[0].text == _USE
    assert tests[0].lines[3] == "tests/test_core.py:3"
    assert CONTROL in control.lines.values()


def test_without_tests_nobody_is_asked(tmp_path: Path) -> None:
    """There is no run of a checker for nothing."""
    assert sheets_of_tests(sources_of(tmp_path, {"demo/core.py": "x = 1\n"})) == []
