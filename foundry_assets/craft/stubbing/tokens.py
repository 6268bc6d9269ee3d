"""Printed types cut into tokens, and a place among them.

Add here a character or a form of text that one of the checkers prints.
Not here: what the tokens mean (type_text).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>(?:[bBuU](?=['"]))?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"))
      | (?P<word>[^\W\d][\w.]*(?:@[\w.]+|`-?\d+)?\??)
      | (?P<number>-?\d[\w.]*)
      | (?P<sign>->|\.\.\.|\*\*|[^\w\s])
    )""",
    re.VERBOSE,
)
_UNDONE = re.compile(r"@Todo(\([^)]*\))?")
_NEXT_SIGNATURE = re.compile(r"(?<!\[)\n\s*(?=[(\[])")
CLOSING = {"(": ")", "[": "]", "{": "}"}


class Unreadable(ValueError):
    """A printed type in a form that is not known here."""


class Tokens:
    """The tokens of a text, with a place among them; what is expected and not there raises `Unreadable`."""

    def __init__(self, text: str) -> None:
        self.text = text
        # ty names what it cannot do yet, and pyrefly puts no comma between overloads.
        plain = _NEXT_SIGNATURE.sub(", ", _UNDONE.sub("Unknown", text))
        self._tokens = list(_cut(plain))
        self._place = 0

    @property
    def is_at_end(self) -> bool:
        """Whether every token was taken."""
        return self._place == len(self._tokens)

    def peek(self, ahead: int = 0) -> str:
        """Give a token without taking it; empty behind the last one."""
        place = self._place + ahead
        return self._tokens[place] if place < len(self._tokens) else ""

    def next(self) -> str:
        """Take a token."""
        part = self.peek()
        if not part:
            raise Unreadable(self.text)
        self._place += 1
        return part

    def take(self, part: str) -> bool:
        """Take a token if it is this one; tell whether it was."""
        if self.peek() != part:
            return False
        self._place += 1
        return True

    def expect(self, part: str) -> None:
        """Take this very token."""
        if not self.take(part):
            raise Unreadable(self.text)

    def skip_to(self, closing: str) -> None:
        """Take all up to a closing bracket, which is taken too, with what is bracketed inside."""
        while (part := self.next()) != closing:
            if part in CLOSING:
                self.skip_to(CLOSING[part])

    def behind(self, closing: str) -> str:
        """Give the token that follows a closing bracket, from inside the brackets, taking none."""
        start = self._place
        self.skip_to(closing)
        found = self.peek()
        self._place = start
        return found


def _cut(text: str) -> Iterator[str]:
    place, end = 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None:
            raise Unreadable(text)
        yield found.group().strip()
        place = found.end()
