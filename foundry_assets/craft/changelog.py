"""Reading a changelog in the manner of Keep a Changelog: what one version's section says.

Add here another way in which authors head a version's section.
Not here: what follows from a section that is missing (assets/intent), and showing it (change_control).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from packaging.version import InvalidVersion, Version

MOST_BYTES = 1 << 19
"""What is read of a changelog: the newest section stands first in it."""
_STEMS = ("changelog", "changes", "history", "news", "releases", "release-notes", "release_notes")
_SUFFIXES = (".md", ".markdown", "", ".rst", ".txt")
"""In the order in which they are looked at; underlined headings read alike in all of them."""
_VERSION = re.compile(r"v?\d[\w.!+-]*", re.IGNORECASE)
_BRACKETS = "[](){}<>`*_:,;"
_MOST_OF_HEADING = 200


@dataclass(frozen=True)
class Section:
    """What a changelog says of one version: its heading as it reads, and the Markdown below it."""

    heading: str
    text: str


def changelogs_among(names: Collection[str]) -> list[str]:
    """Give the changelogs among the names of a folder's files, the likeliest first."""
    found = []
    for name in names:
        stem, dot, suffix = name.casefold().partition(".")
        if stem in _STEMS and f"{dot}{suffix}" in _SUFFIXES:
            found.append((_STEMS.index(stem), _SUFFIXES.index(f"{dot}{suffix}"), name))
    return [name for *_, name in sorted(found)]


def section_of(text: str, version: str) -> Section | None:
    """Give the section that is headed by a version (PEP 440, however it is spelt), None where there is none.

    It ends at the next heading of its own or a higher level; addresses of links that are gathered at the
    end are no part of it. A section without a word counts as none.
    """
    env: dict[str, Any] = {}
    headings = list(_headings(_parser().parse(text, env)))
    for at, heading in enumerate(headings):
        if heading.version != Version(version):
            continue
        end = next((other.first for other in headings[at + 1 :] if other.level <= heading.level), None)
        lines = list(enumerate(text.split("\n")))[heading.last : end]
        body = "\n".join(line for number, line in lines if number not in _reference_lines(env)).strip()
        if body:
            return Section(heading.text, body)
    return None


def decoded(data: bytes) -> str:
    """Give a changelog's bytes as text, cut to what is read, with one kind of line end."""
    text = data[:MOST_BYTES].decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class _Heading:
    """A heading: its level, its first line and the line after it (from 0), its text and the version in it."""

    level: int
    first: int
    last: int
    text: str
    version: Version | None


def _parser() -> MarkdownIt:
    # Only blocks matter, and only headings are read word by word; so a text made to be slow cannot be.
    return MarkdownIt("commonmark").disable("inline")


def _headings(tokens: list[Token]) -> Iterator[_Heading]:
    for token, content in itertools.pairwise(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            text = _plain(content.content[:_MOST_OF_HEADING])
            first, last = token.map
            yield _Heading(int(token.tag[1]), first, last, text, _version_in(text))


def _plain(content: str) -> str:
    """Give a heading's words without the marks of links and emphasis."""
    (inline,) = MarkdownIt("commonmark").parseInline(content)
    return "".join(child.content for child in inline.children or [])


def _version_in(heading: str) -> Version | None:
    """Give the first word of a heading that is a version; a date is none (PEP 440)."""
    for word in heading.split():
        bare = word.strip(_BRACKETS)
        if _VERSION.fullmatch(bare):
            try:
                return Version(bare)
            except InvalidVersion:
                continue
    return None


def _reference_lines(env: dict[str, Any]) -> set[int]:
    told = [*env.get("references", {}).values(), *env.get("duplicate_refs", [])]
    return {number for reference in told for number in range(*reference.get("map", (0, 0)))}
