"""The form of a batch order's result: the JSON that an orchestrator gets, as pydantic models.

Add here a key of the result.
Not here: what the keys are filled with (reporting), and the order itself (form).
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from foundry_assets.craft.summary.form import ReleaseAssembly
from foundry_assets.ordering.form import SCHEMA_DIALECT

EntryStatus = Literal["published", "skipped_existing", "error", "pending"]
"""How an entry ended.

`published`: the index was seen to serve its files, and this order sent at least one of them.
`skipped_existing`: this version was on the index already, by these very bytes or by an earlier release.
`error`: it was refused, blocked or failed. `pending`: it was not begun, or only rehearsed; `skip_reason` says
why.
"""
OrderStatus = Literal["completed", "attention", "error"]
"""How an order ended.

`completed`: every entry was published (or rehearsed, as the order wanted). `error`: at least one entry is an
`error`. `attention`: neither, so that something was skipped or is still to be done.
"""
_DROPPED = ("skip_reason", "error")
"""The keys of an entry's result that are left out where they would say nothing."""
Told = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)


class ManifestEntry(_Part):
    """An entry as it was ordered."""

    package: Told
    version: Told
    pypi_name: Told
    ancillary: tuple[Told, ...]
    options_kwargs: dict[str, JsonValue]


class OrderInputs(_Part):
    """What was ordered; `token_env` is a name, and null where none was given."""

    entry_count: int = Field(ge=0)
    manifest_entries: tuple[ManifestEntry, ...]
    repo_parent_root: Told
    token_env: Told | None


class OrderExecution(_Part):
    """What the order says about its own execution, told back."""

    publisher_factory: Told


class EntryResult(_Part):
    """One package and how it ended.

    `ancillary_publish` are the files that were named, by their paths in the package's folder, with those of
    allow-lists; `ancillary_manifest` is what the order says. `safe_kwargs` are the options as they were used.
    """

    package: Told
    distribution: Told
    version: Told
    main_file: Told
    ancillary_publish: tuple[Told, ...]
    ancillary_manifest: tuple[Told, ...]
    package_dir: Told
    safe_kwargs: dict[str, JsonValue]
    status: EntryStatus
    skip_reason: Told | None = None
    error: Told | None = None


class PublishedArtifact(_Part):
    """The main file and the ancillary files of a package that is on the index."""

    main: Told
    anc: tuple[Told, ...]


class EntryError(_Part):
    """What is wrong with one entry; `type` is how the foundry calls such an end (`blocked`, `refused`)."""

    type: Told
    message: Told
    package: Told
    distribution: Told


class OrderOutcome(_Part):
    """How the entries ended; `published_versions` has null for a package that is not on the index by now."""

    status: OrderStatus
    entries: tuple[EntryResult, ...]
    published_versions: dict[str, str | None]
    published_artifacts: dict[str, PublishedArtifact]


class OrderResult(_Part):
    """The result of a batch order (issue 5, point 6); `run_id` is also the `batch` of its runs.

    `release_assembly` holds what make_all_summary.json says of the releases: files, sizes, hashes, checks.
    """

    run_id: str = Field(pattern="^[0-9a-f]{32}$")
    started_at: str = Field(json_schema_extra={"format": "date-time"})
    completed_at: str = Field(json_schema_extra={"format": "date-time"})
    duration_seconds: float = Field(ge=0)
    tool: Literal["x_make_pypi_x"] = "x_make_pypi_x"
    generated_at: str = Field(json_schema_extra={"format": "date-time"})
    status: OrderStatus
    inputs: OrderInputs
    execution: OrderExecution
    result: OrderOutcome
    errors: tuple[EntryError, ...]
    release_assembly: ReleaseAssembly

    def as_json(self) -> str:
        """Give the one JSON object for standard output; what is absent has no key."""
        told = self.model_dump(mode="json")
        for entry in told["result"]["entries"]:
            for key in _DROPPED:
                if entry[key] is None:
                    del entry[key]
        return json.dumps(told, indent=2) + "\n"


class FailureDetails(_Part):
    """Every fault, with the place in the order where it is."""

    faults: tuple[dict[Literal["where", "what", "remedy"], str], ...] = ()


class OrderFailure(_Part):
    """What is told instead of a result where nothing was begun, because the order cannot be meant."""

    status: Literal["failure"] = "failure"
    message: Told
    details: FailureDetails = FailureDetails()

    def as_json(self) -> str:
        """Give the one JSON object for standard output."""
        return json.dumps(self.model_dump(mode="json"), indent=2) + "\n"


def schema_text() -> str:
    """Give the JSON Schema (2020-12) of what `foundry order` writes, result or failure, as text."""
    both: TypeAdapter[OrderResult | OrderFailure] = TypeAdapter(OrderResult | OrderFailure)
    told = both.json_schema(mode="serialization")  # what is written has every key, but for those dropped
    entry = told["$defs"]["EntryResult"]
    entry["required"] = [key for key in entry["required"] if key not in _DROPPED]
    entry["properties"] |= {key: {"type": "string", "minLength": 1} for key in _DROPPED}
    schema = {"$schema": SCHEMA_DIALECT, "title": "The result of a batch order", **told}
    return json.dumps(schema, indent=2) + "\n"
