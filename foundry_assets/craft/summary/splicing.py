"""Putting a few entries into a text that we rendered, or taking one out, without looking at all the others.

Add here what follows from the layout that `merging.render` gives: one member a line, two spaces a level.
Not here: what the document holds (merging), and whether a text is one of ours (kept).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from foundry_assets.craft.summary.merging import Document, releases_in, render, values_in

_MOST = 20
"""More entries than this are rendered with all the others."""
_MEMBER, _MEMBER_END = b"\n        ", b"\n        }"
_END = b"\n      }"


def spliced(document: Document, keys: Collection[str], *, over: bytes) -> bytes:
    """Give the text of a document, quickly where `over` is that of one whose other entries are the same.

    Beside the entries anything may differ. A text's strings hold no line break, so that the spaces at a
    line's beginning tell how deep it lies.
    """
    block = _block(over)
    if not block or len(keys) > _MOST or not all(key.isascii() for key in keys):
        return render(document)
    releases = releases_in(document)
    try:
        for key in sorted(keys):
            block = _put(
                block, key, releases[key], after=(other for other in sorted(releases) if other > key)
            )
    except UnicodeEncodeError:  # half of a surrogate pair in an entry
        return render(document)
    shell = render(_without_entries(document))
    at = _place(shell, b'"releases": {}')
    return shell[: at - 1] + block + _END + shell[at:]


def taken_out(text: bytes, key: str) -> Any:
    """Give one entry of a text of ours, as its JSON says it; None where it has none of that key."""
    block = _block(text)
    begins = block.find(_opening(key))
    if begins < 0:
        return None
    ends = block.index(_MEMBER_END, begins) + len(_MEMBER_END)
    return values_in(b"{" + block[begins:ends] + b"}")[key]


def counted(text: bytes) -> int:
    """Tell how many entries a text of ours has."""
    return _block(text).count(_MEMBER + b'"')


def _block(text: bytes) -> bytes:
    """Give the lines of all entries, none where there are none."""
    at = _place(text, b'"releases": {\n')
    return text[at - 1 : text.index(_END, at - 1)] if at else b""


def _place(text: bytes, member: bytes) -> int:
    """Give where this beginning of the member that holds our entries ends; 0 where there is none."""
    at = 1
    for depth, words in enumerate((b'"artifacts": {\n', b'"release_assembly": {\n', member), 1):
        line = b"\n" + b"  " * depth + words
        found = text.find(line, at - 1)
        if found < 0:
            return 0
        at = found + len(line)
    return at


def _put(block: bytes, key: str, entry: Any, *, after: Iterable[str]) -> bytes:
    """Replace an entry's lines, or put them in before those of the next key that has any."""
    text = json.dumps({key: entry}, indent=2, sort_keys=True, ensure_ascii=False)
    fresh = text[1:-2].replace("\n", "\n      ").encode()
    begins = block.find(_opening(key))
    if begins >= 0:
        return block[:begins] + fresh + block[block.index(_MEMBER_END, begins) + len(_MEMBER_END) :]
    at = next((at for other in after if (at := block.find(_opening(other))) >= 0), -1)
    return block + b"," + fresh if at < 0 else block[:at] + fresh + b"," + block[at:]


def _opening(key: str) -> bytes:
    return _MEMBER + json.dumps(key, ensure_ascii=False).encode("utf-8", "replace") + b": {\n"


def _without_entries(document: Document) -> Document:
    artifacts = document["artifacts"]
    assembly = artifacts["release_assembly"] | {"releases": {}}
    return document | {"artifacts": artifacts | {"release_assembly": assembly}}
