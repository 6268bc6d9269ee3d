"""Markdown made of foreign texts: whatever an index, a backend or a changelog says stays in its place.

Add here another form in which a text is put on a page, with the reason why nothing can break out of it.
Not here: which texts there are (page).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARKS = re.compile(r"[\\`*\[\]~]|(?<![^\W_])_|_(?![^\W_])")
"""What means something in the middle of a line; an underscore between letters does not."""
_AT_START = re.compile(r"^()([#+=-])|^(\d+)([.)])(?=\s|$)")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that let a text read otherwise than it is stored."""
_PLAIN_BLOCKS = ("paragraph", "bullet_list", "ordered_list", "list_item", "heading", "blockquote")
_PLAIN = {
    f"{name}_{end}" for name in (*_PLAIN_BLOCKS, "em", "strong", "link") for end in ("open", "close")
} | {*("inline", "text", "softbreak", "hardbreak", "code_inline", "code_block", "fence", "hr")}
_SCHEMES = ("http", "https", "mailto", "")
_OPENING = re.compile(r"<[A-Za-z/!?]")
"""What a careless reader could take for HTML, although Markdown says that it is none."""


class Markdown(str):
    """A text that is Markdown already, and safe; any other text is quoted before it is put on a page."""

    __slots__ = ()


def text(value: object) -> Markdown:
    """Give a text that reads as it is, in a cell or a line: no markup, no HTML, its own lines kept apart."""
    if isinstance(value, Markdown):
        return value
    return Markdown("<br>".join(_line(line.strip()) for line in str(value).strip().splitlines()))


def code(value: object) -> Markdown:
    """Give a text as code, for names and digests; it stays on one line."""
    shown = "".join(_shown(character) for character in str(value)).replace("\n", " ")
    if not shown.strip():
        return Markdown("")
    marks = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) else ""
    return Markdown(f"{marks}{pad}{shown}{pad}{marks}")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Markdown:
    """Give a table, "" where it would have no row."""
    lines = ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    first = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return Markdown("\n".join([*first, *lines]) if lines else "")


def cell(value: object) -> Markdown:
    """Give a text for a cell; a stroke in it, in code too, does not end the cell."""
    return Markdown(text(value).replace("|", "\\|"))


def listed(items: Iterable[object]) -> Markdown:
    """Give a list, one item a line."""
    return Markdown("\n".join(f"- {text(item)}" for item in items))


def fenced(lines: Iterable[str]) -> Markdown:
    """Give lines as they are, in letters of one width; none of them becomes two."""
    shown = "\n".join("".join(_shown(character) for character in line).replace("\n", " ") for line in lines)
    marks = "`" * max(3, max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    return Markdown(f"{marks}\n{shown}\n{marks}")


def quoted(markdown: str) -> Markdown:
    """Give somebody's Markdown as a quotation.

    Each line is marked as quoted, so no heading, table or fence in it reaches the page. Where it holds HTML,
    images or odd links it is shown letter by letter: an open `<!--` would swallow the rest of the page.
    """
    shown = "\n".join(
        "".join(_shown(character) for character in line.expandtabs(4)) for line in markdown.splitlines()
    )
    body = shown if _is_plain(shown) else fenced(shown.split("\n"))
    return Markdown("\n".join(f"> {line}".rstrip() for line in body.split("\n")))


def _line(line: str) -> str:
    shown = html.escape("".join(_shown(character) for character in line.replace("\t", " ")), quote=False)
    marked = _MARKS.sub(lambda found: f"\\{found[0]}", shown)
    return _AT_START.sub(r"\1\3\\\2\4", marked)


def _shown(character: str) -> str:
    """Give a character that can be stored and seen; any other as its number."""
    if character == "\n" or (unicodedata.category(character) not in ("Cc", "Cs") and character not in _BIDI):
        return character
    return f"\\u{ord(character):04x}"


def _is_plain(markdown: str) -> bool:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(markdown)
    return all(_is_plain_token(token) for token in [*tokens, *(c for t in tokens for c in t.children or [])])


def _is_plain_token(token: Token) -> bool:
    address = str(token.attrs.get("href", ""))
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        return False
    opens = token.type == "text" and _OPENING.search(token.content)
    return token.type in _PLAIN and scheme in _SCHEMES and not opens
