"""The marker's decision: where it is added, where it is withheld, and the reason that people read.

Add here a reason, with the smallest tree that has it.
Not here: counting (test_signatures) and reaching the archives (test_inclusion, test_archives).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from foundry_assets.catalog import TypingMode
from foundry_assets.craft.typing_signal import (
    MarkerSignal,
    Rules,
    TypingSignal,
    add_typing_signal,
    judge_signal,
)

DEMO = canonicalize_name("demo")
_GOOD = "def f(a: int) -> int: ...\n"
_BARE = "def f(a): ...\n"
_MESON = '[build-system]\nbuild-backend = "mesonpy"\n'

_WITHHELD: list[tuple[dict[str, str], str]] = [
    ({"demo/__init__.py": _BARE}, "0 of 1 public signatures annotated; the first bare one: __init__.py:1 f"),
    ({"demo/__init__.py": "", "demo/deep/__init__.py": "", "demo/deep/core.py": _BARE}, "deep/core.py:1 f"),
    ({"demo.py": _GOOD}, "single module: PEP 561"),
    (
        {"demo/__init__.py": _GOOD, "demo/core.py": "globals()['x'] = 1\n"},
        "core.py` writes to `globals()` in line 1",
    ),
    ({"demo/__init__.py": _GOOD, "demo/core.py": "exec('x = 1')\n"}, "runs `exec`"),
    ({"demo/__init__.py": _GOOD, "demo/core.py": "import sys\nsys.modules[__name__] = 3\n"}, "`sys.modules`"),
    ({"demo/__init__.py": _GOOD, "demo/core.py": "__getattr__, __dir__ = attach()\n"}, "`__getattr__`"),
    ({"demo/__init__.py": f"from demo._made import *\n{_GOOD}"}, "takes `*` from `demo._made`"),
    ({"demo/__init__.py": _GOOD, "demo/core.py": "def f(:\n"}, "cannot be parsed"),
    (
        {"demo/__init__.py": "from .core import f\n", "demo/core.py": _GOOD},
        "re-export demo/__init__.py:1 f would",
    ),
    (
        {"demo/__init__.py": "from demo.core import f as g\n", "demo/core.py": _GOOD},
        "demo/__init__.py:1 g would",
    ),
    ({"demo/__init__.py": "from ._core import f as f\n", "demo/_core.py": _BARE}, "_core.py:1 f"),
    ({"demo/__init__.py": "from ._core import *\n", "demo/_core.py": _BARE}, "_core.py:1 f"),
    ({"demo/__init__.py": "from ._fast import f as f\n"}, "from `demo._fast`, which is not Python source"),
    ({"demo/__init__.py": "from . import _build\n", "demo/_build.py": "x = 1\n"}, "shows no public name"),
    ({"demo/__init__.py": "", "demo/_fast.pyx": ""}, "compiled: what `_fast.pyx` offers"),
    ({"demo/__init__.py": _GOOD, "demo/deep/__init__.py": "", "demo/deep/py.typed": ""}, "marks a part only"),
    (
        {"demo/__init__.py": _GOOD, "setup.cfg": "[options.package_data]\ndemo = py.typed\n"},
        "`setup.cfg` names a",
    ),
    ({"demo/__init__.py": _GOOD, "pyproject.toml": _MESON}, "no meson.build names it"),
    (
        {"demo/__init__.py": _GOOD, "pyproject.toml": '[build-system]\nbuild-backend = "whey"\n'},
        "`whey` chooses",
    ),
    (
        {"src/one/__init__.py": _GOOD, "src/two/__init__.py": _GOOD, "pyproject.toml": _MESON},
        "may not be shipped",
    ),
]


@pytest.mark.parametrize(("files", "reason"), _WITHHELD)
def test_a_marker_is_withheld_with_its_reason(files: dict[str, str], reason: str, tmp_path: Path) -> None:
    """Where a marker would be wrong, useless or harmful none is written, and the reason names the place."""
    _write(tmp_path, files)
    signal = _add(tmp_path)
    assert signal.markers
    assert all(marker.decision == "withheld" for marker in signal.markers)
    assert reason in signal.markers[0].why
    assert not list(tmp_path.glob("**/py.typed")) or "part" in reason


_ADDED: list[tuple[dict[str, str], str]] = [
    ({"demo/__init__.py": _GOOD}, "1 of 1 public signatures annotated"),
    ({"demo/__init__.py": "LIMIT = 3\n"}, "no public function or method"),
    ({"demo/__init__.py": "from .core import f\n__all__ = ['f']\n", "demo/core.py": _GOOD}, "1 of 1"),
    ({"demo/__init__.py": "from .core import f as f\n", "demo/core.py": _GOOD}, "1 of 1"),
    ({"demo/__init__.py": "from ._v import version\n", "demo/core.py": _GOOD, "demo/_v.py": ""}, "1 of 1"),
    ({"demo/__init__.py": "", "demo/core.py": _BARE, "demo/core.pyi": _GOOD}, "1 of 1"),
    ({"demo/__init__.py": _GOOD, "demo/_own.py": _BARE}, "1 of 1"),
    ({"demo/__init__.py": _GOOD, "demo/tests/__init__.py": "", "demo/tests/test_it.py": _BARE}, "1 of 1"),
    (
        {"demo/__init__.py": _GOOD, "meson.build": "install_subdir('demo')\n", "pyproject.toml": _MESON},
        "1 of 1",
    ),
]


@pytest.mark.parametrize(("files", "why"), _ADDED)
def test_a_marker_is_added_and_carried(files: dict[str, str], why: str, tmp_path: Path) -> None:
    """Where all that is public is annotated the marker is written, empty, and both archives must hold it."""
    _write(tmp_path, files)
    signal = _add(tmp_path)
    assert [(marker.decision, marker.path) for marker in signal.markers] == [("added", "demo/py.typed")]
    assert why in signal.markers[0].why
    assert (tmp_path / "demo/py.typed").read_bytes() == b""
    assert "demo/py.typed" in signal.carried


def test_the_authors_marker_stays_as_it_is(tmp_path: Path) -> None:
    """A marker that is there is carried with its contents, whatever the signatures."""
    _write(tmp_path, {"demo/__init__.py": _BARE, "demo/py.typed": "partial\n"})
    signal = _add(tmp_path)
    assert [marker.decision for marker in signal.markers] == ["there"]
    assert (tmp_path / "demo/py.typed").read_text("utf-8") == "partial\n"
    assert signal.carried == ("demo/py.typed",)


def test_a_namespace_is_marked_in_its_packages(tmp_path: Path) -> None:
    """PEP 561: the packages below a namespace bear the markers, the namespace itself never does."""
    cfg = "[options]\npackages = find_namespace:\n"
    names = ("demo/version.py", "demo/one/__init__.py", "demo/more/two/__init__.py")
    _write(tmp_path, {"setup.cfg": cfg} | dict.fromkeys(names, _GOOD))
    decisions = {marker.path: marker.decision for marker in _add(tmp_path).markers}
    assert decisions == {
        "demo/py.typed": "withheld",
        "demo/one/py.typed": "added",
        "demo/more/two/py.typed": "added",
    }


@pytest.mark.parametrize(("name", "stubs"), [("requests", "types-requests"), ("six", "types-six")])
def test_stubs_elsewhere_are_not_hidden(name: str, stubs: str, tmp_path: Path) -> None:
    """A package that typeshed covers gets no marker in any mode, since one would hide those stubs."""
    _write(tmp_path, {f"{name}/__init__.py": _GOOD})
    signal = add_typing_signal(tmp_path, distribution=canonicalize_name(name), rules=Rules("marker"))
    assert [(marker.decision, stubs in marker.why) for marker in signal.markers] == [("withheld", True)]


def test_the_mode_marker_adds_it_in_spite_of_bare_signatures(tmp_path: Path) -> None:
    """Whoever asks for the marker gets it, with the numbers."""
    _write(tmp_path, {"demo/__init__.py": _BARE})
    (marker,) = _add(tmp_path, "marker").markers
    assert marker.decision == "added"
    assert marker.why.startswith("0 of 1 public signatures annotated")


def test_without_a_checker_full_goes_no_further_than_the_text(tmp_path: Path) -> None:
    """Where nobody can be asked, a marker that the text does not prove is withheld, and the plan says why."""
    _write(tmp_path, {"demo/__init__.py": _BARE})
    signal = _add(tmp_path, "full")
    (marker,) = signal.markers
    assert marker == MarkerSignal("demo", "demo/py.typed", "withheld", marker.why)
    assert signal.unasked == "no type checker was asked"
    assert judge_signal(signal).passed


def test_every_module_is_told(tmp_path: Path) -> None:
    """Each module says what carries its types, or why it was left alone."""
    files = {
        "demo/__init__.py": _GOOD,
        "demo/bare.py": _BARE,
        "demo/stubbed.py": _BARE,
        "demo/stubbed.pyi": _GOOD,
        "demo/lazy.py": "def __getattr__(name: str) -> object: ...\n",
        "demo/_fast.pyi": _GOOD,
        "demo/test_it.py": _BARE,
    }
    _write(tmp_path, files)
    assert {module.module: module.decision for module in _add(tmp_path).modules} == {
        "demo/__init__.py": "typed inline",
        "demo/_fast.pyi": "author ships .pyi",
        "demo/bare.py": "left alone",
        "demo/lazy.py": "left alone",
        "demo/stubbed.py": "author ships .pyi",
        "demo/test_it.py": "left alone",
    }


def _add(tree: Path, mode: TypingMode = "auto") -> TypingSignal:
    return add_typing_signal(tree, distribution=DEMO, rules=Rules(mode))


def _write(tree: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text, "utf-8")
