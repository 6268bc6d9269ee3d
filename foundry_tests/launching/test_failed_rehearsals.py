"""A rehearsal that comes to no end is told to the webhook as a failed release is.

Add here another way in which a whole rehearsal breaks.
Not here: failed releases (test_failed_releases), and findings, which break no rehearsal (test_rehearsal).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from foundry_assets.definitions import build_definitions
from foundry_assets.launching.rehearsal_job import REHEARSAL_JOB, rehearsal_config
from foundry_assets.launching.sensors import failed_releases
from foundry_tests.launching.evaluating import evaluated
from foundry_tests.launching.receiving import SECRET, Receiver, receiver
from foundry_tests.story_fixtures import House, quiet

MONTH = "2026-11"


@pytest.fixture
def told(house: House, tmp_path: Path) -> Iterator[Receiver]:
    """A receiver of the house's webhook; the house has a Dagster instance that lasts, and no package."""
    (tmp_path / "dagster").mkdir()
    with receiver() as server, dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as instance:
        house.instance = instance
        house.catalog(f'[foundry]\nwebhook = "{server.address}"\n')
        yield server


def tick(house: House, cursor: str) -> str:
    """Evaluate the sensor, and give what the tick tells."""
    seen = evaluated(failed_releases, house.foundry, house.instance, cursor)
    assert isinstance(seen.skip_reason, dg.SkipReason)
    return seen.skip_reason.skip_message or ""


def test_a_rehearsal_that_cannot_begin_is_told_with_its_reason(house: House, told: Receiver) -> None:
    """Month, index, run and the reason that its page gives are posted once, and the secret shown nowhere."""
    job = build_definitions(foundry=house.foundry).resolve_job_def(REHEARSAL_JOB)
    form = rehearsal_config(index="gone") | quiet()
    job.execute_in_process(form, house.instance, partition_key=MONTH, raise_on_error=False)
    (run,) = house.instance.get_runs()
    said = tick(house, json.dumps({"began": 0.0}))
    assert said.startswith(f"rehearsal {MONTH}: failed: no index `gone`")
    assert SECRET not in said
    ((_, body),) = told.came
    assert (body["rehearsal"], body["status"], body["run_id"]) == (MONTH, "failed", run.run_id)
    assert body["text"].startswith(f"rehearsal {MONTH}: failed\nno index `gone`")


@pytest.mark.parametrize(
    ("job", "selection"), [("rehearsal", None), ("__ASSET_JOB", frozenset({dg.AssetKey("rehearsal_report")}))]
)
@pytest.mark.parametrize("cancelled", [True, False])
def test_a_rehearsal_that_was_stopped_is_told_however_it_was_launched(
    house: House, told: Receiver, *, job: str, selection: frozenset[dg.AssetKey] | None, cancelled: bool
) -> None:
    """A killed or cancelled one has no word of its own; what happened is said for it."""
    run = dg.DagsterRun(
        job,
        tags={"dagster/partition": MONTH},
        run_config=rehearsal_config(index="company"),
        status=dg.DagsterRunStatus.STARTED,
        asset_selection=selection,
    )
    house.instance.add_run(run)
    end = house.instance.report_run_canceled if cancelled else house.instance.report_run_failed
    end(run)
    tick(house, json.dumps({"began": 0.0}))
    ((_, body),) = told.came
    assert (body["rehearsal"], body["index"]) == (MONTH, "company")
    how = "was cancelled" if cancelled else "ended without a word of its own"
    assert body["message"].startswith(f"run {run.run_id[:8]} {how}")
