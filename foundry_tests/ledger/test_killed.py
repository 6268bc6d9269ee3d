"""Killed at any moment while facts are written: the ledger explains what is there, the next run mends it.

Add here another moment, or another thing that is being written.
Not here: killing whole releases (faults/test_kills, cli/test_killing).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from foundry_assets import evidence
from foundry_assets.medium import Medium
from foundry_assets.records import Verdict
from foundry_assets.store import Shelf
from foundry_tests.craft.sending import Killed
from foundry_tests.faults.killing import CONTEXT
from foundry_tests.ledger.rows import findings_of, forget, lines_of, shelf_in
from foundry_tests.verifying.scene import receipt

MOMENTS = 27
"""How often the storage is written to while `record_facts` works, and a last moment that never comes."""


@dataclass
class Clock:
    """Counts what is done to the storage, and ends everything when the count is reached."""

    left: int
    end: Callable[[], None]
    ticks: int = 0

    def tick(self) -> None:
        """Reach a moment."""
        self.ticks += 1
        self.left -= 1
        if self.left == 0:
            self.end()


class TimedMedium(Medium):
    """A medium with a moment before and after each writing."""

    clock: Clock

    def create(self, key: str, data: bytes) -> bool:
        """Write as ever."""
        self.clock.tick()
        is_new = super().create(key, data)
        self.clock.tick()
        return is_new

    def replace(self, key: str, data: bytes) -> None:
        """Write as ever."""
        self.clock.tick()
        super().replace(key, data)
        self.clock.tick()


def timed(shelf: Shelf, clock: Clock) -> Shelf:
    """Give the shelf on a storage with moments."""
    kind = type("Timed", (TimedMedium,), {"clock": clock})
    return replace(shelf, _medium=kind(shelf._medium._fs, shelf._medium._base))


def record_facts(shelf: Shelf, run_id: str) -> None:
    """Write facts of each kind of writing: created once, overwritten, numbered; and settle."""
    shelf = shelf.of_run(run_id)
    shelf.create(f"once/{run_id}.json", verdict(run_id))
    evidence.record_verdict(shelf, verdict(run_id))
    evidence.record_verdict(shelf, verdict(f"{run_id} again"))
    evidence.record_receipt(shelf, receipt("local", [], "created", run_id))
    shelf.write(f"runs/{run_id}.json", verdict(run_id))
    shelf.ledger.settle()


def verdict(message: str) -> Verdict:
    """Give a verdict."""
    return Verdict(check="check", asset="wheel", passed=True, message=message, judged={}, at="now")


def test_the_moments_are_all_of_them(tmp_path: Path) -> None:
    """The proof of the test below: so often the storage is written to, and each moment is one of its rows."""
    clock = Clock(0, lambda: None)
    record_facts(timed(shelf_in(tmp_path), clock), "run-1")
    assert clock.ticks + 1 == MOMENTS


def assert_explained_and_repaired(shelf: Shelf) -> None:
    """Assert that nothing looks forged, at most one record is missing, and the next run mends it."""
    found = findings_of(shelf)
    assert [finding.weight for finding in found if finding.weight == "fault"] == []
    assert len(found) <= 1
    assert all("the last word of its run" in finding.what and finding.remedy for finding in found)
    forget()
    record_facts(shelf, "run-2")
    assert findings_of(shelf) == []
    assert lines_of(shelf)[-1].kind == "settled"


@pytest.mark.parametrize("moment", range(1, MOMENTS + 1))
@pytest.mark.parametrize("is_first", [True, False])
def test_ended_at_any_moment(tmp_path: Path, moment: int, is_first: bool) -> None:
    """Before and after each writing, in the first run or a later one: explained, and then mended."""

    def end() -> None:
        raise Killed

    shelf = shelf_in(tmp_path)
    if not is_first:
        record_facts(shelf, "run-0")
        forget()
    with pytest.raises(Killed) if moment < MOMENTS else contextlib.nullcontext():
        record_facts(timed(shelf, Clock(moment, end)), "run-1")
    forget()
    assert_explained_and_repaired(shelf)


def _record_and_die(root: str, moment: int) -> None:
    record_facts(timed(shelf_in(root), Clock(moment, psutil.Process().kill)), "run-1")


@pytest.mark.parametrize("moment", [2, 3, 4, 6, 15])
def test_killed_for_good(tmp_path: Path, moment: int) -> None:
    """A process that is really killed leaves the same: after a line, within a record, after both."""
    process = CONTEXT.Process(target=_record_and_die, args=(str(tmp_path), moment))
    process.start()
    process.join(30)
    assert process.exitcode not in (0, None)
    process.close()
    assert_explained_and_repaired(shelf_in(tmp_path))


def test_a_missing_record_that_was_no_last_word_is_no_accident(tmp_path: Path) -> None:
    """A run that wrote on had finished with what came before: what is missing of it was taken away."""
    shelf = shelf_in(tmp_path)
    clock = Clock(0, lambda: None)
    record_facts(timed(shelf, clock), "run-1")
    (Path(tmp_path) / "demo-pkg" / "1.0" / "runs" / "run-1.json").unlink()
    (found,) = findings_of(shelf)
    assert (found.weight, found.where) == ("fault", "record runs/run-1.json")
    forget()
    record_facts(shelf, "run-2")
    assert [finding.weight for finding in findings_of(shelf)] == ["fault"]
