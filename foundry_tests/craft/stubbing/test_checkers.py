"""Asking a checker: its answers by symbol, and its failures, which must never look like content.

Add here a way in which a checker may fail to answer.
Not here: what checkers really say (test_proof), the forms in which they print types (printed).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest

from foundry_assets.craft.stubbing.checkers import Answer, Checker, CheckerFailed, Finding
from foundry_assets.craft.stubbing.four_checkers import Basedpyright, Mypy, Pyrefly, Ty
from foundry_assets.craft.stubbing.sheets import Question, sheet_of
from foundry_assets.craft.stubbing.views import ConsumerView
from foundry_assets.subprocesses import ProgramFailed

_SHEET = sheet_of("demo", [Question("f", "reveal_type(_m.f)"), Question("g", "reveal_type(_m.g)")])
_LINES = {symbol: line for line, symbol in _SHEET.lines.items()}


class _View:
    """As much of a view as one needs to read what a checker prints."""

    stubs = ("demo/core.pyi",)

    def __init__(self, folder: Path) -> None:
        self.home = self.consumer = self.environment = self.site = folder
        self.python = "python"

    def place_of(self, file: str) -> str:
        """Give the name alone."""
        return file.removeprefix(f"{self.site}/")


class _Speaking(Checker):
    name = "speaking"

    def __init__(self, found: Sequence[Finding]) -> None:
        self.found = found

    def findings(self, _: ConsumerView, files: Sequence[str]) -> Iterator[Finding]:
        """Give what the test says."""
        assert list(files) == [_SHEET.file]
        yield from self.found


@pytest.fixture(name="view")
def _view(tmp_path: Path) -> ConsumerView:
    return cast("ConsumerView", _View(tmp_path))


def test_answers_are_given_by_symbol(view: ConsumerView) -> None:
    """A type and the broken rules of each line; no type is no knowledge; faults in stubs of ours apart."""
    fault = Finding("demo/core.pyi", 3, "reportUndefinedVariable", None, "no `x`")
    found = [
        Finding(_SHEET.file, _LINES[""], "", "Any"),
        Finding(_SHEET.file, _LINES["f"], "", "int"),
        Finding(_SHEET.file, _LINES["f"], "rule"),
        Finding(_SHEET.file, 1, "of the sheet itself"),
        Finding("demo/other.py", 1, "of nobody's"),
        fault,
    ]
    reply = _Speaking(found).ask(view, [_SHEET])
    assert reply.answers["demo", "f"] == Answer("int", frozenset({"rule"}))
    assert reply.answers["demo", "g"] == Answer("Unknown")
    assert reply.stub_faults == (fault,)


def test_a_silent_checker_has_failed(view: ConsumerView) -> None:
    """One that does not answer the plainest question knows nothing of the rest, and says why if it can."""
    blocked = [Finding("demo/core.py", 7, "syntax", None, "invalid syntax")]
    with pytest.raises(CheckerFailed, match=r"speaking did not answer about `demo`: demo/core.py:7 invalid"):
        _Speaking(blocked).ask(view, [_SHEET])


@pytest.mark.parametrize("checker", [Basedpyright(), Mypy(), Pyrefly(), Ty()], ids=lambda found: found.name)
@pytest.mark.parametrize("text", ["", "Traceback: nonsense", "{}", '{"a": 1}', "[1]"])
def test_nonsense_is_a_failure(
    checker: Checker, text: str, view: ConsumerView, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a checker prints in place of its report, it is told as its failure."""
    monkeypatch.setattr(Checker, "run", lambda *_: text)
    with pytest.raises(CheckerFailed, match=checker.name):
        checker.ask(view, [_SHEET])


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (ProgramFailed(["mypy"], "exit code 2", "", "INTERNAL ERROR\n"), "exit code 2; INTERNAL ERROR"),
        (ProgramFailed(["mypy"], "exit code 2", "half a report\n", ""), "exit code 2; half a report"),
        (ProgramFailed(["mypy"], "ended after its limit of 300 seconds", "", ""), "limit of 300 seconds"),
        (ProgramFailed(["mypy"], "exit code 1", "", ""), "exit code 1"),
    ],
)
def test_a_crash_and_a_time_limit_are_failures(
    failure: ProgramFailed, told: str, view: ConsumerView, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that ended badly is told with its last words; only findings may end with code 1."""

    def fails(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr("foundry_assets.craft.stubbing.checkers.run", fails)
    with pytest.raises(CheckerFailed, match=f"mypy broke down: .*{told}"):
        Mypy().ask(view, [_SHEET])


def test_a_checker_that_is_not_installed_is_not_there() -> None:
    """What nobody installed has neither a place nor a version."""
    assert not _Speaking([]).is_there
    assert _Speaking([]).version == ""
    assert Mypy().is_there
    assert Mypy().version
