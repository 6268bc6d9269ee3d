"""The proof with the real type checkers: what is added, what is left alone, and that nothing is executed.

Add here a small package for which a stub is good, or does harm.
Not here: comparing single types (test_comparing), the files around it (typing_signal).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from foundry_assets.craft.stubbing import drafting
from foundry_assets.craft.stubbing.asking import Asking
from foundry_assets.craft.stubbing.drafts import Draft
from foundry_assets.craft.stubbing.first_drafts import first_drafts
from foundry_assets.craft.stubbing.records import ModuleProof
from foundry_assets.craft.stubbing.views import ConsumerView
from foundry_assets.craft.typing_signal import Rules, TypingSignal, add_typing_signal, judge_signal
from foundry_tests.craft.stubbing.small_packages import PROJECT

_GOOD = "def words(text: str):\n    return text.split()\n\n\ndef size(text: str):\n    return len(text)\n"
_BAD = """\
def outer(prefix: str):
    def inner(name, times=1):
        def innermost(*parts, sep=""):
            return [prefix, name, times, parts, sep]
        return innermost, inner
    return inner


def words(text: str):
    return text.split()
"""


class _Kept(dict[str, ModuleProof]):
    def recall(self, key: str) -> ModuleProof | None:
        return self.get(key)

    def keep(self, key: str, proof: ModuleProof) -> None:
        self[key] = proof


def test_a_stub_is_better_for_some_and_worse_for_nobody(tmp_path: Path) -> None:
    """mypy, which infers no results, knows more; all four were asked, and the second time nobody is."""
    kept = _Kept()
    version = '__version__ = "1"\n'
    files = {"demo/__init__.py": version, "demo/core.py": _GOOD, "demo/py.typed": ""}
    first = _add(tmp_path / "first", files, kept=kept)
    assert first.proof is not None
    assert first.proof.total("gains")["mypy"] == 2
    assert not any(first.proof.total("harm").values())
    assert set(first.proof.checkers) == {"basedpyright", "mypy", "pyrefly", "ty"}
    text = (tmp_path / "first/tree/demo/core.pyi").read_text("utf-8")
    assert "def words(text: str) -> list[str]" in text
    assert "def size(text: str) -> int" in text
    again = _add(tmp_path / "again", files | {"demo/__init__.py": version.replace("1", "2")}, kept=kept)
    assert again.proof is not None
    assert (again.proof.kept, again.proof.asked) == (1, 0)
    assert (tmp_path / "again/tree/demo/core.pyi").read_text("utf-8") == text


def test_a_wrong_filling_does_not_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate looks at what consumers see: a stub that says something else than the source is dropped."""

    def lying(asking: Asking, names: Sequence[str], view: ConsumerView) -> dict[str, Draft]:
        drafts = first_drafts(asking, names, view)
        for draft in drafts.values():
            draft.fills = {key: fill for key, fill in draft.fills.items() if "size" not in key}
        return drafts

    monkeypatch.setattr(drafting, "first_drafts", lying)
    signal = _add(tmp_path, {"demo/__init__.py": "", "demo/core.py": _GOOD, "demo/py.typed": ""})
    assert not [*(tmp_path / "tree").rglob("*.pyi")]
    (core,) = [module for module in signal.modules if module.module == "demo/core.py"]
    assert "would be worse: basedpyright: `size" in core.why
    assert judge_signal(signal).passed


def test_what_a_stub_cannot_say_leaves_the_module_alone(tmp_path: Path) -> None:
    """One result that no annotation says is enough: nobody loses what a checker inferred from the source."""
    signal = _add(tmp_path, {"demo/__init__.py": "", "demo/core.py": _BAD, "demo/py.typed": ""})
    assert signal.proof is not None
    assert not any(signal.proof.total("harm").values())


def test_a_marker_that_ends_inference_from_calls_is_withheld(tmp_path: Path) -> None:
    """Under `auto` an untyped package stays as it is; under `full` the cost is told in numbers."""
    files = {"demo/__init__.py": "def twice(a):\n    return a * 2\n"}
    auto = _add(tmp_path / "auto", files)
    assert [marker.decision for marker in auto.markers] == ["withheld"]
    assert judge_signal(auto).passed
    full = _add(tmp_path / "full", files, Rules("full"))
    assert [marker.decision for marker in full.markers] == ["added"]
    told = judge_signal(full)
    assert (told.passed, told.is_wanted) == (False, True)
    assert "worse: " in told.message


def test_the_projects_own_tests_are_its_first_consumers(tmp_path: Path) -> None:
    """A line of a test that would be faulty with a stub takes the stub away, and people read which line."""
    lines = "from demo.core import size\n\ndef test_size():\n    told = 'text'\n    told = size(told)\n"
    files = {"demo/__init__.py": "", "demo/core.py": _GOOD, "demo/py.typed": "", "tests/test_core.py": lines}
    signal = _add(tmp_path, files)
    (core,) = [module for module in signal.modules if module.module == "demo/core.py"]
    assert "`tests.test_core` would be worse: mypy: `tests/test_core.py:5` has a new fault" in core.why
    fine = _add(tmp_path / "fine", files | {"tests/test_core.py": lines.replace("told = s", "other = s")})
    assert [*(tmp_path / "fine/tree").rglob("*.pyi")]
    assert judge_signal(fine).passed


def test_full_takes_a_second_opinion_and_tells_it(tmp_path: Path) -> None:
    """One checker prints a partial, another the function in it: both are known, so the stub stands."""
    code = "import functools\n" + _GOOD + "sizes = functools.partial(size)\n"
    signal = _add(tmp_path, {"demo/__init__.py": code}, Rules("full"))
    (module,) = signal.modules
    assert signal.proof is not None
    assert module.decision == "stub added", module.why
    assert [name for name, number in signal.proof.total("harm").items() if number] == ["pyrefly", "ty"]
    assert [found.why for found in signal.proof.modules] == [
        "2 symbols are seen otherwise, which `full` takes"
    ]


_CANARY = "import pathlib\npathlib.Path({sign!r}).write_text('executed')\n"


def test_nothing_of_the_package_is_executed(tmp_path: Path) -> None:
    """Modules, set-up files, plugins, start-up files and interpreters of the project all stay silent."""
    sign = tmp_path / "executed"
    canary = _CANARY.format(sign=str(sign))
    plugin = '\n[tool.mypy]\nplugins = ["demo.plugin"]\n[tool.pyright]\nvenv = ".venv"\nvenvPath = "."\n'
    files = {
        "pyproject.toml": PROJECT + plugin,
        "mypy.ini": "[mypy]\nplugins = demo.plugin\n",
        "conftest.py": canary,
        "setup.py": canary,
        "sitecustomize.py": canary,
        "usercustomize.py": canary,
        "demo/__init__.py": canary,
        "demo/plugin.py": canary + "def plugin(version: str):\n    return None\n",
        "demo/core.py": canary + _GOOD,
        "demo/py.typed": "",
        "demo/sitecustomize.py": canary,
        "demo/start.pth": f"import pathlib; pathlib.Path({str(sign)!r}).touch()\n",
        ".venv/bin/python": f"#!/bin/sh\ntouch {sign}\n",
        ".venv/pyvenv.cfg": "home = .venv/bin\n",
        "pyrefly.toml": 'python-interpreter-path = ".venv/bin/python"\n',
    }
    for name in ("auto", "full"):
        signal = _add(tmp_path / name, files, Rules(name))
        assert signal.proof is not None
    assert not sign.exists()


def _add(
    folder: Path, files: dict[str, str], rules: Rules | None = None, *, kept: _Kept | None = None
) -> TypingSignal:
    tree = folder / "tree"
    for name, text in {"pyproject.toml": PROJECT, **files}.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text, "utf-8")
        if name.endswith("bin/python"):
            (tree / name).chmod(0o755)
    return add_typing_signal(
        tree,
        distribution=canonicalize_name("demo"),
        rules=rules or Rules("auto"),
        scratch=folder / "scratch",
        memory=kept,
    )
