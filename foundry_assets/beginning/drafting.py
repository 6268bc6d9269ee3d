"""Writing the catalog's text: a commented one for a fresh file, or more entries for one that is there.

Add here how an entry looks.
Not here: the words about keys (keys), and putting the file in place (placing).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import tomlkit
from tomlkit.items import AoT, Table

from foundry_assets.beginning.keys import (
    AFTER_DEFAULTS,
    HEADER,
    INDEX_REMARK,
    INDEXES,
    METADATA_CHOICE,
    PACKAGE,
    REHEARSAL,
    VERSION_CHOICE,
)
from foundry_assets.beginning.records import Found, Survey
from foundry_assets.catalog import LOCAL
from foundry_assets.errors import CallIsWrong

_Line = str | tuple[str, str]


@dataclass(frozen=True)
class Draft:
    """A catalog's text as it would be, and the packages that it has an entry more for."""

    text: str
    added: tuple[Found, ...]


def draft_catalog(survey: Survey, *, file: Path) -> Draft:
    """Write the catalog of all that was found; two sources of one name are left to a person, as comments."""
    document = tomlkit.document()
    _say(document, HEADER)
    document.add(tomlkit.nl())
    defaults = tomlkit.table()
    defaults.add("index", tomlkit.item(LOCAL).comment(INDEX_REMARK))
    _say(defaults, AFTER_DEFAULTS)
    for lines in (INDEXES, REHEARSAL, PACKAGE, *_choices(survey, file)):
        defaults.add(tomlkit.nl())
        _say(defaults, lines)
    defaults.add(tomlkit.nl())
    document.add("foundry", defaults)
    added = survey.named_once()
    if added:
        document.add("package", _entries(added, file))
    return Draft(tomlkit.dumps(document), tuple(added))


def add_to(text: str, survey: Survey, *, file: Path) -> Draft:
    """Add an entry for each package of the survey whose name is its own; the rest stays as it is.

    Raises `CallIsWrong` where the packages are written in a form to which nothing can be added.
    """
    fresh = survey.named_once()
    if not fresh:
        return Draft(text, ())
    document = tomlkit.parse(text)
    there = document.get("package")
    if there is None:
        document.add("package", _entries(fresh, file))
    elif isinstance(there, AoT):
        there[-1].add(tomlkit.nl())
        for entry in _entries(fresh, file):
            there.append(entry)
    else:
        raise CallIsWrong(
            f"the packages of {file} are no [[package]] tables",
            remedy="write each of them as a table [[package]] of its own, or the new ones by hand",
        )
    return Draft(tomlkit.dumps(document), tuple(fresh))


def source_of(folder: Path, file: Path) -> str:
    """Give a folder as the catalog names it: relative to the catalog's own folder, with `/` between parts."""
    place = folder.resolve()
    try:
        told = Path(os.path.relpath(place, file.parent.resolve())).as_posix()
    except ValueError:  # another drive of Windows
        return place.as_posix()
    # A catalog reads `~` at the beginning as somebody's home.
    return place.as_posix() if told.startswith("~") else told


def _entries(packages: Iterable[Found], file: Path) -> AoT:
    entries = tomlkit.aot()
    for package in packages:
        entries.append(_entry(package, file))
    return entries


def _entry(package: Found, file: Path) -> Table:
    entry = tomlkit.table()
    entry.add("name", package.name)
    entry.add("source", source_of(package.folder, file))
    if package.main_file:
        entry.add("main_file", package.main_file)
        if package.version:
            entry.add("version", package.version)
        else:
            _say(entry, [(VERSION_CHOICE, "no version was found in it; a release needs one")])
        _say(entry, [(METADATA_CHOICE, "what the source does not say")])
    return entry


def _choices(survey: Survey, file: Path) -> Iterable[Sequence[_Line]]:
    """Give, as comments, the sources that share a name: a catalog takes one of them."""
    for name, several in survey.same_names().items():
        told: list[_Line] = [f"`{name}` has {len(several)} sources; keep one of these entries:"]
        for package in several:
            told += [
                line for line in tomlkit.dumps({"package": _entries([package], file)}).splitlines() if line
            ]
        yield [line.removeprefix("# ") if isinstance(line, str) else line for line in told]


def _say(place: tomlkit.TOMLDocument | Table, lines: Sequence[_Line]) -> None:
    for line in lines:
        place.add(tomlkit.comment(line if isinstance(line, str) else f"{line[0]}  # {line[1]}"))
