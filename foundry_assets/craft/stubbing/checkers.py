"""What a type checker is asked and answers, whichever it is: sheets of questions in, types and faults out.

Add here what holds for every checker.
Not here: how one is started and read (four_checkers), the questions (symbols), what answers mean (proving).
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from foundry_assets.craft.stubbing.sheets import CONTROL, Sheet
from foundry_assets.craft.stubbing.views import ConsumerView
from foundry_assets.subprocesses import ProgramFailed, run
from foundry_assets.surroundings import clean_environment

_LIMIT_SECONDS = 300.0

Symbol = tuple[str, str]
"""A module and a symbol that a question shows."""


@dataclass(frozen=True)
class Answer:
    """What a checker says of one symbol: the type as it prints it, and the rules that the line breaks."""

    type: str
    faults: frozenset[str] = frozenset()


Answers = Mapping[Symbol, Answer]


@dataclass(frozen=True)
class Finding:
    """One message of a checker about a file: line from 1, the rule's name, a revealed type if it is one."""

    file: str
    line: int
    rule: str
    type: str | None = None
    message: str = ""


@dataclass(frozen=True)
class Reply:
    """What a checker says to all the sheets, and the faults that it finds in stubs of ours."""

    answers: Answers
    stub_faults: tuple[Finding, ...] = ()


class CheckerFailed(Exception):
    """A checker broke down, took too long or did not answer; the text says which one and how."""


class Checker:
    """A checker that can be installed from an extra; `ask` runs it once over all the sheets."""

    name = ""

    @cached_property
    def version(self) -> str:
        """Give the installed version, or an empty text."""
        try:
            return importlib.metadata.version(self.name)
        except importlib.metadata.PackageNotFoundError:
            return ""

    @property
    def is_there(self) -> bool:
        """Whether it is installed beside the foundry."""
        return importlib.util.find_spec(self.name) is not None

    def ask(self, view: ConsumerView, sheets: Sequence[Sheet]) -> Reply:
        """Give the answers to all questions; raises `CheckerFailed` where it breaks down or is silent."""
        files = {sheet.file: sheet for sheet in sheets}
        try:
            findings = [*self.findings(view, list(files))]
        except ProgramFailed as failure:
            raise CheckerFailed(f"{self.name} broke down: {_last_words(failure)}") from failure
        except (ValueError, KeyError, TypeError) as error:
            raise CheckerFailed(
                f"{self.name} answered in a form that is not known here: {error!r}"
            ) from error
        types, faults = _by_symbol(findings, files)
        for sheet in sheets:
            if CONTROL in sheet.lines.values() and (sheet.module, CONTROL) not in types:
                raise CheckerFailed(f"{self.name} did not answer about `{sheet.module}`{_first_of(findings)}")
        asked = [(sheet.module, symbol) for sheet in sheets for symbol in sheet.lines.values()]
        answers = {key: Answer(types.get(key, "Unknown"), frozenset(faults.get(key, ()))) for key in asked}
        in_stubs = (found for found in findings if found.file in view.stubs and found.type is None)
        return Reply(answers, tuple(in_stubs))

    def findings(self, view: ConsumerView, files: Sequence[str]) -> Iterator[Finding]:
        """Run over files of the consumer's folder; raises `ProgramFailed`, and `ValueError` for nonsense."""
        raise NotImplementedError

    def run(self, view: ConsumerView, words: Iterable[str | Path]) -> str:
        """Run the checker with nothing of the package on its way; finding faults is no failure."""
        argv = [sys.executable, "-I", "-m", self.name, *words]
        environment = clean_environment(view.home)
        try:
            return run(argv, cwd=view.consumer, env=environment, timeout_seconds=_LIMIT_SECONDS).stdout
        except ProgramFailed as failure:
            if failure.outcome == "exit code 1" and failure.stdout.strip():
                return failure.stdout
            raise


def known(answers: Answers, key: Symbol) -> Answer:
    """Give an answer; a question that was never asked has none."""
    return answers.get(key, Answer("Unknown"))


def _by_symbol(
    findings: Iterable[Finding], files: Mapping[str, Sheet]
) -> tuple[dict[Symbol, str], dict[Symbol, set[str]]]:
    """Give the revealed types and the broken rules by the symbol that a line asks about."""
    types: dict[Symbol, str] = {}
    faults: dict[Symbol, set[str]] = {}
    for found in findings:
        sheet = files.get(found.file)
        symbol = sheet.lines.get(found.line) if sheet else None
        if sheet is None or symbol is None:
            continue
        if found.type is None:
            faults.setdefault((sheet.module, symbol), set()).add(found.rule)
        else:
            types[sheet.module, symbol] = found.type
    return types, faults


def _last_words(failure: ProgramFailed) -> str:
    said = [line for line in [*failure.stdout.splitlines(), *failure.stderr.splitlines()] if line.strip()]
    return f"{failure.outcome}; {said[-1].strip()[:200]}" if said else failure.outcome


def _first_of(findings: Iterable[Finding]) -> str:
    return next((f": {found.file}:{found.line} {found.message}" for found in findings if found.message), "")
