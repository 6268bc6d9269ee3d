"""Whether the sensor may launch a release now: never beside another run or after an intent, and patiently.

Add here a reason to launch, to wait, or never to launch again.
Not here: which version is new (watch), and reading sources (craft/watching).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import dagster as dg

from foundry_assets import evidence
from foundry_assets.store import Shelf

RELEASE_TAG = "foundry/release_at"
"""The run tag by which all that the sensor launched for one release at one index is found."""
SOURCE_TAG = "foundry/source_state"
LOST_TAG = "foundry/lost"
"""The run tag of one that ended without a word of its own, because its process was killed."""
_RUN_KEY = "dagster/run_key"
_FIRST_WAIT_SECONDS = 600.0
_LONGEST_WAIT_SECONDS = 24 * 3600.0
_LOST_AT_ONCE = 3
"""How many runs in a row may be lost before the next one has to wait too."""
UNFINISHED = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.MANAGED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)


@dataclass(frozen=True)
class Attempt:
    """What is to be done: a launch with this run key, or nothing for now, and why."""

    run_key: str = ""
    why_not: str = ""


def next_attempt(
    instance: dg.DagsterInstance, shelf: Shelf, index: str, *, source_state: str, now: float | None = None
) -> Attempt:
    """Give the next launch of a release, by what the history and its evidence hold.

    Once an intent is there nothing is launched any more. A run that ended before any intent burns nothing:
    the next one follows at once where the source has changed or the run was killed, else after a while that
    grows with each attempt. The run key is one higher than any that the history holds, so that two ticks
    never make one twice, and a run that was taken out of the history leaves no key behind that nobody meets.
    """
    if any(evidence.intents(shelf, index, name) for name in shelf.names(_intents(index))):
        return Attempt(why_not=_about_intent(shelf, index))
    key = str(shelf.release)
    at_work = instance.get_runs(
        filters=dg.RunsFilter(tags={"dagster/partition": key}, statuses=list(UNFINISHED)), limit=1
    )
    if at_work:
        return Attempt(why_not=f"{key} is at work already in run {at_work[0].run_id[:8]}")
    wanted = dg.RunsFilter(tags={RELEASE_TAG: release_at(key, index)})
    past = instance.get_run_records(filters=wanted)
    wait = _wait(past, source_state)
    if past and wait:
        ended = past[0].end_time or past[0].update_timestamp.timestamp()
        left = ended + wait - (time.time() if now is None else now)
        if left > 0:
            told = f"{key} ended before anything was sent ({past[0].dagster_run.run_id[:8]})"
            return Attempt(
                why_not=f"{told}; launched again when its source changes, or in {left / 60:.0f} min"
            )
    return Attempt(run_key=f"{release_at(key, index)} #{_number(past) + 1}")


def release_at(release: str, index: str) -> str:
    """Name a release at an index."""
    return f"{release} at {index}"


def _intents(index: str) -> str:
    return f"{evidence.place_of(index)}/intents"


def _about_intent(shelf: Shelf, index: str) -> str:
    if hold := evidence.standing_hold(shelf, index):
        return f"{shelf.release} is held at `{index}`: {hold.because}"
    return f"an upload of {shelf.release} to `{index}` was begun; a person looks what became of it"


def _number(past: Sequence[dg.RunRecord]) -> int:
    """Give the highest number of an attempt; fewer runs may be left than there were attempts."""
    keys = [record.dagster_run.tags.get(_RUN_KEY, "").rpartition("#")[2] for record in past]
    return max([len(past), *(int(number) for number in keys if number.isdecimal())])


def _wait(past: Sequence[dg.RunRecord], source_state: str) -> float:
    """Give how many seconds after its end the newest run is followed by another one."""
    if not past or past[0].dagster_run.tags.get(SOURCE_TAG) != source_state:
        return 0.0
    same = [
        record.dagster_run.tags for record in past if record.dagster_run.tags.get(SOURCE_TAG) == source_state
    ]
    if LOST_TAG in same[0] and len(same) < _LOST_AT_ONCE:
        return 0.0
    return min(_FIRST_WAIT_SECONDS * 2.0 ** (len(same) - 1), _LONGEST_WAIT_SECONDS)
