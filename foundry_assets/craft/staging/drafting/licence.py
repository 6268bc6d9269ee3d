"""The licence that an entry gives: an SPDX expression for the metadata, or a text for a file of its own.

Add here how a licence is told.
Not here: the rest of the metadata (pyproject).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

_NAMES = ("LICENSE", "LICENSE.txt", "LICENSE-GIVEN.txt")


@dataclass(frozen=True)
class Licence:
    """What becomes of a licence: an expression, or a file with its text; all empty where none is given."""

    expression: str = ""
    file: str = ""
    text: str = ""


def licence_of(given: str, *, taken: Collection[str]) -> Licence:
    """Read what an entry gives as its licence (PEP 639); `taken` are the names that files at the top have.

    What is no SPDX expression is a text, which goes into a licence file: the field `License` is deprecated.
    """
    if not given.strip():
        return Licence()
    try:
        return Licence(expression=str(canonicalize_license_expression(given)))
    except InvalidLicenseExpression:
        lower = {name.lower() for name in taken}
        free = next(name for name in _NAMES if name.lower() not in lower or name == _NAMES[-1])
        text = "\n".join(line.rstrip() for line in given.strip().splitlines())
        return Licence(file=free, text=f"{text}\n")
