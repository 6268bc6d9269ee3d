"""Putting an entry into a file that others write too, at any time, with or without our lock.

Add here what keeps other people's keys and concurrent entries whole.
Not here: what an entry holds (form).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock
from pydantic import ValidationError

from foundry_assets.craft.summary.form import (
    Artifacts,
    ReleaseAssembly,
    ReleaseEntry,
    Stage,
    StageStatus,
    SummaryFile,
    json_schema,
)
from foundry_assets.errors import ChecksumChanged
from foundry_assets.records import utc_now

_LOCK_LIMIT_SECONDS = 120
_STAGE_ID = "publishing"
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
    a writer that ignores the lock is noticed and its text merged again. Raises `ChecksumChanged` where
    somebody keeps changing the file faster than it can be read.
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
            fresh = _render(_merged(document, key, entry))
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
            remedy=f"compare it with {_schema_path(path).name}, or move the file away: releases write it anew",
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
    aside = path.with_name(f"{path.name}.set-aside-{utc_now().replace(':', '')}")
    path.replace(aside)
    return aside


def _assembly(document: Mapping[str, Any]) -> ReleaseAssembly:
    told = document.get("artifacts", {}).get("release_assembly")
    return ReleaseAssembly.model_validate_json(json.dumps(told)) if told else ReleaseAssembly(releases={})


def _merged(document: dict[str, Any], key: str, entry: ReleaseEntry) -> dict[str, Any]:
    try:
        known = dict(_assembly(document).releases)
    except ValidationError:
        known = {}
    releases = known | {key: entry}
    artifacts = document.get("artifacts", {}) | {
        "release_assembly": ReleaseAssembly(releases=releases).model_dump(mode="json"),
        "pypi_release_status": _status_by_name(document, releases),
    }
    stages = list(document.get("stages", []))
    ours = _stage(releases).model_dump(mode="json")
    places = [
        at for at, stage in enumerate(stages) if isinstance(stage, dict) and stage.get("id") == _STAGE_ID
    ]
    if places:
        stages[places[0]] = stages[places[0]] | ours
    else:
        stages.append(ours)
    return document | {"artifacts": artifacts, "stages": stages, "generated_at": utc_now()}


def _status_by_name(document: Mapping[str, Any], releases: Mapping[str, ReleaseEntry]) -> dict[str, bool]:
    told = document.get("artifacts", {}).get("pypi_release_status", {})
    newest = {entry.name: entry.status == "published" for entry in _by_time(releases)}
    return {**(told if isinstance(told, dict) else {}), **newest}


def _by_time(releases: Mapping[str, ReleaseEntry]) -> list[ReleaseEntry]:
    return sorted(releases.values(), key=lambda entry: entry.updated_at)


def _stage(releases: Mapping[str, ReleaseEntry]) -> Stage:
    newest = {entry.name: entry for entry in _by_time(releases)}
    open_ones = [entry for entry in newest.values() if not entry.is_done]
    warned = [entry for entry in newest.values() if entry.warnings()]
    status: StageStatus = "blocked" if open_ones else "attention" if warned else "completed"
    messages = [f"{entry.name}=={entry.version}: {entry.status}: {entry.message}" for entry in open_ones]
    messages += [f"{entry.name}=={entry.version}: {text}" for entry in warned for text in entry.warnings()]
    counts: dict[str, Any] = {"packages": len(newest), "releases": len(releases)}
    return Stage(id=_STAGE_ID, title="Publishing", status=status, messages=messages, metadata=counts)


def _render(document: dict[str, Any]) -> bytes:
    SummaryFile.model_validate(
        document | {"artifacts": Artifacts.model_validate_json(json.dumps(document["artifacts"]))}
    )
    return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


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
    text = json.dumps(json_schema(), indent=2, sort_keys=True) + "\n"
    place = _schema_path(path)
    if not place.is_file() or place.read_text(encoding="utf-8") != text:
        place.write_text(text, encoding="utf-8", newline="\n")
