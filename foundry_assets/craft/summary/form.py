"""The form of `make_all_summary.json`: the part that the foundry owns, as pydantic models.

Add here a key that the foundry writes.
Not here: other people's keys (they survive as they were), and reading or writing the file.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from foundry_assets.errors import Status
from foundry_assets.records import CheckTold, LedgerHead

StageStatus = Literal["completed", "attention", "blocked"]
STAGE_ID: Literal["publishing"] = "publishing"
SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class EntryFile(_Part):
    """One file of a release: where its bytes lie in the store, its digests, and what became of it."""

    filename: str
    path: str
    kind: Literal["sdist", "wheel"]
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    blake2b_256: str = Field(pattern="^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)
    verdict: str
    url: str


class EntrySource(_Part):
    """What a release was made from.

    `source_sha256` is the digest of the files as they lie in the source, where the copy lays them out anew;
    `generated` are the files that the source does not have; `notes` is what was decided between the source's
    own word and the catalog's.
    """

    origin: str
    commit: str
    described: str
    tree_sha256: str
    uncommitted: tuple[str, ...] = ()
    source_sha256: str = ""
    generated: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class EntryIntent(_Part):
    """What the release is for, as Markdown; `said_in` is the file that says so. Empty: nobody says it."""

    text: str = ""
    heading: str = ""
    said_in: str = ""


class EntryLaunch(_Part):
    """Who or what started the run that this tells of.

    `name` is the sensor's or the schedule's; `account` and `machine` are the ones that the run worked as.
    """

    by: str = ""
    name: str = ""
    account: str = ""
    machine: str = ""


class EntryReceipt(_Part):
    """How the release stands at another index."""

    index: str
    status: Status
    at: str
    files: dict[str, str]


class EntryLedger(LedgerHead):
    """How far the release's ledger went when this entry was written, so that a cut tail is found.

    `page_sha256` is that of the Change Control page as it was written with the entry. `contradicts` are the
    heads that earlier entries told and the ledger no longer held: once told, they stay.
    """

    page_sha256: str = ""
    contradicts: tuple[LedgerHead, ...] = ()


class ReleaseEntry(_Part):
    """One release: `artifacts.release_assembly.releases["name==version"]`.

    A rehearsal's key ends in ` (rehearsal)`. `change_control` is the page as a file beside the summary.
    `ledger` is None for a release of a time before there were ledgers.
    """

    ledger_kind: ClassVar[str] = "summary"

    name: str
    version: str
    index: str
    status: Status
    message: str
    files: tuple[EntryFile, ...]
    also: tuple[EntryReceipt, ...]
    intent: EntryIntent = EntryIntent()
    source: EntrySource | None
    tools: dict[str, str]
    credential_source: str
    checks: tuple[CheckTold, ...]
    change_control: str
    evidence: str
    run_id: str
    launched: EntryLaunch = EntryLaunch()
    updated_at: str
    ledger: EntryLedger | None = None


class ReleaseAssembly(_Part):
    """`artifacts.release_assembly`: every release that this home knows."""

    schema_version: Literal[1] = 1
    releases: dict[str, ReleaseEntry]


class Artifacts(BaseModel):
    """`artifacts`: other writers have keys here too."""

    model_config = ConfigDict(extra="allow")

    release_assembly: ReleaseAssembly
    pypi_release_status: dict[str, JsonValue]


class Stage(BaseModel):
    """Our stage of the orchestrator's run: how all releases together stand."""

    model_config = ConfigDict(extra="allow")

    id: Literal["publishing"]
    title: str
    status: StageStatus
    messages: list[str]
    metadata: dict[str, JsonValue]


class SummaryFile(BaseModel):
    """The file as the foundry leaves it: its own keys, and whatever else was there."""

    model_config = ConfigDict(extra="allow")

    artifacts: Artifacts
    stages: list[Stage | JsonValue]
    generated_at: str


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of the file; keys that older entries lack are not required."""
    title = "make_all_summary.json: the part of the release foundry"
    schema = SummaryFile.model_json_schema(mode="serialization")
    schema["properties"]["stages"]["contains"] = {"$ref": f"#/$defs/{Stage.__name__}"}
    return {"$schema": SCHEMA_DIALECT, **schema, "title": title}


@lru_cache(maxsize=1)
def schema_text() -> str:
    """Give that schema as it is written beside the file, and printed."""
    return json.dumps(json_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


@lru_cache(maxsize=1)
def form_sha256() -> str:
    """Tell one form of the file from that of another version of the foundry."""
    return hashlib.sha256(schema_text().encode()).hexdigest()
