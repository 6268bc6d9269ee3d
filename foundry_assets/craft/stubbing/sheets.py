"""Sheets of questions: files of a consumer's code in which every line asks about one symbol.

Add here how questions are laid out so that none hides another.
Not here: what is asked (symbols), who answers (checkers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_HEAD = """\
from typing import Any
from typing_extensions import reveal_type
import {module} as _m
_a: Any = ...
"""
STAR = "*"
CONTROL = ""
"""The symbol of a question that every checker can answer: without it, a silent checker would look content."""


@dataclass(frozen=True)
class Question:
    """One statement about a symbol, in one line or more, and the class that `o` is to be of in it, if any.

    With the owner `STAR` it is asked below an `import *`. One stands `apart` after which a checker might take
    the rest for unreachable, as after a call.
    """

    symbol: str
    text: str
    owner: str = ""
    apart: bool = False


@dataclass(frozen=True)
class Sheet:
    """A consumer's code about one module, or a test; `lines` maps a line to the symbol that it asks about."""

    module: str
    text: str
    lines: dict[int, str]
    place: str = ""

    @property
    def file(self) -> str:
        """The file's path in the consumer's folder, different for every module."""
        return self.place or f"ask_{self.module.replace('_', '_1').replace('.', '_0')}.py"


def sheet_of(module: str, questions: Iterable[Question]) -> Sheet:
    """Write the questions about a module down as a file."""
    lines = _HEAD.format(module=module).splitlines()
    places: dict[int, str] = {}
    for text, symbol in [("reveal_type(_a)", CONTROL), *_laid_out(module, list(questions))]:
        for line in text.splitlines():
            lines.append(line)
            if symbol is not None:
                places[len(lines)] = symbol
    return Sheet(module, "\n".join(lines) + "\n", places)


def _laid_out(module: str, questions: list[Question]) -> Iterator[tuple[str, str | None]]:
    """Give the lines with the symbols that they ask about: by owner, the ones apart each in its function."""
    together: dict[str, list[Question]] = {}
    for question in questions:
        if not question.apart:
            together.setdefault(question.owner, []).append(question)
    by_star = together.pop(STAR, [])
    for number, (owner, asked) in enumerate(together.items()):
        if owner:
            yield f"def _f{number}(o: _m.{owner}) -> None:", None
        yield from (("    " * bool(owner) + question.text, question.symbol) for question in asked)
    for number, question in enumerate(questions):
        if question.apart:
            parameter = f"o: _m.{question.owner}" if question.owner else ""
            yield f"def _g{number}({parameter}) -> None: {question.text}", question.symbol
    if by_star:
        yield f"from {module} import *", None
        yield from ((question.text, question.symbol) for question in by_star)
