"""File patterns as build tools write them: which paths they hit, and the same patterns narrowed.

Add here a way of matching that several build backends share.
Not here: which settings hold patterns (setuptools_carrier, hatchling_carrier, pattern_carriers).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

Hits = Callable[[str, str], bool]
"""(pattern, path) -> whether the pattern hits the path."""


def glob_hits(pattern: str, path: str) -> bool:
    """Match as `glob` does, `**` for any number of folders, or one of the folders that the path lies in."""
    parts, wanted = PurePosixPath(path).parts, PurePosixPath(pattern).parts
    return any(_match(parts[:count], wanted) for count in range(1, len(parts) + 1))


def file_hits(pattern: str, path: str) -> bool:
    """Match as `glob` does, the file itself only (as MANIFEST.in means it)."""
    return _match(PurePosixPath(path).parts, PurePosixPath(pattern).parts)


def ignore_hits(pattern: str, path: str) -> bool:
    """Match as one line of a .gitignore does."""
    return any_hits([pattern], path)


def any_hits(patterns: Iterable[str], path: str) -> bool:
    """Match as a whole .gitignore does, negations included."""
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns).match_file(path)


def narrowed(
    patterns: Sequence[str],
    wanted: Collection[str],
    *,
    files: Callable[[], Iterable[str]],
    hits: Hits,
    literal: Callable[[str], str] = str,
) -> list[str]:
    """Rewrite excluding patterns so that they spare `wanted` and still hit every other of the `files`."""
    kept: list[str] = []
    for pattern in patterns:
        if pattern.startswith("!") or not any(hits(pattern, path) for path in wanted):
            kept.append(pattern)
        else:
            others = (path for path in files() if path not in wanted and hits(pattern, path))
            kept += [text for text in map(literal, others) if text not in kept]
    return kept


def anchored_globs(paths: Collection[str], every: Collection[str], tops: Iterable[str]) -> list[str]:
    """Give short .gitignore patterns, anchored at the top, that hit `paths` and no other of `every`."""
    found: list[str] = []
    for top in sorted(tops):
        whole, single = whole_endings(paths, every, top)
        found += [f"/{top}/**/{ending}" for ending in whole] + [f"/{path}" for path in single]
    return found


def whole_endings(paths: Collection[str], every: Collection[str], top: str) -> tuple[list[str], list[str]]:
    """Split the `paths` below `top`: file patterns of which every file is wanted, and single paths."""
    inside = sorted(path for path in paths if path.startswith(f"{top}/"))
    others = endings(path for path in every if path.startswith(f"{top}/") and path not in inside)
    whole = [ending for ending in endings(inside) if ending not in others]
    return whole, [path for path in inside if endings([path])[0] not in whole]


def endings(paths: Iterable[str]) -> list[str]:
    """Give the file patterns that typing files need: `*.pyi`, `py.typed`, or both."""
    return sorted({"*.pyi" if path.endswith(".pyi") else PurePosixPath(path).name for path in paths})


def tree_files(tree: Path) -> Iterator[str]:
    """Give every file of a tree as a posix path, sorted, without version control's own."""
    for parent, folders, names in os.walk(tree):
        folders[:] = sorted(folder for folder in folders if folder not in {".git", ".hg", "__pycache__"})
        for name in sorted(names):
            yield Path(parent, name).relative_to(tree).as_posix()


def _match(parts: Sequence[str], wanted: Sequence[str]) -> bool:
    if not wanted:
        return not parts
    if wanted[0] == "**":
        return any(_match(parts[count:], wanted[1:]) for count in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], wanted[0]) and _match(parts[1:], wanted[1:])


def ignore_lines(tree: Path) -> list[str]:
    """Give the lines of the tree's own .gitignore."""
    path = tree / ".gitignore"
    return path.read_text("utf-8", errors="replace").splitlines() if path.is_file() else []
