"""From decision to files: which stubs and markers are written, which are taken back, and what is told of it.

Add here a promise about what a tree holds afterwards.
Not here: single decisions (test_markers), the proof itself (craft/stubbing), archives (test_archives).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from foundry_assets.craft.stubbing import making
from foundry_assets.craft.stubbing.records import ModuleProof, Proof
from foundry_assets.craft.stubbing.wish import Wish
from foundry_assets.craft.typing_signal import Rules, TypingSignal, add_typing_signal, adding, judge_signal
from foundry_assets.errors import BuildFailed
from foundry_tests.craft.stubbing.small_packages import PROJECT

_BARE = "def f(a):\n    return str(a)\n"
_STUB = "def f(a) -> str: ...\n"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Wish]:
    """Let every wanted module be proven with one stub; gives what was wished."""
    wishes: list[Wish] = []

    def make(wish: Wish, **_: object) -> Proof:
        wishes.append(wish)
        modules = tuple(
            ModuleProof(module=name, stub=_STUB, why="proven not worse", filled=1, gains={"mypy": 1})
            for name in wish.wanted
        )
        return Proof(modules=modules, checkers={"mypy": "2"}, asked=3)

    monkeypatch.setattr(making, "make_stubs", make)
    return wishes


def test_a_proven_stub_is_written_beside_its_module(tmp_path: Path, asked: list[Wish]) -> None:
    """The stub lies in the tree, is promised to the archives, and the figures count it."""
    tree = _tree(tmp_path, {"demo/__init__.py": "", "demo/core.py": _BARE, "demo/py.typed": ""})
    signal = _add(tree)
    assert (tree / "demo/core.pyi").read_text("utf-8") == _STUB
    assert (tree / "demo/core.py").read_text("utf-8") == _BARE
    assert set(signal.carried) == {"demo/core.pyi", "demo/py.typed"}
    assert {found.module: found.decision for found in signal.modules} == {
        "demo/__init__.py": "typed inline",
        "demo/core.py": "stub added",
    }
    assert (signal.before.untyped, signal.after.untyped) == (2, 1)
    assert list(asked[0].wanted) == ["demo.core"]
    assert asked[0].marked == {"demo": "demo/py.typed"}


def test_a_second_time_changes_nothing(tmp_path: Path, asked: list[Wish]) -> None:
    """What was added counts as the author's own the next time: nobody is asked, nothing is written."""
    tree = _tree(tmp_path, {"demo/__init__.py": "", "demo/core.py": _BARE, "demo/py.typed": ""})
    _add(tree)
    files = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    again = _add(tree)
    assert {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()} == files
    assert again.proof is None
    assert len(asked) == 1


def test_a_single_module_gets_a_stub_package(tmp_path: Path, asked: list[Wish]) -> None:
    """`demo.py` gets `demo-stubs/__init__.pyi` in its own distribution, and the backend is told of it."""
    tree = _tree(tmp_path, {"demo.py": _BARE})
    signal = _add(tree)
    assert (tree / "demo-stubs/__init__.pyi").read_text("utf-8") == _STUB
    assert not (tree / "demo.pyi").exists()
    assert signal.carried == ("demo-stubs/__init__.pyi",)
    assert "demo-stubs" in (tree / "pyproject.toml").read_text("utf-8")
    assert (signal.before.untyped, signal.after.untyped) == (2, 1)


@pytest.mark.parametrize("path", ["demo.pyi", "demo-stubs/__init__.pyi"])
def test_a_single_module_with_a_stub_of_its_author_says_so(
    path: str, tmp_path: Path, asked: list[Wish]
) -> None:
    """People read who speaks for the module, and nothing is written."""
    tree = _tree(tmp_path, {"demo.py": _BARE, path: _STUB})
    decisions = {found.module: found.decision for found in _add(tree).modules}
    assert decisions["demo.py"] == "author ships .pyi"
    assert asked == []


@pytest.mark.parametrize(
    ("files", "rules", "wanted"),
    [
        ({"demo/core.py": "def f(a: int) -> int: ...\n"}, Rules("auto"), []),
        ({"demo/core.py": _BARE, "demo/core.pyi": _STUB}, Rules("auto"), []),
        ({"demo/core.py": _BARE, "demo/test_core.py": _BARE}, Rules("auto"), ["demo.core"]),
        ({"demo/core.py": f"globals()['x'] = 1\n{_BARE}"}, Rules("auto"), []),
        ({"demo/core.py": f"from demo._fast import *\n{_BARE}"}, Rules("auto"), []),
        ({"demo/core.py": "def f(:\n"}, Rules("auto"), []),
        ({"demo/core.py": _BARE, "demo/old.py": _BARE}, Rules("auto", {"demo.old": "off"}), ["demo.core"]),
        ({"demo/core.py": _BARE, "demo/old.py": _BARE}, Rules("auto", {"demo.*": "off"}), []),
        ({"demo/core.py": _BARE}, Rules("marker"), []),
        (
            {"demo/core.py": "class C:\n    def __getattr__(self, name): return 1\n"},
            Rules("auto"),
            ["demo.core"],
        ),
    ],
)
def test_which_modules_are_drafted(
    tmp_path: Path, asked: list[Wish], files: dict[str, str], rules: Rules, wanted: list[str]
) -> None:
    """Only modules whose text leaves a type open, can be read, have no stub, and are not turned off."""
    tree = _tree(tmp_path, {"demo/__init__.py": "", "demo/py.typed": "", **files})
    _add(tree, rules)
    assert [name for wish in asked for name in wish.wanted] == wanted


def test_a_withheld_marker_takes_the_stubs_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a marker would do harm, nothing is written, and the plan says what would have been lost."""
    loss = "basedpyright: `f(1)` was `int`, became `Unknown`"
    proof = Proof(
        modules=(
            ModuleProof(module="demo.core", stub=_STUB, why="", harm={"basedpyright": 1}, told=(loss,)),
        ),
        checkers={"basedpyright": "1"},
        withheld={"demo": loss},
    )
    monkeypatch.setattr(making, "make_stubs", lambda *_, **__: proof)
    tree = _tree(tmp_path, {"demo/__init__.py": "", "demo/core.py": _BARE})
    before = sorted(tree.rglob("*"))
    signal = _add(tree)
    assert sorted(tree.rglob("*")) == before
    assert (signal.markers[0].decision, loss in signal.markers[0].why) == ("withheld", True)
    assert loss in signal.modules[1].why
    assert judge_signal(signal).passed


def test_checkers_that_break_down_leave_the_package_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release does not fail for it: nothing unproven is added, and the verdict says why."""

    def fail(*_: object, **__: object) -> Proof:
        raise BuildFailed("the environment could not be created", remedy="look at the disk")

    monkeypatch.setattr(making, "make_stubs", fail)
    tree = _tree(tmp_path, {"demo/__init__.py": "", "demo/core.py": _BARE})
    signal = _add(tree)
    assert not [*tree.rglob("*.pyi"), *tree.rglob("py.typed")]
    assert "could not be created" in judge_signal(signal).message
    assert judge_signal(signal).passed


def test_without_the_extra_the_plan_still_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the text alone proves is added; the rest is left alone, and people are told what to install."""
    monkeypatch.setattr(adding, "missing_checkers", lambda: ["ty"])
    tree = _tree(tmp_path, {"demo/__init__.py": "", "demo/core.py": _BARE, "demo/py.typed": ""})
    signal = _add(tree)
    assert signal.proof is None
    assert "pip install 'release-foundry[typing]'" in judge_signal(signal).message
    assert not [*tree.rglob("*.pyi")]
    whole = _tree(tmp_path / "whole", {"demo/__init__.py": "def f(a: int) -> int: ...\n"})
    assert [marker.decision for marker in _add(whole).markers] == ["added"]


def _add(tree: Path, rules: Rules | None = None) -> TypingSignal:
    return add_typing_signal(
        tree,
        distribution=canonicalize_name("demo"),
        rules=rules or Rules("auto"),
        scratch=tree.parent / "scratch",
    )


def _tree(folder: Path, files: dict[str, str]) -> Path:
    tree = folder / "tree"
    for name, text in {"pyproject.toml": PROJECT, **files}.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text, "utf-8")
    return tree
