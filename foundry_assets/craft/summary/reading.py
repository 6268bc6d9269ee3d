"""Reading the summary: all of its releases, one, or those of a package.

Add here another way of reading it.
Not here: changing it (shared_file), and what an entry holds (form).
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from foundry_assets.craft.summary.form import ReleaseEntry
from foundry_assets.craft.summary.kept import Kept
from foundry_assets.craft.summary.merging import (
    Document,
    assembly_of,
    entry_in,
    is_blank,
    parse,
    releases_in,
    validated,
)
from foundry_assets.craft.summary.splicing import counted, taken_out
from foundry_assets.errors import ChecksumChanged

PAUSE_SECONDS = 0.02
_REST_SECONDS = 0.5
"""How long a text that cannot be read must stay as it is before it counts as damaged, not as half written."""


class Text(NamedTuple):
    """The file's bytes, and what they say: None where they are no summary."""

    bytes: bytes
    document: Document | None


@dataclass(frozen=True)
class ReadBack:
    """One release as the summary has it, None where it has none, and how many there are."""

    entry: ReleaseEntry | None
    count: int


def read_entries(path: Path) -> dict[str, ReleaseEntry]:
    """Give every release of the summary by its key; none where there is no summary.

    Raises `ChecksumChanged` where the file or our part of it is not of its form.
    """
    return _all_of(path, at_rest(path).document)


def read_entry(path: Path, key: str) -> ReleaseEntry | None:
    """Give one release of the summary; None where it has none of that key, or none of our form."""
    if text := _as_we_left_it(path):
        return validated(taken_out(text, key))
    document = at_rest(path).document
    return entry_in(document, key) if document is not None else None


def read_by_package(path: Path) -> Callable[[str], list[ReleaseEntry]]:
    """Read the summary once, and give what lists a package's releases in it that are of our form."""
    releases = releases_in(at_rest(path).document or {})

    def of_package(name: str) -> list[ReleaseEntry]:
        named = (
            entry for entry in releases.values() if isinstance(entry, dict) and entry.get("name") == name
        )
        return [told for entry in named if (told := validated(entry))]

    return of_package


def read_back(path: Path, key: str) -> ReadBack:
    """Give one release out of a summary that is of its form.

    Where the text is the very one that was written last, its other entries were looked at then. Raises
    `ChecksumChanged` as `read_entries` does.
    """
    if text := _as_we_left_it(path):
        return ReadBack(validated(taken_out(text, key)), counted(text))
    entries = read_entries(path)
    return ReadBack(entries.get(key), len(entries))


def _as_we_left_it(path: Path) -> bytes:
    """Give the file's text where it is the very one that was written last, nothing where it is another."""
    text = bytes_of(path)
    return text if text and sha256_of(text) == Kept(path).summary_sha256() else b""


def _all_of(path: Path, document: Document | None) -> dict[str, ReleaseEntry]:
    again = "set right what is wrong, or let it be written anew: foundry summary --rebuild"
    if document is None:
        raise ChecksumChanged(f"{path} is no JSON object with `artifacts` and `stages`", remedy=again)
    try:
        return dict(assembly_of(document).releases)
    except ValidationError as error:
        raise ChecksumChanged(
            f"{path}: artifacts.release_assembly is not of its schema ({schema_path(path).name})",
            remedy=again,
            details=str(error),
        ) from None


def at_rest(path: Path) -> Text:
    """Read the file; where its text is none, or broken, wait for whoever may be writing it in this moment."""
    text, since = bytes_of(path), time.monotonic()
    document = parse(text)
    while (document is None or is_blank(text)) and path.exists():
        if time.monotonic() - since > _REST_SECONDS:
            break
        time.sleep(PAUSE_SECONDS)
        if (now := bytes_of(path)) != text:
            text, since = now, time.monotonic()
            document = parse(text)
    return Text(text, document)


def bytes_of(path: Path) -> bytes:
    """Give what lies there; no file is an empty one."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes()
    return b""


def sha256_of(text: bytes) -> str:
    """Give what tells one text from another."""
    return hashlib.sha256(text).hexdigest()


def schema_path(path: Path) -> Path:
    """Name the file beside a summary that holds its schema."""
    return path.with_suffix(".schema.json")
