"""MANIFEST.in, setuptools' list of what an sdist holds: what it says about a file, and lines to add.

Add here what its commands mean (setuptools documentation, "Controlling files in the distribution").
Not here: package data and the other settings of setuptools (setuptools_carrier).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.typing_signal.patterns import file_hits, whole_endings
from foundry_assets.craft.typing_signal.settings_edit import Edit, text_of

NAME = "MANIFEST.in"


def manifest_keeps(project: ProjectFiles, path: str, *, by_default: bool) -> bool:
    """Tell whether the sdist holds a file after all commands, of which the last that hits it counts."""
    kept = by_default
    text = text_of(project, NAME).replace("\\\r\n", " ").replace("\\\n", " ")
    for line in text.splitlines():
        command, *words = line.partition("#")[0].split() or [""]
        if any(file_hits(pattern, path) for pattern in _patterns(command, words)):
            kept = command.endswith("include") or command == "graft"
    return kept


def _patterns(command: str, words: list[str]) -> Iterable[str]:
    match command:
        case "include" | "exclude":
            return words
        case "global-include" | "global-exclude":
            return [f"**/{word}" for word in words]
        case "recursive-include" | "recursive-exclude":
            return [f"{words[0]}/**/{word}" for word in words[1:]]
        case "graft" | "prune":
            return [f"{word.rstrip('/')}/**/*" for word in words]
    return []


def add_lines(
    project: ProjectFiles, paths: Collection[str], every: Collection[str], tops: Iterable[str]
) -> Edit:
    """Append, last, the commands that keep `paths`: by root where that hits no other of `every`."""
    lines: list[str] = []
    for top in sorted(tops):
        whole, single = whole_endings(paths, every, top)
        lines += [f"recursive-include {top} {' '.join(whole)}"] if whole else []
        lines += [f"include {path}" for path in single]
    text = text_of(project, NAME)
    end = "\r\n" if "\r\n" in text else "\n"
    start = end if text and not text.endswith("\n") else ""
    return Edit(
        NAME, text + start + "".join(line + end for line in lines), f"ends with `{'`, `'.join(lines)}`"
    )
