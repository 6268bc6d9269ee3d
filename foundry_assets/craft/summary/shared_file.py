"""Putting an entry into a file that others write too, at any time, with or without our lock.

Add here what keeps other people's keys and concurrent entries whole.
Not here: what an entry holds (form).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock
from pydantic import ValidationError

from foundry_assets.craft.summary.form import STAGE_ID, ReleaseAssembly, ReleaseEntry, json_schema
from foundry_assets.craft.summary.standing import stage_of, status_by_name
from foundry_assets.errors import ChecksumChanged
from foundry_assets.records import utc_now

_LOCK_LIMIT_SECONDS = 120
_TRIES = 20


@dataclass(frozen=True)
class Written:
    """The summary as it lies now: its path, sha256 and size in bytes, and what had to be set aside."""

    path: Path
    sha256: str
    bytes: int
    set_aside: Path | None


def write_entry(path: Path, key: str, entry: ReleaseEntry) -> Written:
    """Put one release's entry into the summary, losing nothing of what others wrote.

    The file is read, merged, written beside, hashed again and renamed, under a lock between processes;
    a writer that ignores the lock is noticed and its text merged again. A file that is no summary is
    moved aside, one whose entries are partly not ours is copied aside, and both are told. Raises
    `ChecksumChanged` where somebody keeps changing the file faster than it can be read.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock", timeout=_LOCK_LIMIT_SECONDS):
        aside: Path | None = None
        for _ in range(_TRIES):
            before = _bytes_of(path)
            document = _parse(before)
            if document is None:
                aside = _set_aside(path)
                continue
            known, is_whole = _known(document)
            if not is_whole and aside is None:
                aside = _copy_aside(path, before)
            fresh = _render(_merged(document, known | {key: entry}))
            if _replace(path, before, fresh) and _holds(path, key, entry):
                _write_schema(path)
                return Written(path, hashlib.sha256(fresh).hexdigest(), len(fresh), aside)
    raise ChecksumChanged(
        f"{key}: {path} is being rewritten by another program all the time",
        remedy="stop the other writer, then materialise `summary_json` again",
    )


def read_entries(path: Path) -> dict[str, ReleaseEntry]:
    """Give every release of the summary by its key; none where there is no summary.

    Raises `ChecksumChanged` where our part is not of our form.
    """
    document = _parse(_bytes_of(path))
    try:
        return dict(_assembly(document or {}).releases)
    except ValidationError as error:
        raise ChecksumChanged(
            f"{path}: artifacts.release_assembly is not of its schema",
            remedy=f"compare it with {_schema_path(path).name}; the next release keeps what is of our form",
            details=str(error),
        ) from None


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _parse(text: bytes) -> dict[str, Any] | None:
    """Give the document, or None where it is not ours to merge into."""
    if not text.strip():
        return {}
    try:
        document = json.loads(text)
    except ValueError:
        return None
    wanted = {"artifacts": dict, "stages": list}
    fits = isinstance(document, dict) and all(
        isinstance(document[name], kind) for name, kind in wanted.items() if name in document
    )
    return document if fits else None


def _set_aside(path: Path) -> Path:
    aside = _aside(path)
    path.replace(aside)
    return aside


def _copy_aside(path: Path, text: bytes) -> Path:
    aside = _aside(path)
    aside.write_bytes(text)
    return aside


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.set-aside-{utc_now().replace(':', '')}")


def _assembly(document: Mapping[str, Any]) -> ReleaseAssembly:
    told = document.get("artifacts", {}).get("release_assembly")
    return ReleaseAssembly.model_validate_json(json.dumps(told)) if told else ReleaseAssembly(releases={})


def _known(document: Mapping[str, Any]) -> tuple[dict[str, ReleaseEntry], bool]:
    """Give the entries that are of our form, and whether those were all."""
    try:
        return dict(_assembly(document).releases), True
    except ValidationError:
        told = document["artifacts"]["release_assembly"]
    listed = told.get("releases") if isinstance(told, dict) else None
    found = {}
    for key, entry in (listed if isinstance(listed, dict) else {}).items():
        with contextlib.suppress(ValidationError):
            found[key] = ReleaseEntry.model_validate_json(json.dumps(entry))
    return found, False


def _merged(document: dict[str, Any], releases: Mapping[str, ReleaseEntry]) -> dict[str, Any]:
    told = document.get("artifacts", {})
    statuses = told.get("pypi_release_status", {})
    artifacts = told | {
        "release_assembly": ReleaseAssembly(releases=dict(releases)).model_dump(mode="json"),
        "pypi_release_status": (statuses if isinstance(statuses, dict) else {}) | status_by_name(releases),
    }
    stages = list(document.get("stages", []))
    ours = stage_of(releases).model_dump(mode="json")
    ids = [stage.get("id") if isinstance(stage, dict) else None for stage in stages]
    if STAGE_ID in ids:
        stages[ids.index(STAGE_ID)] |= ours
    else:
        stages.append(ours)
    return document | {"artifacts": artifacts, "stages": stages, "generated_at": utc_now()}


def _render(document: dict[str, Any]) -> bytes:
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:  # somebody's half of a surrogate pair: only an escape can say it
        return (json.dumps(document, indent=2, sort_keys=True) + "\n").encode()


def _replace(path: Path, before: bytes, fresh: bytes) -> bool:
    """Put `fresh` in the file's place unless somebody changed it since `before` was read."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as stream:
            stream.write(fresh)
            stream.flush()
            os.fsync(stream.fileno())
        if _bytes_of(path) != before:
            return False
        beside.replace(path)
        return True
    finally:
        beside.unlink(missing_ok=True)


def _holds(path: Path, key: str, entry: ReleaseEntry) -> bool:
    """Read back: a writer without our lock may have replaced the file in the same moment."""
    document = _parse(_bytes_of(path))
    try:
        return document is not None and _assembly(document).releases.get(key) == entry
    except ValidationError:
        return False


def _schema_path(path: Path) -> Path:
    return path.with_suffix(".schema.json")


def _write_schema(path: Path) -> None:
    text = (json.dumps(json_schema(), indent=2, sort_keys=True) + "\n").encode()
    place = _schema_path(path)
    if _bytes_of(place) != text:
        _replace(place, _bytes_of(place), text)
