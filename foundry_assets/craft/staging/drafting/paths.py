"""Paths as people write them in an entry: read as seen from the source's folder, whatever leads them.

Add here a way of writing a path, and what is told where it leads nowhere.
Not here: what becomes of a file (placing).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from foundry_assets.craft.staging.records import Chosen, LeftOut
from foundry_assets.errors import Fault

NOT_TRACKED = "not tracked by git"
COMMIT_IT = "commit it, so that the release can be made again from the commit"
_DRIVE = re.compile(r"[A-Za-z]:")


class PathWrong(ValueError):
    """A path that names nothing in a source; says what is wrong and what to write instead."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(what)


def inside(folder: Path, text: str) -> str:
    """Give a written path as the copy names it: `/` between parts, and none in front.

    A leading slash means nothing; an absolute path into the folder means what it leads to. Raises
    `PathWrong` for a path out of the folder, and for an empty one.
    """
    path = Path(text)
    written = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else text
    parts = [part for part in written.replace("\\", "/").split("/") if part not in ("", ".")]
    if not parts:
        raise PathWrong("an empty path", "write a path as seen from the source's folder")
    if ".." in parts or _DRIVE.match(parts[0]):
        raise PathWrong(
            f"`{text}` leads out of `{folder}`", "copy that file into the source, and name it there"
        )
    return "/".join(parts)


@dataclass(frozen=True)
class Named:
    """The files that an entry names, as the copy names them, and what is wrong with the others."""

    files: frozenset[str]
    faults: tuple[Fault, ...]


def named_files(folder: Path, written: Sequence[str], chosen: Chosen) -> Named:
    """Find the ancillary files of an entry among those chosen; a folder stands for all files below it."""
    known = {file.name for file in chosen.files}
    found: set[str] = set()
    faults = []
    for text in written:
        try:
            path = inside(folder, text)
        except PathWrong as wrong:
            faults.append(Fault("ancillary", wrong.what, wrong.remedy))
            continue
        files = {path} & known or {name for name in known if name.startswith(f"{path}/")}
        found |= files
        if not files:
            faults.append(Fault("ancillary", *_why_not(folder, path, chosen.left_out)))
    return Named(frozenset(found), tuple(faults))


def _why_not(folder: Path, path: str, left_out: Collection[LeftOut]) -> tuple[str, str]:
    """Say why a path that somebody named is none of the source's files, and what to do about it."""
    if not (folder / path).exists():
        return f"there is no `{path}` in `{folder}`", _remedy_for(path)
    reason = reason_left_out(path, left_out) or NOT_TRACKED
    if (folder / path).is_dir() and reason == NOT_TRACKED:
        return f"there is no file in `{path}`", "name files, or take it off the list"
    remedy = COMMIT_IT if reason == NOT_TRACKED else "take it off the list"
    return f"`{path}` is never taken along: {reason}", remedy


def reason_left_out(path: str, left_out: Collection[LeftOut]) -> str:
    """Give why a path, or a folder above it, is not in the copy; empty where nothing says so."""
    above = {path, *(str(parent) for parent in PurePosixPath(path).parents)} - {"."}
    return next((left.reason for left in left_out if left.path in above), "")


def _remedy_for(path: str) -> str:
    if path == "pyproject.toml":
        return "take it off the list: without one it is written from the metadata given here"
    return "mend the path (as seen from the source's folder), add the file, or take it off the list"
