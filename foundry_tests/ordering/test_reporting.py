"""How releases ended becomes what an orchestrator reads: a status an entry, one for all, and the reasons.

Add here another end of a release, and what the result makes of it.
Not here: releasing (cli/test_ordering).
"""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from foundry_assets.errors import Status
from foundry_assets.ordering.form import BatchOrder
from foundry_assets.ordering.placing import place
from foundry_assets.ordering.reporting import (
    Ended,
    assembly_of,
    ended_by,
    errors_of,
    execution_of,
    inputs_of,
    outcome_of,
    status_of,
)
from foundry_assets.ordering.result import FailureDetails, OrderFailure, OrderResult, schema_text
from foundry_assets.records import FileTold, Outcome
from foundry_tests.ordering.writing import entry, order

GOOD, SKIPPED, BAD = Ended("published"), Ended("skipped_existing", "there"), Ended("error", "no", "blocked")
LATER, REHEARSED = Ended("pending", "waits"), Ended("pending", "rehearsed", is_rehearsed=True)


def outcome(status: Status, *verdicts: str) -> Outcome:
    """Give how a release ended, with a file for each verdict."""
    files = tuple(
        FileTold(filename=f"{at}.whl", kind="wheel", sha256="0", bytes=1, verdict=verdict, url="")
        for at, verdict in enumerate(verdicts)
    )
    return Outcome(
        release="t-a==1.0",
        name="t-a",
        version="1.0",
        index="company",
        status=status,
        files=files,
        run_id="r",
        seconds=1,
        evidence="",
        message="why it is so",
    )


@pytest.mark.parametrize(
    ("ended", "released_at", "status", "why"),
    [
        (outcome("published", "created", "created"), "", "published", ""),
        (outcome("published", "already_identical", "created"), "", "published", ""),
        (
            outcome("published", "already_identical"),
            "",
            "skipped_existing",
            "`company` held these very bytes",
        ),
        (
            outcome("blocked"),
            "2026-01-02",
            "skipped_existing",
            "published at `company` on 2026-01-02. why it",
        ),
        (outcome("rehearsed", "rehearsed"), "", "pending", "rehearsed for `company`; nothing was sent"),
        (outcome("blocked"), "", "error", "why it is so"),
        (outcome("in_doubt"), "", "error", "why it is so"),
    ],
)
def test_an_outcome_has_its_status(ended: Outcome, released_at: str, status: str, why: str) -> None:
    """Sent, there already, released before, rehearsed, or not: each has one word and its reason."""
    found = ended_by(ended, released_at=released_at)
    assert found.status == status
    assert why in found.why
    assert bool(found.why) == bool(why)
    assert found.kind == (ended.status if status == "error" else "")


@pytest.mark.parametrize(
    ("ends", "status"),
    [
        ([GOOD, GOOD], "completed"),
        ([REHEARSED], "completed"),
        ([GOOD, SKIPPED], "attention"),
        ([GOOD, LATER], "attention"),
        ([SKIPPED, BAD, LATER], "error"),
    ],
)
def test_an_order_has_the_status_of_its_worst_entry(ends: list[Ended], status: str) -> None:
    """An error counts most; then whatever was not published by this very order."""
    assert status_of(ends) == status


def test_the_result_tells_every_entry_in_its_order_and_fits_its_schema(tmp_path: Path) -> None:
    """Reasons stand where they belong, what is absent has no key, and versions that are not there are null."""  # noqa: E501
    entries = [entry("a"), entry("b"), entry("c"), entry("d")]
    told = order(tmp_path, *entries, context={"x": 1}, publisher_factory="os:system", token_env="A_TOKEN")
    parameters = BatchOrder.model_validate(told).parameters
    placed, ends = place(parameters), [LATER, BAD, SKIPPED, GOOD]
    at = "2026-01-02T03:04:05.678Z"
    result = OrderResult(
        run_id="0" * 32,
        started_at=at,
        completed_at=at,
        duration_seconds=1.5,
        generated_at=at,
        status=status_of(ends),
        inputs=inputs_of(parameters),
        execution=execution_of(parameters),
        result=outcome_of(placed, ends),
        errors=errors_of(placed, ends),
        release_assembly=assembly_of(placed, {}, is_rehearsal=False),
    )
    found = json.loads(result.as_json())
    jsonschema.Draft202012Validator(json.loads(schema_text())).validate(found)
    assert found["execution"] == {"publisher_factory": "os:system"}
    assert found["inputs"]["token_env"] == "A_TOKEN"
    assert found["result"]["published_versions"] == {"t_a": None, "t_b": None, "t_c": "1.0", "t_d": "1.0"}
    assert found["result"]["published_artifacts"]["t_d"] == {"main": "x_cls_make_d_x.py", "anc": []}
    reasons = [
        (one["status"], one.get("skip_reason"), one.get("error")) for one in found["result"]["entries"]
    ]
    assert reasons == [
        ("pending", "waits", None),
        ("error", None, "no"),
        ("skipped_existing", "there", None),
        ("published", None, None),
    ]
    assert found["errors"] == [
        {"type": "blocked", "message": "no", "package": "x_make_b_x", "distribution": "t_b"}
    ]


def test_a_failure_fits_the_same_schema() -> None:
    """An orchestrator validates whatever comes back with one schema."""
    faults = ({"where": "a", "what": "b", "remedy": "c"},)
    told = OrderFailure(message="the order: 1 fault", details=FailureDetails(faults=faults)).as_json()
    validator = jsonschema.Draft202012Validator(json.loads(schema_text()))
    validator.validate(json.loads(told))
    assert list(validator.iter_errors({"status": "failure"}))
