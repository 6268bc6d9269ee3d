"""The consumer's view: the package as installed, nothing that runs by itself, nothing left behind.

Add here what a view must hold, or must not.
Not here: what checkers see in it (test_proof).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundry_assets.craft.stubbing.sheets import Question, sheet_of
from foundry_assets.craft.stubbing.views import ConsumerView
from foundry_assets.subprocesses import run
from foundry_assets.surroundings import clean_environment
from foundry_tests.craft.test_installing import wheel_of


@pytest.fixture(scope="module", name="wheels")
def _wheels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with wheels: one that runs something at start, one with an earlier release of ours."""
    folder = tmp_path_factory.mktemp("wheels")
    sign = folder / "executed"
    touch = f"import pathlib; pathlib.Path({str(sign)!r}).touch()\n"
    starts = {f"{name}.py": touch for name in ("sitecustomize", "usercustomize")}
    wheel_of(folder, {"needed/__init__.py": touch, "needed.pth": touch, **starts}, name="needed")
    wheel_of(folder, {"demo/__init__.py": "", "demo/old.pyi": "", "demo/py.typed": ""}, name="earlier")
    yield folder
    assert not sign.exists()


@pytest.fixture(scope="module", name="view")
def _view(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsumerView]:
    with pytest.MonkeyPatch.context() as patched:
        for name in ("UV_FIND_LINKS", "PIP_FIND_LINKS"):
            patched.setenv(name, str(wheels))
        for name in ("UV_NO_INDEX", "PIP_NO_INDEX"):
            patched.setenv(name, "1")
        folder = tmp_path_factory.mktemp("view")
        yield ConsumerView(folder, requirements=["needed", "earlier", "nobody-has-this"], own=["demo"])


def test_requirements_are_there_and_run_nothing(view: ConsumerView) -> None:
    """What can be installed is; what starts by itself is gone, so that the interpreter is silent."""
    assert view.missing == ("nobody-has-this",)
    assert view.has("needed")
    assert not view.has("nobody")
    left = {path.name for path in view.site.iterdir()}
    assert not [name for name in left if name.endswith(".pth") or "customize" in name]
    home = view.home
    run([view.python, "-c", "pass"], cwd=home, env=clean_environment(home), timeout_seconds=60)


def test_an_earlier_release_is_not_in_the_way(view: ConsumerView) -> None:
    """A requirement may need the package itself; what it brings of it would be taken for the new release."""
    assert not view.has("demo")


def test_a_state_leaves_nothing_behind(view: ConsumerView) -> None:
    """Only the files shown last are there, written anew only where they changed, empty folders gone."""
    view.show({"demo/__init__.py": "x = 1\n", "demo/core.py": "y = 1\n"})
    first = (view.site / "demo/core.py").stat().st_mtime
    view.show({"demo/core.py": "y = 1\n", "demo-stubs/__init__.pyi": "y: int\n"}, ["demo-stubs/__init__.pyi"])
    assert view.stubs == ("demo-stubs/__init__.pyi",)
    assert not (view.site / "demo/__init__.py").exists()
    assert (view.site / "demo/core.py").stat().st_mtime == first
    view.show({"demo/core.py": "y = 2\n"})
    assert (view.site / "demo/core.py").stat().st_mtime > first + 0.9
    assert not (view.site / "demo-stubs").exists()


def test_a_package_runs_nothing_at_start(view: ConsumerView) -> None:
    """Even one that ships such a module is not shown with it."""
    view.show(
        {"sitecustomize.py": "1/0\n", "usercustomize/__init__.py": "1/0\n", "demo/sitecustomize.py": ""}
    )
    assert not view.has("sitecustomize")
    assert not view.has("usercustomize")
    assert view.has("demo")


def test_only_the_sheets_in_use_are_there(view: ConsumerView) -> None:
    """A checker reads what is asked now, and files are told relative to the consumer or to site-packages."""
    view.write_sheets([sheet_of("a", []), sheet_of("b", [])])
    view.write_sheets([sheet_of("b", [Question("f", "f")])])
    assert [path.name for path in view.consumer.glob("*.py")] == ["ask_b.py"]
    assert (view.consumer / "ask_b.py").read_text("utf-8").endswith("\nf\n")
    assert view.place_of("ask_b.py") == "ask_b.py"
    assert view.place_of(str(view.consumer / "ask_b.py")) == "ask_b.py"
    assert view.place_of(str((view.site / "demo" / "core.py").resolve())) == "demo/core.py"
    assert view.place_of(sys.executable) == Path(sys.executable).as_posix()
