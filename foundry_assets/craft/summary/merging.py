"""Merging the foundry's part into a document that belongs to others; on values alone, no file is touched.

Add here a rule by which their keys and ours stay whole.
Not here: reading and replacing the file (shared_file), and what an entry holds (form).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from foundry_assets.craft.summary.form import STAGE_ID, ReleaseAssembly, ReleaseEntry
from foundry_assets.craft.summary.standing import stage_of, standing_in, status_by_name
from foundry_assets.records import utc_now

Document = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """The entries in a document that are of our form, and whether those were all."""

    entries: dict[str, ReleaseEntry]
    is_whole: bool


def parse(text: bytes) -> Document | None:
    """Give the document, or None where it is not one to merge into; no text is an empty document."""
    if is_blank(text):
        return {}
    try:
        document = values_in(text)
    except (ValueError, RecursionError):
        return None
    wanted = {"artifacts": dict, "stages": list}
    fits = isinstance(document, dict) and all(
        isinstance(document[name], kind) for name, kind in wanted.items() if name in document
    )
    return document if fits else None


def is_blank(text: bytes) -> bool:
    """Tell whether there is nothing in a text; unlike `strip`, without a copy of it."""
    return not text or text.isspace()


def values_in(text: bytes) -> Any:
    """Read JSON quickly, and slowly what the quick reader does not take: half of a surrogate pair, a BOM.

    Raises `ValueError` or `RecursionError` for what is none.
    """
    try:
        return from_json(text)
    except ValueError:
        return json.loads(text)


def assembly_of(document: Mapping[str, Any]) -> ReleaseAssembly:
    """Give our part of a document; raises `ValidationError` where it is not of our form."""
    told = document.get("artifacts", {}).get("release_assembly")
    return ReleaseAssembly.model_validate(told) if told else ReleaseAssembly(releases={})


def find(document: Mapping[str, Any]) -> Found:
    """Give the entries of a document that are of our form."""
    with contextlib.suppress(ValidationError):
        return Found(dict(assembly_of(document).releases), True)
    found = {}
    for key, entry in releases_in(document).items():
        with contextlib.suppress(ValidationError):
            found[key] = ReleaseEntry.model_validate(entry)
    return Found(found, False)


def entry_in(document: Mapping[str, Any], key: str) -> ReleaseEntry | None:
    """Give one entry of a document, None where it is not there or not of our form."""
    return validated(releases_in(document).get(key))


def validated(told: object) -> ReleaseEntry | None:
    """Give an entry as its JSON says it, None where that is not of our form."""
    with contextlib.suppress(ValidationError):
        return ReleaseEntry.model_validate(told)
    return None


def merged(document: Document, entries: Mapping[str, ReleaseEntry], *, is_known: bool = False) -> Document:
    """Put our entries into a document, and with them our stage and one yes or no a package.

    Keys that somebody added within our part stay too, as long as their release does. The document's other
    entries stay where it `is_known` that they are of our form; else the given ones are all there are.
    """
    told = document.get("artifacts", {})
    assembly, statuses = told.get("release_assembly"), told.get("pypi_release_status")
    before = releases_in(document)
    fresh = {key: _as_json(entry, over=before.get(key)) for key, entry in entries.items()}
    releases = before | fresh if is_known else fresh
    standings = {key: standing_in(entry) for key, entry in releases.items()}
    ours: Document = {"schema_version": 1, "releases": releases}
    artifacts = told | {
        "release_assembly": (assembly if isinstance(assembly, dict) else {}) | ours,
        "pypi_release_status": (statuses if isinstance(statuses, dict) else {}) | status_by_name(standings),
    }
    stages = _with_ours(document.get("stages", []), stage_of(standings).model_dump(mode="json"))
    return document | {"artifacts": artifacts, "stages": stages, "generated_at": utc_now()}


def render(document: Mapping[str, Any]) -> bytes:
    """Give the file's text: indent of two, sorted keys, UTF-8."""
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:  # somebody's half of a surrogate pair: only an escape can say it
        return (json.dumps(document, indent=2, sort_keys=True) + "\n").encode()


def releases_in(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a document has in the place of our entries, whatever it is."""
    told = document.get("artifacts", {}).get("release_assembly")
    listed = told.get("releases") if isinstance(told, dict) else None
    return listed if isinstance(listed, dict) else {}


def _as_json(entry: ReleaseEntry, *, over: object) -> Document:
    foreign = over if isinstance(over, dict) else {}
    kept = {name: value for name, value in foreign.items() if name not in ReleaseEntry.model_fields}
    return kept | entry.model_dump(mode="json")


def _with_ours(stages: list[Any], ours: Document) -> list[Any]:
    """Put our stage in its place, or at the end where there is none yet."""
    ids = [stage.get("id") if isinstance(stage, dict) else None for stage in stages]
    if STAGE_ID not in ids:
        return [*stages, ours]
    at = ids.index(STAGE_ID)
    return [*stages[:at], stages[at] | ours, *stages[at + 1 :]]
