"""The form of `make_all_summary.json`: the part that the foundry owns, as pydantic models.

Add here a key that the foundry writes.
Not here: other people's keys (they survive as they were), and reading or writing the file.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from foundry_assets.errors import Status
from foundry_assets.records import CheckTold, Severity

StageStatus = Literal["completed", "attention", "blocked"]
STAGE_ID = "publishing"
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
    """What a release was made from."""

    origin: str
    commit: str
    described: str
    tree_sha256: str
    uncommitted: tuple[str, ...] = ()


class EntryReceipt(_Part):
    """How the release stands at another index."""

    index: str
    status: Status
    at: str
    files: dict[str, str]


class ReleaseEntry(_Part):
    """One release: `artifacts.release_assembly.releases["name==version"]`."""

    name: str
    version: str
    index: str
    status: Status
    message: str
    files: tuple[EntryFile, ...]
    also: tuple[EntryReceipt, ...]
    source: EntrySource | None
    tools: dict[str, str]
    credential_source: str
    checks: tuple[CheckTold, ...]
    change_control: str
    evidence: str
    run_id: str
    updated_at: str

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do for this release."""
        return self.status in ("published", "rehearsed")

    def warnings(self) -> list[str]:
        """Give the messages of checks that failed without blocking."""
        severity: Severity = "WARN"
        return [told.message for told in self.checks if not told.passed and told.severity == severity]


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
    """One stage of the orchestrator's run; ours has the id `publishing`."""

    model_config = ConfigDict(extra="allow")

    id: str
    title: str = ""
    status: StageStatus | str = "completed"
    messages: list[str] = []
    metadata: dict[str, JsonValue] = {}


_OUR_STAGE: dict[str, JsonValue] = {
    "type": "object",
    "properties": {"id": {"const": STAGE_ID}},
    "required": ["id"],
}


class SummaryFile(BaseModel):
    """The file as the foundry leaves it: its own keys, and whatever else was there."""

    model_config = ConfigDict(extra="allow")

    artifacts: Artifacts
    stages: list[Stage | JsonValue] = Field(json_schema_extra={"contains": _OUR_STAGE})
    generated_at: str


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of the file."""
    title = "make_all_summary.json: the part of the release foundry"
    return {"$schema": SCHEMA_DIALECT, **SummaryFile.model_json_schema(), "title": title}
