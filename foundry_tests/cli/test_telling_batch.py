"""How several releases look at a terminal: a line each as they end, and one table.

Add here another thing that people are shown of a batch.
Not here: a single release (test_telling).
"""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from foundry_assets.cli.telling_batch import BatchTeller
from foundry_assets.launching.batch import NotBegun
from foundry_assets.progress import Event
from foundry_assets.records import CheckTold, FileTold, Outcome

WARNING = CheckTold(name="intent_is_told", passed=False, severity="WARN", message="there is no changelog")
REMEDY = "  -> add `lib` to the package's dependencies"


def outcome(name: str, status: str, **told: object) -> Outcome:
    """Give how a release ended."""
    file = FileTold(filename="a.whl", kind="wheel", sha256="0", bytes=1, verdict="created", url="")
    facts: dict[str, object] = {
        "release": f"{name}==1.0",
        "name": name,
        "version": "1.0",
        "index": "local",
        "status": status,
    }
    facts |= {"files": (file,), "run_id": "r", "seconds": 3.21, "evidence": "e", "message": "m"}
    return Outcome.model_validate(facts | told)


def not_begun(name: str, culprit: str) -> Outcome:
    """Give how a release ended that something else stopped."""
    told = outcome(name, "blocked", files=(), run_id="", message="it was not begun").model_dump()
    return NotBegun.model_validate(told | {"culprit": culprit})


def shown(*outcomes: Outcome, width: int) -> list[str]:
    """Give what people see of a batch."""
    stream = io.StringIO()
    with BatchTeller(3, as_json=False, console=Console(file=stream, width=width, highlight=False)) as teller:
        for one in outcomes:
            teller.event(Event(one.release, "wheel", "began"))
            teller.event(Event(one.release, "wheel", "ended", seconds=1))
            teller.outcome(one)
        teller.close(None)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("width", [80, 120])
def test_a_batch_is_a_line_a_package_and_one_table_that_says_why(width: int) -> None:
    """Steps are not listed; the table names what stopped each, and the whole reason stands above it once."""
    blocked = f"wheel_installs_and_imports: no module `lib` (app/x.py, line 5)\n{REMEDY}"
    lines = shown(
        outcome("good", "published", checks=(WARNING, WARNING)),
        outcome("bad", "blocked", message=blocked),
        not_begun("after", "bad==1.0"),
        width=width,
    )
    assert lines[0] == "ok  1/3  good==1.0  published  3.2 s"
    assert lines[1] == "no  2/3  bad==1.0  blocked  wheel_installs_and_imports"
    assert lines[2] == "no  3/3  after==1.0  blocked  needs bad==1.0"
    assert lines[3:8] == ["", "bad==1.0: blocked", *blocked.splitlines(), ""]
    assert [line.split()[:2] for line in lines[8:]] == [
        ["release", "status"],
        ["good==1.0", "published"],
        ["bad==1.0", "blocked"],
        ["after==1.0", "blocked"],
    ]
    assert lines[9].endswith("local      3.2  1 warning")
    assert lines[10].endswith("3.2  wheel_installs_and_imports")
    assert lines[11].endswith("local           needs bad==1.0")


def test_a_release_that_could_not_be_ordered_is_told_whole() -> None:
    """What has no run and no index has a row like all others, and its reason with the remedy."""
    told = "the entry of `x`: 1 fault\nancillary: there is no `gone.txt`"
    lines = shown(outcome("x", "blocked", run_id="", index="", files=(), message=told), width=80)
    assert lines[2:5] == ["x==1.0: blocked", *told.splitlines()]
    assert lines[-1].split() == ["x==1.0", "blocked", "the", "entry", "of", "`x`:", "1", "fault"]
