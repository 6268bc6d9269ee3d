"""Making stubs: what is known is taken, what is new is asked, and what nobody proved is not kept.

Add here what is kept of a proof, or follows from one.
Not here: keys (test_recognising), asking (test_proof).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from foundry_assets.craft.stubbing import making
from foundry_assets.craft.stubbing.checkers import CheckerFailed
from foundry_assets.craft.stubbing.making import make_stubs
from foundry_assets.craft.stubbing.records import ModuleProof, Proof
from foundry_assets.craft.stubbing.wish import Wish
from foundry_tests.craft.stubbing.small_packages import Drawer, wish_of

_FILES = {
    "demo/__init__.py": "",
    "demo/leaf.py": "def f(): return 1\n",
    "demo/importer.py": "from .leaf import f\ndef g(): return f()\n",
    "demo/aside.py": "def h(): return 1\n",
}


class _Asked:
    """Stands in for the checkers: proves every new module, and remembers which were new."""

    def __init__(self, **changes: object) -> None:
        self.new: list[str] = []
        self.changes = changes

    def __call__(self, wish: Wish, _: Path, kept: Mapping[str, ModuleProof]) -> _Asked:
        self.new = sorted(name for name in wish.judged if name not in kept)
        self.proofs = [ModuleProof(module=name, stub=f"# {name}\n", why="proven") for name in self.new]
        return self

    def proof(self) -> Proof:
        """Give the proofs."""
        values: dict[str, object] = {"modules": tuple(self.proofs), "asked": 1}
        return Proof.model_validate(values | self.changes)


@pytest.fixture(name="asked")
def _asked(monkeypatch: pytest.MonkeyPatch) -> _Asked:
    asked = _Asked()
    monkeypatch.setattr(making, "Drafting", asked)
    return asked


def _make(folder: Path, memory: Drawer | None, changes: Mapping[str, str] | None = None) -> Proof:
    return make_stubs(
        wish_of(folder, _FILES | dict(changes or {})), scratch=folder / "scratch", memory=memory
    )


def test_what_is_known_is_not_asked_again(asked: _Asked, tmp_path: Path) -> None:
    """The second time every proof comes from memory, with its stub, in the order of the names."""
    memory = Drawer()
    first = _make(tmp_path / "first", memory)
    assert asked.new == ["demo.aside", "demo.importer", "demo.leaf"]
    asked.new = []
    again = _make(tmp_path / "again", memory)
    assert asked.new == []
    assert again.modules == first.modules
    assert [found.module for found in again.modules] == ["demo.aside", "demo.importer", "demo.leaf"]
    assert (again.kept, again.asked) == (3, 0)


def test_a_change_is_asked_with_those_who_import_it(asked: _Asked, tmp_path: Path) -> None:
    """One module changed: it and its importers are new, the rest is known."""
    memory = Drawer()
    _make(tmp_path / "first", memory)
    proof = _make(tmp_path / "again", memory, {"demo/leaf.py": "def f(a): return 2\n"})
    assert asked.new == ["demo.importer", "demo.leaf"]
    assert proof.kept == 1


def test_a_proof_holds_beside_the_same_stubs_only(asked: _Asked, tmp_path: Path) -> None:
    """Where a module that it imports has another stub than then, it is proven anew."""
    memory = Drawer()
    _make(tmp_path / "first", memory)
    for key, found in memory.kept.items():
        if found.module == "demo.leaf":
            memory.kept[key] = found.model_copy(update={"stub": ""})
    _make(tmp_path / "again", memory)
    assert asked.new == ["demo.importer"]


def test_what_was_proven_without_a_requirement_is_not_kept(asked: _Asked, tmp_path: Path) -> None:
    """It may be installable tomorrow, and the proof another."""
    asked.changes = {"missing": ("attrs",)}
    memory = Drawer()
    assert _make(tmp_path, memory).missing == ("attrs",)
    assert memory.kept == {}


def test_without_a_memory_everything_is_asked(asked: _Asked, tmp_path: Path) -> None:
    """Nothing is needed but the checkers."""
    _make(tmp_path / "first", None)
    _make(tmp_path / "again", None)
    assert asked.new == ["demo.aside", "demo.importer", "demo.leaf"]


def test_a_marker_that_does_harm_is_withheld(asked: _Asked, tmp_path: Path) -> None:
    """Under auto one harmed module is enough, and its harm is the reason; full takes it."""
    harmed = ModuleProof(module="demo.leaf", why="as it is", harm={"mypy": 1}, told=("mypy: `f` was",))
    asked.changes = {"modules": (harmed,)}
    wish = wish_of(tmp_path, _FILES, marked={}, markable={"demo": "demo/py.typed"})
    assert make_stubs(wish, scratch=tmp_path / "scratch").withheld == {"demo": "mypy: `f` was"}
    full = wish_of(tmp_path, _FILES, marked={}, markable={"demo": "demo/py.typed"}, wanted={}, mode="full")
    assert make_stubs(full, scratch=tmp_path / "scratch").withheld == {}


def test_a_failing_checker_is_the_askers_matter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its failure comes through, nothing is kept, and who asked leaves the package as it is."""

    def fails(*_: object) -> None:
        raise CheckerFailed("mypy broke down")

    monkeypatch.setattr(making, "Drafting", fails)
    memory = Drawer()
    with pytest.raises(CheckerFailed):
        _make(tmp_path, memory)
    assert memory.kept == {}
