"""A changelog's section of one version is found however its author heads it, and is given as it is written.

Add here another way of heading a section.
Not here: what follows from one that is missing (assets/test_intent).
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundry_assets.craft.changelog import MOST_BYTES, changelogs_among, decoded, section_of

KEPT = """\
# Changelog

All notable changes.

## [Unreleased]

- not yet

## [1.1.0] - 2026-02-03 [YANKED]

A paragraph
that wraps.

### Added

- one, see `__init__.py`
  - nested

```md
## [1.0.5] - no release, but an example
```

### Fixed

- two

## [1.0.0] - 2026-01-02

- first; see [the notes][1.0.0]

[Unreleased]: https://example.org/compare
[1.1.0]: https://example.org/1.1.0
[1.0.0]: https://example.org/1.0.0 "first"
"""


def test_a_section_is_given_as_it_is_written() -> None:
    """Paragraphs, sub-headings, nested lists and code are all there; the next version is not."""
    found = section_of(KEPT, "1.1")
    assert found is not None
    assert found.heading == "[1.1.0] - 2026-02-03 [YANKED]"
    assert found.text == KEPT.partition("[YANKED]")[2].partition("## [1.0.0]")[0].strip()


def test_the_last_section_ends_before_the_addresses() -> None:
    """Addresses of links that are gathered at the end belong to no version."""
    found = section_of(KEPT, "1.0.0")
    assert found is not None
    assert found.text == "- first; see [the notes][1.0.0]"


@pytest.mark.parametrize("version", ["1.0.5", "1.2", "2026.2.3", "0"])
def test_what_has_no_section_is_not_found(version: str) -> None:
    """Neither a heading within code nor a date nor another version counts."""
    assert section_of(KEPT, version) is None


@pytest.mark.parametrize(
    "heading",
    [
        "## 1.2.0",
        "## [1.2.0]",
        "## [1.2](https://example.org) - 2026-01-01",
        "## v1.2.0 (2026-01-01)",
        "# Version 1.2",
        "### 1.2.0: *the big one*",
        "## demo-pkg 1.2.0",
        "## **1.2.0**",
        "## `1.2.0`",
        "## 2026-01-01, 1.2.0",
        "## 1.2.0 ##",
        "1.2.0 (2026-01-01)\n==================",
        "1.2.0\n-----",
    ],
)
def test_authors_head_a_section_in_their_ways(heading: str) -> None:
    """A version is read out of its heading as PEP 440 reads it, links and emphasis aside."""
    found = section_of(f"Changes\n\n{heading}\n\n* something\n\n## 1.1\n\n* else\n", "1.2.0")
    assert found is not None
    assert found.text.startswith("* something")


@pytest.mark.parametrize(
    ("written", "asked"),
    [("1.0rc1", "1.0rc1"), ("1.0-rc.1", "1.0rc1"), ("1!2.0", "1!2.0"), ("2026.1", "2026.01")],
)
def test_versions_are_compared_as_versions(written: str, asked: str) -> None:
    """However a version is spelt, it is that version."""
    assert section_of(f"## {written}\n\ntext\n", asked) is not None


def test_a_deeper_heading_belongs_to_the_section_and_a_higher_one_ends_it() -> None:
    """Versions below a heading of their series end with the series."""
    text = "# 1.x\n\n## 1.1\n\na\n\n### Added\n\nb\n\n# 0.x\n\n## 0.9\n\nc\n"
    found = section_of(text, "1.1")
    assert found is not None
    assert found.text == "a\n\n### Added\n\nb"


@pytest.mark.parametrize(
    "text", ["## 1.0\n", "## 1.0\n\n\n## 0.9\n\nold\n", "## 1.0\n\n[1.0]: https://x.org\n"]
)
def test_a_section_without_a_word_is_none(text: str) -> None:
    """A heading alone says nothing about a release."""
    assert section_of(text, "1.0") is None


@given(st.text(), st.text())
def test_any_text_is_read(before: str, after: str) -> None:
    """No file that is called a changelog stops a release."""
    section_of(decoded(before.encode("utf-8", "surrogatepass")), "1.0")
    found = section_of(f"# 1.0\n\nword\n\n{after}", "1.0")
    assert found is not None
    assert found.text.startswith("word")


def test_a_text_made_to_be_slow_is_read_in_time() -> None:
    """Brackets, quotes and stars without end take no longer than other text."""
    hostile = "# 1.0 " + "[" * 100_000 + "\n\n" + "[" * 50_000 + "\n" + "> " * 5_000 + "x\n" + "*a_ " * 50_000
    began = time.process_time()
    section_of(hostile, "1.0")
    assert time.process_time() - began < 5


def test_bytes_are_read_as_people_save_them() -> None:
    """Byte order marks, foreign line ends and odd bytes leave the text readable, and a giant is cut."""
    assert decoded(b"\xef\xbb\xbf# 1.0\r\n\r\nold\rend\n") == "# 1.0\n\nold\nend\n"
    assert decoded(b"caf\xe9") == "caf\ufffd"
    assert len(decoded(b"x" * (MOST_BYTES + 1))) == MOST_BYTES


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["README.md", "CHANGELOG.md", "setup.py"], ["CHANGELOG.md"]),
        (["HISTORY.rst", "changelog", "Changelog.md"], ["Changelog.md", "changelog", "HISTORY.rst"]),
        (["CHANGES.txt", "NEWS"], ["CHANGES.txt", "NEWS"]),
        (["changelog.py", "CHANGELOG.md.j2", "changes-of-mind.md"], []),
    ],
)
def test_changelogs_are_known_by_their_names(names: list[str], found: list[str]) -> None:
    """The usual names count, the likeliest first; code and templates do not."""
    assert changelogs_among(names) == found
