"""Filling holes: which answer is taken, in which order checkers are heard, and what is no answer.

Add here an answer to a hole, and what becomes of it.
Not here: writing the annotation (test_annotating), the test by assignment (test_first_drafts).
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from foundry_assets.craft.stubbing.checkers import Answer, Answers
from foundry_assets.craft.stubbing.filling import fills_of, holes_of, with_clones
from foundry_assets.craft.stubbing.holes import NOTHING_YET
from foundry_tests.craft.stubbing.small_packages import source_of, sources_of

_FUNCTION = "def f(a): ...\n"
_METHOD = "class C:\n    def f(self):\n        self.x = g()\n        return g()\n"


@pytest.mark.parametrize(
    ("source", "key", "answers", "template"),
    [
        (_FUNCTION, "result f 1", ["(a: Unknown) -> int"], "{0}"),
        (_FUNCTION, "result f 1", ["(a: Unknown) -> Unknown", "(a: Unknown) -> int"], "{0}"),
        (_FUNCTION, "result f 1", ["(a: Unknown) -> list[Unknown]", "(a: Unknown) -> list[int]"], "{1}[{0}]"),
        (_FUNCTION, "result f 1", ["(a: Unknown) -> None"], "None"),
        (_FUNCTION, "result f 1", ["Unknown", "int"], None),
        (
            _FUNCTION,
            "result f 1",
            ["(a: Unknown) -> (Unknown | int)", "(a: Unknown) -> Unknown"],
            "{0} | {1}",
        ),
        (_FUNCTION, "result f 1", ["(a: Unknown) -> (Unknown | int)", "(a: Unknown) -> int"], "{0}"),
        (_FUNCTION, "result f 1", ["(a: Unknown) -> (Unknown | None)"], None),
        (_FUNCTION, "result f 1", ["(a: Unknown) -> Nobody", "(a: Unknown) -> int"], "{0}"),
        (_FUNCTION, "result f 1", ["<super: C, C>"], None),
        (_FUNCTION, "result f 1", ["(a: Unknown) -> Nobody"], None),
        ("async def f(): ...\n", "result f 1", ["() -> CoroutineType[Any, Any, int]"], "{0}"),
        (
            "async def f(): ...\n",
            "result f 1",
            ["() -> Unknown", "() -> Coroutine[Unknown, Unknown, int]"],
            "{0}",
        ),
        ("async def f(): ...\n", "result f 1", ["def () -> typing.Coroutine[Any, Any, str]"], "{0}"),
        ("async def f(): ...\n", "result f 1", ["() -> int"], None),
        ("async def f(): yield 1\n", "result f 1", ["() -> AsyncGenerator[int, Any]"], "{2}[{0}, {1}]"),
        ("x = g()\n", "variable x", ["int"], "{0}"),
        ("x = g()\n", "variable x", ["None"], NOTHING_YET.template),
        ("x = g()\n", "variable x", ["type[int]"], None),
        (_METHOD, "attribute C.x", ["None"], NOTHING_YET.template),
        (_METHOD, "attribute C.x", ["int | None"], "{0} | None"),
        (_METHOD, "result C.f 2", ["() -> None"], "None"),
        ("class C:\n    @property\n    def f(self): return g()\n", "result C.f 3", ["int"], "{0}"),
        # no promises
        ("class C:\n    def f(self): pass\n", "result C.f 2", ["() -> None"], None),
        ("class C:\n    def f(self): pass\n", "result C.f 2", ["() -> int"], "{0}"),
        (_METHOD + "class D(C):\n    def f(self): return 1\n", "result C.f 2", ["() -> None"], None),
        (_METHOD + "class D(C):\n    def f(self): return 1\n", "result C.f 2", ["() -> Never"], None),
        ("def f(): raise NotImplementedError\n", "result f 1", ["() -> Unknown", "() -> Never"], None),
        ("def f(): raise SystemExit\n", "result f 1", ["() -> Never"], "{0}"),
    ],
)
def test_an_answer_fills_a_hole(
    source: str, key: str, answers: list[str], template: str | None, tmp_path: Path
) -> None:
    """The first checker that knows is heard, others fill what it leaves open, and nothing is made up."""
    package = sources_of(tmp_path, {"demo/core.py": source})
    module = package.modules[0]
    holes = holes_of(module)
    (asked,) = [hole.asked for hole in holes if hole.key == key]
    replies: list[Answers] = [{("demo.core", asked): Answer(text)} for text in answers]
    fill = fills_of(module, holes, replies, package).get(key)
    assert (fill.template if fill else None) == template


def test_a_clone_stands_behind_each_decorated_function(tmp_path: Path) -> None:
    """What a decorator hides is asked of a copy without it; lines are those that Python counts."""
    source = """
# \x0c a form feed ends no line for Python
@cache
def f(a,
      b): return (
        a)
class C:
    @deco(1)
    async def g(self): return 1
    @staticmethod
    def h(): ...
    @cache
    def typed(self) -> int: ...
@cache
def last(): return 1"""
    module = source_of(tmp_path, source)
    text = with_clones(module)
    assert module.tree is not None
    clones = {
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "foundry" in node.name
    }
    assert clones == {"_foundry_bare_f_4", "_foundry_bare_g_9", "_foundry_bare_last_15"}
    asked = {hole.asked for hole in holes_of(module)}
    assert asked == {"_foundry_bare_f_4", "C._foundry_bare_g_9", "C.h", "_foundry_bare_last_15"}
    assert "    async def _foundry_bare_g_9(self): return 1\n" in text


def test_a_module_that_cannot_be_parsed_has_no_holes(tmp_path: Path) -> None:
    """Nobody fills what nobody can read."""
    assert holes_of(source_of(tmp_path, "def f(:\n")) == []
