"""Summary entries in a line each, and a document such as an orchestrator keeps.

Add here another kind of entry that tests of the summary and of Change Control need.
Not here: promises (the tests).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

from foundry_assets.craft.summary import ReleaseEntry
from foundry_assets.craft.summary.form import EntryFile, EntryReceipt, EntrySource
from foundry_assets.errors import Status
from foundry_assets.records import CheckTold

KEY = "demo-pkg==1.0"
THEIRS: dict[str, Any] = {
    "zebra": {"b": [3, 1, 2], "a": None},
    "stages": [
        {"id": "building", "status": "weird", "messages": [{"level": 1}], "extra": True},
        "a stage of another kind",
        {"title": "no id"},
        {"id": "publishing", "title": "Old title", "owner": "orchestrator"},
        {"id": "after"},
    ],
    "artifacts": {
        "wheels": ["z.whl", "a.whl"],
        "ünïcode": "✓",
        "pypi_release_status": {"theirs": None, "other": True},
    },
}


def read(path: Path) -> Any:
    """Read the file, which must fit the schema beside it."""
    document = json.loads(path.read_bytes().decode("utf-8"))
    schema = json.loads(path.with_suffix(".schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    return document


def entry(
    name: str = "demo-pkg",
    version: str = "1.0",
    *,
    status: Status = "published",
    warning: str = "",
    at: str = "2026-01-02T03:04:05.000Z",
    message: str = "all is well",
) -> ReleaseEntry:
    """Give an entry with everything in it; `warning` is the message of a check that warns."""
    filename = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    told = [CheckTold(name="wheel_holds_every_file", passed=True, severity="ERROR", message="12 files")]
    if warning:
        told.append(CheckTold(name="wheel_is_reproducible", passed=False, severity="WARN", message=warning))
    return ReleaseEntry(
        name=name,
        version=version,
        index="local",
        status=status,
        message=message,
        files=(
            EntryFile(
                filename=filename,
                path=f"file:///store/{filename}",
                kind="wheel",
                sha256="a" * 64,
                blake2b_256="b" * 64,
                bytes=1234,
                verdict="created",
                url=f"http://127.0.0.1/{filename}",
            ),
        ),
        also=(EntryReceipt(index="testpypi", status="published", at=at, files={filename: "created"}),),
        source=EntrySource(
            origin="git checkout",
            commit="c" * 40,
            described="v1.0-2-gccccccc",
            tree_sha256="d" * 64,
            uncommitted=("src/näw.py",),
        ),
        tools={"build": "1.5.0", "python": "3.11.9"},
        credential_source="TWINE_API_TOKEN",
        checks=tuple(told),
        change_control=f"/home/change_control/{name}-{version}.md",
        evidence="file:///store/demo-pkg/1.0",
        run_id="run-1",
        updated_at=at,
    )
