"""A finding: what one check saw, whether it stands in a release's way, and what to do about it.

Add here what holds for every finding, whatever it is about.
Not here: looking (the modules beside this one).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from foundry_assets.errors import FoundryError

Verdict = Literal["good", "warning", "blocks"]
"""`blocks`: a release would stop here; `warning`: it would go on, with less than could be."""
_USERINFO = re.compile(r"(?<=//)[^/\s'\"`]*@")


@dataclass(frozen=True)
class Finding:
    """What was found by a check, in words that hold no secret; `remedy` is empty where all is good."""

    check: str
    verdict: Verdict
    found: str
    remedy: str = ""


def looked(check: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Give what a look finds; whatever keeps it from looking is a finding itself.

    An error that nobody foresaw is told by its kind alone: its words may hold an address with a password in
    it, or what a keyring said.
    """
    try:
        yield from (_without_userinfo(finding) for finding in look())
    except FoundryError as error:
        told = "\n".join(filter(None, [error.happened, error.details]))
        yield _without_userinfo(Finding(check, "blocks", told, error.remedy))
    except Exception as error:
        what = f"it could not be looked at ({kind_of(error)})"
        yield Finding(check, "blocks", what, "see to what this names; if all seems well there, report it")


def kind_of(error: BaseException) -> str:
    """Give an error's kind, and the operating system's own words where it comes from there."""
    words = error.strerror if isinstance(error, OSError) and isinstance(error.errno, int) else None
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _without_userinfo(finding: Finding) -> Finding:
    """Take user and password out of every address, such as that of a store or a proxy."""
    return replace(
        finding, found=_USERINFO.sub("…@", finding.found), remedy=_USERINFO.sub("…@", finding.remedy)
    )
