"""What the names of an archive's members must not do, be it a zip or a tar.

Add here a rule about members that both kinds of archive share.
Not here: reading archives (wheels, sdists), and what single members say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePosixPath, PureWindowsPath

from foundry_assets.craft.preflight.rules import Finding, finding

_SHOWN = 5


def some_of(names: Collection[str]) -> str:
    """Name a few of many."""
    shown = sorted(names)[:_SHOWN]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return ", ".join(shown) + more


def leads_out(path: str) -> bool:
    """Tell whether a member's path would leave its folder on any system: absolute, or with `..`."""
    return is_rooted(path) or ".." in PurePosixPath(path.replace("\\", "/")).parts


def is_rooted(path: str) -> bool:
    """Tell whether a path begins at a root or a drive, on any system."""
    return path.startswith(("/", "\\")) or bool(PureWindowsPath(path).drive)


def member_findings(file: str, names: Sequence[str]) -> Iterator[Finding]:
    """Hold the names of all members against the rules for them."""
    where = f"{file}: members"
    if outside := {name for name in names if leads_out(name)}:
        what = f"{some_of(outside)}: unpacked, this leaves its folder"
        yield finding(
            "member-paths", where, what, "use paths below the archive's root, with `/` between parts"
        )
    counted = Counter(names)
    if twice := {name for name, count in counted.items() if count > 1}:
        remedy = "list each file once in the build backend's includes"
        yield finding("duplicate-members", where, f"more than once: {some_of(twice)}", remedy)
    folded = Counter(name.casefold() for name in counted)
    if twins := {name for name in counted if folded[name.casefold()] > 1}:
        what = f"one and the same file to Windows and macOS: {some_of(twins)}"
        yield finding("case-twins", where, what, "rename one of them")
