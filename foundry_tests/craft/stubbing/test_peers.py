"""The same package through every stub generator there is: what consumers lose, and what they gain.

Add here a generator that people use, or a construct of the language that one of them spoils.
Not here: how ours works (test_proof), real packages (the figures of a release say how they fared).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from rich.console import Console
from rich.table import Table

from foundry_assets.craft.stubbing.comparing import Comparison
from foundry_assets.craft.stubbing.looking import Onlooker
from foundry_assets.craft.stubbing.proving import Difference, counts, differences
from foundry_assets.craft.stubbing.sheets import sheet_of
from foundry_assets.craft.stubbing.symbols import questions_of
from foundry_assets.craft.stubbing.views import ConsumerView
from foundry_assets.craft.stubbing.wish import EVERY
from foundry_assets.craft.typing_signal import Rules, add_typing_signal
from foundry_assets.subprocesses import run
from foundry_assets.surroundings import clean_environment
from foundry_tests.craft.stubbing.small_packages import PROJECT, sources_of, write

pytestmark = pytest.mark.slow

_PACKAGE = {
    "demo/__init__.py": """
from .core import Reader, words, cached
from . import shapes
__all__ = ["words"]
__all__ += shapes.__all__
from .shapes import *
""",
    "demo/core.py": """
import functools, json, os
try:
    import fast_words
except ImportError:
    fast_words = None
LIMIT = 10
class Reader:
    kind = None
    def __init__(self, path: str):
        self.path = path
        self.lines = path.splitlines()
        self.count = len(self.lines)
    @property
    def first(self):
        return self.lines[0]
    @classmethod
    def of(cls, path: str):
        return cls(path)
    async def later(self):
        return self.count
    async def parts(self):
        yield self.path
    def __enter__(self):
        return self
    def __exit__(self, *told):
        self.lines.clear()
def words(text: str, sep=None):
    return text.split(sep)
def loaded(text: str):
    return json.loads(text)
def maybe(text: str):
    if text:
        return loaded(text)
    return None
@functools.lru_cache(maxsize=None)
def cached(text: str):
    return len(text)
def fails():
    raise ValueError(LIMIT)
def numbers():
    for line in range(LIMIT):
        yield line
""",
    "demo/shapes.py": """
import sys
from collections import namedtuple
from enum import Enum
__all__ = ["Point", "Colour", "distance"]
Point = namedtuple("Point", "x y")
class Colour(Enum):
    RED = 1
    BLUE = "blue"
if sys.version_info >= (3, 8):
    def distance(one: Point, other: Point): return abs(one.x - other.x) * 1.0
else:
    def distance(one: Point, other: Point): return 0.0
""",
    "demo/py.typed": "",
}
_LIMIT_SECONDS = 120.0
_PEERS = {
    "stubgen": ["-c", "from mypy.stubgen import main; main()", "-q", "-o", "out", "demo"],
    "basedpyright --createstub": ["-m", "basedpyright", "--createstub", "demo"],
    "pyrefly stubgen": ["-m", "pyrefly", "stubgen", "--skip-interpreter-query", "-o", "out/demo", "demo"],
}


def test_every_generator_loses_what_ours_keeps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each of them makes symbols worse for somebody; ours makes none worse, and most are better for mypy."""
    sources = sources_of(tmp_path / "plain", _PACKAGE)
    sheets = [sheet_of(found.name, questions_of(found.tree)) for found in sources.modules if found.tree]
    onlooker = Onlooker(ConsumerView(tmp_path / "view"), sheets, sources.files())
    published = onlooker.look(EVERY)
    rows = {}
    for name, stubs in {"foundry": _ours(tmp_path), **dict(_of_peers(tmp_path))}.items():
        assert stubs, name
        found = differences(published, onlooker.look(EVERY, stubs=stubs))
        rows[name] = (
            _count(found, lambda told: told.how is Comparison.WORSE or bool(told.faults)),
            _count(found, lambda told: told.is_gain),
        )
    with capsys.disabled():
        _show(rows)
    assert not any(rows["foundry"][0].values())
    assert rows["foundry"][1]["mypy"] > 0
    assert all(sum(worse.values()) > 0 for name, (worse, _) in rows.items() if name != "foundry")


def _ours(folder: Path) -> dict[str, str]:
    tree = folder / "ours"
    write(tree, {"pyproject.toml": PROJECT, **_PACKAGE})
    distribution = canonicalize_name("demo")
    add_typing_signal(tree, distribution=distribution, rules=Rules("auto"), scratch=folder / "scratch")
    return _stubs_in(tree)


def _of_peers(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    for number, (name, words) in enumerate(_PEERS.items()):
        place = folder / f"peer{number}"
        write(place, _PACKAGE)
        run(
            [sys.executable, *words],
            cwd=place,
            env=clean_environment(folder / "home"),
            timeout_seconds=_LIMIT_SECONDS,
        )
        (written,) = [found for found in (place / "out", place / "typings") if found.is_dir()]
        yield name, _stubs_in(written)


def _stubs_in(folder: Path) -> dict[str, str]:
    return {found.relative_to(folder).as_posix(): found.read_text("utf-8") for found in folder.rglob("*.pyi")}


def _count(found: Sequence[Difference], is_meant: Callable[[Difference], bool]) -> dict[str, int]:
    """Count symbols by checker; calls tell the same as what is called."""
    sums = {checker.name: 0 for checker in EVERY}
    return sums | counts(told for told in found if is_meant(told) and not told.is_call)


def _show(rows: Mapping[str, tuple[Mapping[str, int], Mapping[str, int]]]) -> None:
    table = Table("stubs by", *(checker.name for checker in EVERY), title="symbols worse / better")
    for name, (worse, better) in rows.items():
        table.add_row(name, *(f"{worse[checker.name]} / {better[checker.name]}" for checker in EVERY))
    Console(width=110).print(table)
