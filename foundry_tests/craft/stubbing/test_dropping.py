"""The gate: what is dropped for which harm, until every checker is content.

Add here a harm, and what must fall for it; checkers are imitated by what a stub's text makes them say.
Not here: what counts as harm (test_proving), real checkers (test_proof).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import cast

from foundry_assets.craft.stubbing.checkers import Answer, Checker, Finding
from foundry_assets.craft.stubbing.drafts import Draft
from foundry_assets.craft.stubbing.dropping import Gate
from foundry_assets.craft.stubbing.filling import holes_of
from foundry_assets.craft.stubbing.holes import Fill
from foundry_assets.craft.stubbing.looking import Onlooker, Seen
from foundry_assets.craft.stubbing.sources import Sources
from foundry_assets.craft.stubbing.wish import MARKED
from foundry_tests.craft.stubbing.small_packages import sources_of

_FILES = {
    "demo/__init__.py": "from .a import f\n",
    "demo/a.py": "from .b import g\ndef f(): return g()\n",
    "demo/b.py": "class Token: ...\ndef g(): return Token()\n",
    "demo/c.py": "def h(): return 1\ndef deco(f): return f\n@deco\ndef shown(): return 1\n",
}
_INT = Fill("{0}", (("builtins", "int"),))
Says = Callable[[Mapping[str, str]], dict[tuple[str, str], Answer]]


class _Onlooker:
    """Answers by the stubs that it is shown, and counts the looks."""

    def __init__(
        self, says: Says, faults: Callable[[Mapping[str, str]], tuple[Finding, ...]] = lambda _: ()
    ) -> None:
        self._says = says
        self._faults = faults
        self.looks = 0

    def look(
        self,
        checkers: Sequence[Checker],
        *,
        stubs: Mapping[str, str] | None = None,
        markers: Collection[str] = (),
    ) -> Seen:
        """Show nothing, say what the test says."""
        assert not [*markers]
        self.looks += 1
        answers = self._says(stubs or {})
        return Seen({checker.name: answers for checker in checkers}, self._faults(stubs or {}))


def _drafts(folder: Path) -> tuple[Sources, dict[str, Draft]]:
    sources = sources_of(folder, _FILES)
    drafts = {}
    for source in sources.modules[1:]:
        holes = holes_of(source)
        drafts[source.name] = Draft(source, holes=holes, fills={hole.key: _INT for hole in holes})
    return sources, drafts


def _settle(
    onlooker: _Onlooker, sources: Sources, drafts: dict[str, Draft], *, for_gain: bool = False
) -> tuple[dict[str, str], int]:
    """Settle, and give why each draft fell, and how much harm was left."""
    gate = Gate(
        cast("Onlooker", onlooker), sources, [MARKED], (), lambda told: told.symbol == "tolerated", for_gain
    )
    _, harm = gate.settle(drafts, onlooker.look([MARKED]))
    return {
        name.removeprefix("demo."): draft.dropped for name, draft in drafts.items() if draft.dropped
    }, len(harm)


def test_without_harm_everything_stands(tmp_path: Path) -> None:
    """One look is enough where nobody is harmed; what is tolerated is no harm."""
    sources, drafts = _drafts(tmp_path)
    onlooker = _Onlooker(
        lambda stubs: {
            ("demo.a", "f"): Answer("int"),
            ("demo.b", "tolerated"): Answer("Any" if stubs else "int"),
        }
    )
    assert _settle(onlooker, sources, drafts) == ({}, 0)
    assert onlooker.looks == 2


def test_a_lost_type_drops_the_stub(tmp_path: Path) -> None:
    """The stub of the module that is worse falls, the others stand, and people read what was worse."""
    sources, drafts = _drafts(tmp_path)
    onlooker = _Onlooker(lambda stubs: {("demo.a", "f"): Answer("Any" if "demo/a.pyi" in stubs else "int")})
    dropped, left = _settle(onlooker, sources, drafts)
    assert dropped == {"a": "would be worse: mypy: `f` was `int`, became `Any`"}
    assert left == 0


def test_a_changed_type_opens_its_hole_first(tmp_path: Path) -> None:
    """A filling that makes another type of a symbol is taken out, and the stub stands without it."""
    sources, drafts = _drafts(tmp_path)
    onlooker = _Onlooker(
        lambda stubs: {("demo.a", "f"): Answer("int" if "-> int" in stubs.get("demo/a.pyi", "") else "str")}
    )
    assert _settle(onlooker, sources, drafts) == ({}, 0)
    assert drafts["demo.a"].fills == {}
    assert drafts["demo.b"].fills


def test_a_decorator_that_makes_something_else_is_opened(tmp_path: Path) -> None:
    """What is said of a decorator changes what it decorates; the stub stands when the decorator is open."""
    sources, drafts = _drafts(tmp_path)
    onlooker = _Onlooker(
        lambda stubs: {
            ("demo.c", "shown"): Answer(
                "Any" if "def deco(f) -> int" in stubs.get("demo/c.pyi", "") else "int"
            )
        }
    )
    assert _settle(onlooker, sources, drafts) == ({}, 0)
    assert [*drafts["demo.c"].fills] == ["result h 1", "result shown 4"]


def test_harm_falls_where_it_begins(tmp_path: Path) -> None:
    """A module that is worse because of one that it imports keeps its stub; that one's falls."""
    sources, drafts = _drafts(tmp_path)

    def says(stubs: Mapping[str, str]) -> dict[tuple[str, str], Answer]:
        answer = Answer("Any" if "demo/b.pyi" in stubs else "int")
        return {("demo.a", "f"): answer, ("demo.b", "g"): answer, ("demo", "f"): answer}

    dropped, _ = _settle(_Onlooker(says), sources, drafts)
    assert list(dropped) == ["b"]


def test_a_module_without_a_stub_is_not_harmed_either(tmp_path: Path) -> None:
    """What an `__init__` hands on is worse: the stub next to it falls first, and the one behind it stands."""
    sources, drafts = _drafts(tmp_path)
    onlooker = _Onlooker(lambda stubs: {("demo", "f"): Answer("Any" if "demo/a.pyi" in stubs else "int")})
    dropped, _ = _settle(onlooker, sources, drafts)
    assert dropped == {"a": "`demo` would be worse: mypy: `f` was `int`, became `Any`"}


def test_a_class_in_the_type_tells_whose_stub_it_was(tmp_path: Path) -> None:
    """Not the next stub falls, but the one that defines what the type names."""
    sources, drafts = _drafts(tmp_path)
    onlooker = _Onlooker(
        lambda stubs: {("demo", "f"): Answer("list[Any]" if "demo/b.pyi" in stubs else "list[Token]")}
    )
    dropped, _ = _settle(onlooker, sources, drafts)
    assert list(dropped) == ["b"]


def test_harm_that_no_stub_explains_is_told(tmp_path: Path) -> None:
    """Nothing falls blindly; whoever asked learns that something is left."""
    sources, drafts = _drafts(tmp_path)
    onlooker = _Onlooker(lambda stubs: {("demo.c", "h"): Answer("Any" if stubs else "int")})
    dropped, left = _settle(onlooker, sources, {"demo.a": drafts["demo.a"]})
    assert (dropped, left) == ({}, 1)


def test_a_stub_that_does_not_hold_falls(tmp_path: Path) -> None:
    """An undefined name in a stub of ours is enough; faults that the author's code has as well are not."""
    sources, drafts = _drafts(tmp_path)

    def faults(stubs: Mapping[str, str]) -> tuple[Finding, ...]:
        rules = {"demo/a.pyi": "reportUndefinedVariable", "demo/b.pyi": "reportAttributeAccessIssue"}
        return tuple(Finding(path, 1, rule, None, "no `x`") for path, rule in rules.items() if path in stubs)

    dropped, _ = _settle(_Onlooker(lambda _: {}, faults), sources, drafts)
    assert dropped == {"a": "its stub would not hold: no `x`"}


def test_what_gains_nothing_falls_last(tmp_path: Path) -> None:
    """A stub that tells nobody anything is none; one that was proven earlier has told already."""
    sources, drafts = _drafts(tmp_path)
    drafts["demo.b"] = Draft(drafts["demo.b"].source, kept="def g() -> int: ...\n")
    onlooker = _Onlooker(lambda stubs: {("demo.a", "f"): Answer("int" if "demo/a.pyi" in stubs else "Any")})
    dropped, _ = _settle(onlooker, sources, drafts, for_gain=True)
    assert dropped == {"c": "no gain: every type that it would say is known without it"}


def test_a_kept_stub_that_harms_a_new_module_falls(tmp_path: Path) -> None:
    """What was proven for an earlier release is dropped where this one would be worse with it."""
    sources, drafts = _drafts(tmp_path)
    drafts = {"demo.b": Draft(drafts["demo.b"].source, kept="def g() -> int: ...\n")}
    onlooker = _Onlooker(lambda stubs: {("demo.a", "f"): Answer("Any" if stubs else "int")})
    dropped, left = _settle(onlooker, sources, drafts)
    assert (list(dropped), left) == (["b"], 0)
