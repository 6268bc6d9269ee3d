"""First drafts: what was inferred is written down, and a filling that does not take it is taken out again.

Add here a kind of filling that may be wrong, with a right one beside it.
Not here: reading answers (test_filling), harm to consumers (test_dropping, test_proof).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft.stubbing.assignability import Trial
from foundry_assets.craft.stubbing.checkers import Answer
from foundry_assets.craft.stubbing.drafts import Draft
from foundry_assets.craft.stubbing.filling import holes_of, with_clones
from foundry_assets.craft.stubbing.first_drafts import put_to_the_test
from foundry_assets.craft.stubbing.holes import Fill, Protocol
from foundry_assets.craft.stubbing.type_text import parse
from foundry_assets.craft.stubbing.views import ConsumerView
from foundry_tests.craft.stubbing.small_packages import sources_of

_SOURCE = """
import functools, pathlib
from typing import TypeVar
T = TypeVar("T")
class Path:
    class Part: ...
    def __init__(self): self.parts = [1]; self.part = Path.Part()
    @property
    def size(self): return 1
    def me(self): return self
def number(): return 1
def path(): return pathlib.Path()
async def later(): return 1
@functools.cache
def decorated(): return 1
def outer():
    def inner(name: str, *, times=1): return name
    return inner
def same(a: T): return a
LIMIT = 1
"""
_INT, _STR = Fill("{0}", (("builtins", "int"),)), Fill("{0}", (("builtins", "str"),))
_AWAITED = Fill(
    "{0}[{1}, {1}, {2}]", (("typing", "Coroutine"), ("_typeshed", "Incomplete"), ("builtins", "int"))
)


def _callable(parameters: str) -> Fill:
    text = f"class _C({{0}}):\n    def __call__(_self, {parameters}) -> {{1}}: ..."
    definition = Fill(text, (("typing", "Protocol"), ("builtins", "str")))
    return Fill("{0}", (("", "_C"),), (Protocol("_C", definition, parse("int")),))


_RIGHT_AND_WRONG: list[tuple[str, Fill, list[Fill]]] = [
    ("result number", _INT, [_STR, Fill("None")]),
    (
        "result path",
        Fill("{0}", (("pathlib", "Path"),)),
        [
            Fill("{0}", (("", "Path"),)),
            Fill("{0}", (("pathlib", "Nothing"),)),
            Fill("{0}", (("nowhere", "Path"),)),
        ],
    ),
    ("result later", _INT, [_AWAITED, _STR]),
    ("result decorated", _INT, [_STR]),
    (
        "result outer",
        _callable("name: str, *, times: int = ..."),
        [_callable("name: int"), _callable("other: str, *, times: int = ...")],
    ),
    ("result same", Fill("{0}", (("", "T"),)), []),
    ("variable LIMIT", _INT, [_STR]),
    (
        "attribute Path.parts",
        Fill("{0}[{1}]", (("builtins", "list"), ("builtins", "int"))),
        [Fill("{0}[{1}]", (("builtins", "list"), ("builtins", "str")))],
    ),
    ("attribute Path.part", Fill("{0}", (("", "Path.Part"),)), [Fill("{0}", (("", "Path"),))]),
    ("result Path.size", _INT, [_STR]),
    ("result Path.me", Fill("{0}", (("typing_extensions", "Self"),)), [_INT]),
]


@pytest.fixture(scope="module", name="view")
def _view(tmp_path_factory: pytest.TempPathFactory) -> ConsumerView:
    return ConsumerView(tmp_path_factory.mktemp("view"))


def test_only_fillings_that_take_the_value_stay(view: ConsumerView, tmp_path: Path) -> None:
    """A wrong class of the same name, one that cannot be imported, another signature: all are found."""
    files = {f"demo/m{number}.py": _SOURCE for number in range(4)}
    sources = sources_of(tmp_path, files)
    drafts = {}
    for number, source in enumerate(sources.modules):
        keys = {hole.key.rsplit(" ", hole.kind == "result")[0]: hole.key for hole in holes_of(source)}
        fills = {
            keys[name]: [right, *wrong][number]
            for name, right, wrong in _RIGHT_AND_WRONG
            if number <= len(wrong)
        }
        drafts[source.name] = Draft(source, holes=holes_of(source), fills=fills)
    filled = {name: set(draft.fills) for name, draft in drafts.items()}
    put_to_the_test(drafts, view, {source.place: with_clones(source) for source in sources.modules}, {})
    assert set(drafts["demo.m0"].fills) == filled.pop("demo.m0")
    assert all(filled.values())
    assert [set(drafts[name].fills) for name in filled] == [set(), set(), set()]


def test_each_checker_speaks_for_what_it_inferred(tmp_path: Path) -> None:
    """A trial reads faults in the line of a filling, and in what the filling needs."""
    source = sources_of(tmp_path, {"demo/core.py": _SOURCE}).modules[0]
    fills = {"variable LIMIT": Fill("{0}", (("re", "Pattern"),)), "attribute Path.parts": _INT}
    trial = Trial(source, holes_of(source), fills)
    assert "from re import Pattern as _w0" in trial.sheet.text
    assert "_v: _w0 = _m.LIMIT" in trial.sheet.text
    fault = Answer("Unknown", frozenset({"rule"}))
    assert [*trial.refused({("demo.core", "needs re.Pattern"): fault})] == ["variable LIMIT"]
    assert [*trial.refused({("demo.core", "attribute Path.parts"): fault})] == ["attribute Path.parts"]
    assert [*trial.refused({("demo.other", "attribute Path.parts"): fault})] == []
