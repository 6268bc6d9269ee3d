"""The job `lift_hold`: a hold is lifted from the UI by a written reason, and by nothing else.

Add here what a correction launched as a job asks of a person.
Not here: the same at the terminal (cli/test_holding), and what a hold means (test_evidence).
"""

from __future__ import annotations

import dagster as dg
import pytest

from foundry_assets import evidence
from foundry_assets.definitions import build_definitions
from foundry_assets.launching.holding import HOLDING_JOB
from foundry_tests.story_fixtures import House, quiet

KEY = "story-quick==1.0"


def launch(house: House, **form: str) -> dg.ExecuteInProcessResult:
    """Launch the job as the UI does, with the form filled in."""
    job = build_definitions(foundry=house.foundry).resolve_job_def(HOLDING_JOB)
    return job.execute_in_process(
        run_config={"ops": {"write_correction": {"config": form}}} | quiet(),
        instance=house.instance,
        raise_on_error=False,
    )


def test_a_reason_lifts_the_hold(house: House) -> None:
    """The correction is evidence: who, by which run, and why; and the hold no longer stands."""
    shelf = house.shelf()
    evidence.place_hold(shelf, "local", because="no answer came", files=[], run_id="earlier")
    result = launch(house, release=KEY, index="local", because="asked: nothing there")
    assert result.success
    assert evidence.standing_hold(shelf, "local") is None
    (kept,) = evidence.corrections(shelf, "local")
    assert kept.because == "asked: nothing there"
    assert kept.by.endswith(f"by run {result.run_id}")
    assert house.posts == []


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"release": KEY, "index": "local", "because": " "}, "needs a reason"),
        ({"release": KEY, "index": "company", "because": "asked"}, "is not held at `company`"),
        ({"release": "story-quick", "index": "local", "because": "asked"}, "is not a release key"),
    ],
)
def test_anything_else_leaves_it_standing(house: House, form: dict[str, str], told: str) -> None:
    """Without a reason, or for another release or index, the run fails with a remedy, and is not retried."""
    evidence.place_hold(house.shelf(), "local", because="no answer came", files=[], run_id="earlier")
    result = launch(house, **form)
    assert not result.success
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    data = failure.step_failure_data.user_failure_data
    assert data is not None
    assert told in (data.description or "")
    assert "  -> " in (data.description or "")
    assert evidence.standing_hold(house.shelf(), "local") is not None


def test_the_form_cannot_be_launched_empty(house: House) -> None:
    """Release, index and reason are all asked for: a job launched as it opens does nothing."""
    with pytest.raises(dg.DagsterInvalidConfigError, match="because"):
        launch(house)
