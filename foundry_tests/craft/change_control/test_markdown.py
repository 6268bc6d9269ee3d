"""No text breaks out of its place: whatever it holds, a reader of Markdown gives back the very text.

Add here a form in which foreign text is put on a page.
Not here: which texts there are (test_page).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from foundry_assets.craft.change_control.markdown import (
    cell,
    code,
    fenced,
    listed,
    quoted,
    table,
    text,
)

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
MARKS = "`*_~[]()<>!#|\\&;:-+=.0123 \t\n\r\x0b\x0c\u2028\u202e\x00\ud800'\"abé{}$/"
foreign = st.text(st.sampled_from(MARKS), max_size=40) | st.text(
    st.characters(exclude_categories=()), max_size=30
)
HOSTILE = (
    "__init__.py and __main__.py",
    "a | b \\| c \\",
    "one\n\n## Checks\n\n| forged | passed |",
    "<script>x</script> <!-- ",
    "```\nfence",
    "](http://example.org) [x]: y",
    "1. one",
    "- one\n- two",
    "    indented",
    "&lt; &#60; &copy;",
    "***",
    "~~~",
    "===\n---",
    "\u202edetrevni",
    "half \ud800",
)


def read_back(tokens: list[Token]) -> str:
    """Give the words that a reader sees: text, code, and the line breaks that we make."""
    seen = []
    for token in tokens:
        for child in token.children or []:
            assert child.type in {"text", "code_inline", "html_inline", "softbreak"}, child
            assert child.type != "html_inline" or child.content == "<br>"
            seen.append("\n" if child.type == "html_inline" else child.content)
    return "".join(seen)


def outermost(tokens: list[Token]) -> list[str]:
    """Give the kinds of what stands side by side on a page."""
    return [token.type.removesuffix("_open") for token in tokens if token.level == 0 and token.nesting != -1]


def as_seen(value: str) -> str:
    """Give a text as a page shows it: its lines without space around them, numbers for what has no shape."""
    lines = [line.strip().replace("\t", " ") for line in value.strip().splitlines()]
    return "\n".join("".join(shape(character) for character in line) for line in lines)


def shape(character: str) -> str:
    """Give a character as it is shown."""
    controls = {*map(chr, range(32)), *map(chr, range(127, 160)), *map(chr, range(0xD800, 0xE000))}
    turning = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    return f"\\u{ord(character):04x}" if character in controls | turning else character


def hostile(test: Callable[[str], None]) -> Callable[[], None]:
    """Try the texts that people thought of, and whatever is found."""
    for value in HOSTILE:
        test = example(value)(test)
    return settings(max_examples=150, deadline=None)(given(foreign)(test))


@hostile
def test_a_cell_reads_as_the_text_that_it_was_given(value: str) -> None:
    """In a table of two rows the text stays in its cell, and its neighbours in theirs."""
    tokens = READER.parse(table(("one", "two", "three"), [("a", value, "b"), ("c", "d", value)]))
    cells = [tokens[at + 1] for at, token in enumerate(tokens) if token.type == "td_open"]
    assert [read_back([found]) for found in cells] == ["a", as_seen(value), "b", "c", "d", as_seen(value)]
    assert {token.level for token in tokens if token.type == "heading_open"} == set()


@hostile
def test_code_in_a_cell_stays_in_it(value: str) -> None:
    """A name in a cell reads as it is, on one line, whatever backticks and strokes it holds."""
    tokens = READER.parse(table(("one", "two"), [(code(value), "b")]))
    first, second = (tokens[at + 1] for at, token in enumerate(tokens) if token.type == "td_open")
    wanted = "".join(shape(c) for c in value.replace("\n", " "))
    assert read_back([first]).strip() == (wanted.strip() if wanted.strip() else "")
    assert read_back([second]) == "b"


@hostile
def test_a_line_and_a_list_read_as_the_texts_that_they_were_given(value: str) -> None:
    """A paragraph of one text is one paragraph, and a list of texts has one item each."""
    tokens = READER.parse(f"{text(value)}\n\nafter\n")
    kinds = [token.type for token in tokens]
    paragraph = ["paragraph_open", "inline", "paragraph_close"]
    assert kinds == [*(paragraph if as_seen(value) else []), *paragraph]
    assert read_back(tokens) == f"{as_seen(value)}after"
    items = READER.parse(f"{listed([value, 'second'])}\n\nafter\n")
    assert outermost(items) == ["bullet_list", "paragraph"]
    assert sum(token.type == "list_item_open" for token in items) == 2
    assert read_back(items) == f"{as_seen(value)}secondafter"


@hostile
def test_a_quotation_ends_where_we_end_it(value: str) -> None:
    """Somebody's Markdown is one quotation: no HTML, no image, and what follows is the page's own."""
    page = f"## Intent\n\n{quoted(value)}\n\n## Files\n\n| a | b |\n|---|---|\n| c | d |\n"
    tokens = READER.parse(page)
    assert outermost(tokens) == ["heading", "blockquote", "heading", "table"]
    every = [*tokens, *(child for token in tokens for child in token.children or [])]
    assert not {token.type for token in every} & {"html_block", "html_inline", "image"}
    assert not [line for line in quoted(value).splitlines() if not line.startswith(">")]


@hostile
def test_fenced_lines_stay_in_their_fence(value: str) -> None:
    """Lines in letters of one width end with their own fence, not with one of theirs."""
    tokens = READER.parse(f"{fenced(value.split(chr(10)))}\n\nafter\n")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content == "\n".join("".join(map(shape, line)) for line in value.split("\n")) + "\n"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("demo_pkg-1.0.tar.gz", "demo_pkg-1.0.tar.gz"),
        ("it is a.b (c), d: e - f!", "it is a.b (c), d: e - f!"),
        ("__init__.py", "\\_\\_init\\_\\_.py"),
    ],
)
def test_what_needs_no_mark_gets_none(value: str, told: str) -> None:
    """The page is also read as it is stored, so names and sentences keep their look."""
    assert cell(value) == told


@pytest.mark.parametrize(
    ("changelog", "is_shown_as_markdown"),
    [
        ("### Added\n\n- `slug` and [a link](https://example.org)\n  - *nested*\n\n```py\nx = 1\n```", True),
        ("an address <https://example.org>", True),
        ("a <b>bold</b> word", False),
        ("an open <!-- comment", False),
        ("for Python < 4 and >= 3.11", True),
        ("a picture ![](https://example.org/x.png)", False),
        ("an odd [link](ftp://example.org)", False),
    ],
)
def test_harmless_markdown_is_shown_as_such(changelog: str, is_shown_as_markdown: bool) -> None:
    """An ordinary section keeps lists and links; one that could load or hide something is shown as text."""
    kinds = {token.type for token in READER.parse(quoted(changelog))}
    assert (kinds == {"blockquote_open", "fence", "blockquote_close"}) is not is_shown_as_markdown
