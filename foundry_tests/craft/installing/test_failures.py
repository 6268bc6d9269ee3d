"""The words for a missing module: what it is, where it lies, and what to do.

Add here a way in which a module goes missing.
Not here: finding that it is missing (test_judging).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft.installing.failures import Explainer, Origin
from foundry_assets.craft.installing.providers import Providers
from foundry_tests.craft.installing.written import core_of, modules_of
from foundry_tests.craft.test_installing import paths

FILES = {"demo/__init__.py": "", "demo/words.py": "", "demo/user.py": "import words\n"}
PROVIDERS = Providers(
    core_of('click>=8; extra == "cli"', extras=("cli",)),
    {"x_make_other_x": "x-0000-make-other-x"},
    {"requests": frozenset({"requests"}), "demo": frozenset({"demo"})},
)


def explainer(origin: Origin | None = None) -> Explainer:
    """Give an explainer for a small wheel."""
    return Explainer(modules_of(FILES), PROVIDERS, origin or Origin())


@pytest.mark.parametrize(
    ("missing", "advice"),
    [
        ("tkinter", ["belongs to Python itself"]),
        ("demo.gone", ["a name of this very package"]),
        ("helpers", ["lies in the source as `lib/helpers/__init__.py`", "not shipped"]),
        ("left.behind", ["lies in the source as `left/behind.py`", "not shipped"]),
        ("words", ["lies in the source as `words.py`", "shipped as `demo.words`", "import it by that name"]),
        ("yaml.reader", ["`yaml` is not declared", "add `PyYAML` to"]),
        ("x_make_other_x.deep", ["add `x-0000-make-other-x`, a package of the catalog, to"]),
        ("click", ["comes with the extra `cli` alone"]),
        ("nobody_knows", ["`nobody_knows` is not declared", "provides it (perhaps `nobody-knows`)"]),
        ("scipy", ["`scipy` is not declared", "provides it (perhaps `scipy`)"]),
    ],
)
def test_missing_modules_are_told_apart(missing: str, advice: list[str]) -> None:
    """Part of Python, of the package or its source, shipped elsewhere, or a dependency: advice differs."""
    tree = paths("lib/helpers/__init__.py", "src/demo/words.py", "left/behind.py")
    origin = Origin(tree, {"src/demo/words.py": "words.py"})
    told = explainer(origin).advice(missing, "demo/user.py")
    assert [text for text in advice if text not in told] == []


def test_a_module_is_never_told_to_import_itself() -> None:
    """A module called like the distribution that it needs does not lie in the source as that."""
    assert "is not declared" in explainer().advice("user", "demo/user.py")


def test_a_dependency_that_lacks_something_is_blamed_itself() -> None:
    """A missing module that another distribution's file imports is not the package's to ship."""
    told = explainer().advice("chardet", "requests/compat.py")
    assert "belongs to `requests`" in told


def test_a_module_that_never_reached_the_copy_is_found_in_the_source(tmp_path: Path) -> None:
    """A file beside the package's folder, left out of the copy, is named as it lies in the source."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "beside.py").write_text("")
    (tmp_path / "gone.py").write_text("")
    origin = Origin(paths(), folder=tmp_path)
    assert origin.holds("beside") == "src/beside.py"
    assert origin.holds(f"{tmp_path.name}.gone") == "gone.py"
    (tmp_path / "bare").mkdir()
    assert origin.holds("bare") == ""
    (tmp_path / "bare" / "inner.py").write_text("")
    assert origin.holds(f"{tmp_path.name}.bare") == "bare"
    assert origin.holds("nowhere") == ""


def test_a_name_that_a_package_does_not_have_may_be_a_module_left_behind() -> None:
    """`from demo import left`, where `left.py` was not shipped, is told as such."""
    answer: dict[str, object] = {
        "error": "ImportError: cannot import name 'left' from 'demo'",
        "wanted": "demo.left",
        "line": 3,
    }
    answer |= {"file": "/x/site-packages/demo/a.py"}
    failure = explainer(Origin(paths("demo/left.py"))).failure("demo", answer)
    assert (failure.file, failure.line) == ("demo/a.py", 3)
    assert "lies in the source as `demo/left.py` and was not shipped" in failure.advice
