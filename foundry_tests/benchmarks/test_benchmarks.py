"""The benchmarks themselves: what follows from runs, how turns are taken, and how the command is called.

Add here arithmetic and words of the table.
Not here: how fast anything is; the table tells that, and no test depends on the machine's mood.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from foundry_tests.benchmarks.__main__ import benchmarks
from foundry_tests.benchmarks.adding import _parts
from foundry_tests.benchmarks.figures import Line, Unit
from foundry_tests.benchmarks.growing import MODEL, MODEL_VERSION, copies, rewritten
from foundry_tests.benchmarks.history_rows import ids_spanned, repeat_events
from foundry_tests.benchmarks.rows import ROWS
from foundry_tests.benchmarks.table import cells, draw, for_programs
from foundry_tests.benchmarks.timing import RunFailed, in_turn, timed


def _line(
    ours: Sequence[float], theirs: Sequence[float] = (), *, unit: Unit = "x", problem: str = ""
) -> Line:
    return Line("a-row", "a work", "a peer", unit, 1.0, ours, theirs, problem=problem)


@pytest.mark.parametrize(
    ("line", "middle", "spread", "holds"),
    [
        (_line([1, 2, 9], [2, 2, 3]), 1.0, (0.5, 3.0), True),
        (_line([3, 4], [2, 2]), 1.75, (1.5, 2.0), False),
        (_line([0.5, 0.9, 1.3], unit="s"), 0.9, (0.5, 1.3), True),
        (_line([1.01], unit="CPU s"), 1.01, (1.01, 1.01), False),
        (_line([0.1], unit="s", problem="it imports dagster"), 0.1, (0.1, 0.1), False),
    ],
    ids=["ratios run by run", "a missed ratio", "seconds", "missed seconds", "a fault beside good seconds"],
)
def test_a_line_tells_median_spread_and_whether_the_aim_holds(
    line: Line, middle: float, spread: tuple[float, float], holds: bool
) -> None:
    """Ratios are taken run by run, and the median of them is what the aim is held to."""
    assert line.middle == pytest.approx(middle)
    assert line.spread == pytest.approx(spread)
    assert line.holds is holds
    assert cells(line)[-1] == ("yes" if holds else "NO")


def test_a_ratio_without_a_run_of_the_peer_is_an_error() -> None:
    """A run that the peer did not match is never left out silently."""
    with pytest.raises(ValueError, match="shorter"):
        _ = _line([1, 2], [1]).middle


def test_turns_are_taken_in_every_round_by_every_side() -> None:
    """Sides alternate, every other round the other way about, and figures stay with their side."""
    order: list[str] = []

    def side(name: str, seconds: float) -> float:
        order.append(name)
        return seconds

    ours, theirs = in_turn(3, lambda n: side(f"ours {n}", n), lambda n: side(f"theirs {n}", n * 10))
    assert order == ["ours 0", "theirs 0", "theirs 1", "ours 1", "ours 2", "theirs 2"]
    assert (ours, theirs) == ([0, 1, 2], [0, 10, 20])


def test_a_run_that_fails_is_told_and_not_timed(tmp_path: Path) -> None:
    """A program that ends badly gives its last words, never a figure."""
    import os
    import sys

    with pytest.raises(RunFailed, match="exit code 3\nno such index"):
        timed(
            [sys.executable, "-c", "print('no such index'); raise SystemExit(3)"],
            cwd=tmp_path,
            env=os.environ,
        )


def test_the_table_names_rows_faults_and_sizes(tmp_path: Path) -> None:
    """A person reads every row with its fault; a program reads every run of it."""
    line = _line([2, 4], [2, 2], problem="not flat")
    with (tmp_path / "table.txt").open("w+", encoding="utf-8") as file:
        draw([line], Console(file=file), said="quick")
        file.seek(0)
        text = file.read()
    assert "a-row" in text
    assert "1.00 - 2.00" in text
    assert "a-row: not flat" in text
    told = for_programs([line], quick=True)
    assert json.loads(json.dumps(told))["lines"][0]["ours"] == [2, 4]


def test_the_help_names_every_row_and_an_unknown_one_is_an_error() -> None:
    """`--help` needs no machine to be measured; a misspelt row ends at once with the names there are."""
    called = CliRunner().invoke(benchmarks, ["--help"])
    assert called.exit_code == 0
    assert all(f"  {name} " in called.output for name in ROWS)
    wrong = CliRunner().invoke(benchmarks, ["--only", "staging", "--only", "speed"])
    assert wrong.exit_code == 2
    assert f"no row is called speed; there are: {', '.join(ROWS)}" in " ".join(wrong.output.split())


def test_hooks_are_taken_off_whatever_runs_them() -> None:
    """A backend's hook is known inside the sandbox too, and uv is not taken for one."""
    hook = ["/x/python", "/x/pyproject_hooks/_in_process/_in_process.py", "build_wheel", "/y"]
    children = [
        {"command": ["/usr/bin/bwrap", "--", *hook], "cpu": 1.0},
        {"command": hook, "cpu": 0.5},
        {"command": ["/usr/bin/bwrap", "--", "/x/bin/uv", "pip", "install"], "cpu": 0.25},
        {"command": ["/x/python", "-m", "worker"], "cpu": 0.125},
    ]
    assert list(_parts(3.0, children).values()) == [1.125, 0.25, 0.125, 1.5]


def test_copies_of_a_release_keep_the_length_of_every_word() -> None:
    """No two copies are one release, and a database whose bytes are rewritten stays readable."""
    every = list(copies(50))
    assert len({copy.key for copy in every}) == 49
    text = f"{MODEL} bench_00000 {MODEL_VERSION} a-run"
    words = every[12].words("a-run")
    assert rewritten(text, words) == f"bench-00003 bench_00003 1.900013 {every[12].run_id}"
    pairs = [pair for copy in every for pair in copy.words(copy.run_id).items()]
    assert all(len(old) == len(new) for old, new in pairs)


def test_events_are_repeated_with_ids_that_still_point_at_each_other() -> None:
    """A copy's tags and checks point at the copy's events, not at the model's."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(":memory:")) as index:
        index.executescript(
            "CREATE TABLE event_logs (id INTEGER PRIMARY KEY, run_id, event, dagster_event_type);"
            "CREATE TABLE asset_event_tags (id INTEGER PRIMARY KEY, event_id, value);"
            "CREATE TABLE asset_check_executions (id INTEGER PRIMARY KEY, run_id,"
            " evaluation_event_storage_id, materialization_event_storage_id);"
            "INSERT INTO event_logs VALUES (7, 'run', 'of run', 'A'), (8, 'run', 'of run', 'B');"
            "INSERT INTO asset_event_tags VALUES (1, 7, 'x');"
            "INSERT INTO asset_check_executions VALUES (1, 'run', 8, NULL);"
        )
        first, span = ids_spanned(index)
        repeat_events(index, "run", lambda text: text.replace("run", "two"), shift=first + span)
        assert index.execute("SELECT * FROM event_logs WHERE run_id = 'two'").fetchall() == [
            (11, "two", "of two", "A"),
            (12, "two", "of two", "B"),
        ]
        assert index.execute("SELECT event_id, value FROM asset_event_tags").fetchall()[1] == (11, "x")
        assert index.execute("SELECT * FROM asset_check_executions").fetchall()[1] == (2, "two", 12, None)
