"""The form of one line of a ledger, and how lines hold on to one another.

Add here a field that every fact's line must carry: hashes, names and places only, never content.
Not here: writing lines (writing), and what several lines say together (replaying).
"""

from __future__ import annotations

import hashlib
import re

from pydantic import BaseModel, ConfigDict, Field

FOLDER = "ledger"
"""Where a release's lines lie, one object each, beside its records."""
SETTLED, TAKEN_BACK, FOUND = "settled", "taken back", "found"
"""Kinds of lines that no record has: see `Line`."""
_SHA256 = "^[0-9a-f]{64}$"
_NAME = re.compile(r"(\d{8,})\.json")


class Line(BaseModel):
    """One line: that a fact is about to be recorded, as these very bytes, at this place.

    It is written before the record, so that bytes which no line tells of were never the foundry's. `previous`
    is the sha256 of the whole line before, its line end included. Three kinds go with no record of their
    own: `settled` says that a run has recorded all that it had to, `taken back` (with the number of a line in
    `takes_back`) that a record never came to be, `found` that it was there before its line was.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    seq: int = Field(ge=1)
    at: str
    kind: str
    place: str = ""
    sha256: str = Field("", pattern=f"{_SHA256}|^$")
    run_id: str = ""
    writer: str
    takes_back: int = Field(0, ge=0)
    previous: str = Field(pattern=_SHA256)

    @property
    def author(self) -> str:
        """The run that wrote it, or else the process."""
        return self.run_id or self.writer

    @property
    def is_claim(self) -> bool:
        """Whether it says what lies at a place."""
        return bool(self.place) and not self.takes_back

    def rendered(self) -> bytes:
        """Give its bytes, the only ones that say the same."""
        return (self.model_dump_json() + "\n").encode()


def sha256_of(data: bytes) -> str:
    """Give the sha256 of a line or a record, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def genesis(title: str) -> str:
    """Give what the first line has in place of a line before; `title` names the release or rehearsal."""
    return sha256_of(f"release-foundry ledger 1: {title}\n".encode())


def line_place(number: int) -> str:
    """Give where a line lies."""
    return f"{FOLDER}/{number:08}.json"


def number_of(name: str) -> int | None:
    """Give a line's number by the name of its object, None for a name that no line has."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found and line_place(int(found[1])).endswith(f"/{name}") else None


def read_line(data: bytes) -> Line:
    """Read a line; raises `ValueError` for anything but a line's own bytes, spelt otherwise included."""
    line = Line.model_validate_json(data)
    if line.rendered() != data:
        raise ValueError("it is spelt otherwise than any line of the foundry's")
    return line
