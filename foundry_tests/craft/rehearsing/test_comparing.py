"""A rehearsal is compared with the one before it, and whatever is otherwise has a name.

Add here a row for another fact that must not change unnoticed.
Not here: whole rehearsals (launching/test_rehearsal).
"""

from __future__ import annotations

from typing import Any

import pytest

from foundry_assets.craft.rehearsing import PackageRehearsed, RehearsalReport, deviations_between
from foundry_assets.craft.rehearsing.form import (
    CredentialTold,
    FileRehearsed,
    Reached,
    RehearsalPlan,
    Toolset,
    ToolsetRun,
)
from foundry_assets.craft.rehearsing.pages import deviation_page, report_page

WHEEL = {"filename": "a-1.0-py3-none-any.whl", "kind": "wheel", "sha256": "a" * 64, "bytes": 1000}


def _toolset(**changed: Any) -> Toolset:
    fresh = {"name": "newest", "wanted": ("build", "twine"), "versions": {"build": "1.6.1", "twine": "7.0.0"}}
    return Toolset(**{**fresh, **changed})


def _package(*, file: dict[str, Any] | None = None, **changed: Any) -> PackageRehearsed:
    whole: dict[str, Any] = {
        "name": "a",
        "version": "1.0",
        "status": "rehearsed",
        "message": "as ever",
        "tree_sha256": "t" * 64,
        "files": (FileRehearsed(**{**WHEEL, "metadata_version": "2.4", **(file or {})}),),
        "checks": {"wheel_is_reproducible": "passed"},
        "toolsets": (ToolsetRun(toolset="newest", is_good=True, message=""),),
        "is_installed": True,
        "is_in_summary": True,
    }
    return PackageRehearsed(**{**whole, **changed})


def _report(package: PackageRehearsed | None = None, **changed: Any) -> RehearsalReport:
    plan: dict[str, Any] = {
        "month": "2026-11",
        "index": "testpypi",
        "run_id": "b" * 36,
        "began_at": "2026-11-01T06:00:00.000Z",
        "uploads": False,
        "packages": ("a",),
        "tools": {"python": "3.13.1", "dagster": "1.13.27"},
        "toolsets": (_toolset(),),
        "credential": CredentialTold(source="TWINE_API_TOKEN", username="__token__"),
        "reached": (Reached(address="upload_url", is_reached=True, told="405"),),
    }
    packages = (package or _package(),)
    return RehearsalReport(
        plan=RehearsalPlan(**{**plan, **changed}), packages=packages, ended_at="2026-11-01"
    )


_WARNED = ToolsetRun(toolset="newest", is_good=True, message="", warnings=("there is no description",))
BEFORE = _report()
CASES = {
    "python": (_report(tools={"python": "3.13.2", "dagster": "1.13.27"}), "tool python: 3.13.1 -> 3.13.2"),
    "a tool that came": (
        _report(tools={**BEFORE.plan.tools, "uv": "0.13"}),
        "tool uv: none -> 0.13",
    ),
    "the newest twine": (
        _report(toolsets=(_toolset(versions={"build": "1.6.1", "twine": "7.1.0"}),)),
        "tool newest twine: 7.0.0 -> 7.1.0",
    ),
    "tools that cannot be installed": (
        _report(toolsets=(_toolset(versions={}, problem="no way to the index"),)),
        "tool newest build and twine: could be installed -> no way to the index",
    ),
    "out of reach": (
        _report(reached=(Reached(address="upload_url", is_reached=False, told="no"),)),
        "index reached: upload_url: yes -> no",
    ),
    "another index": (_report(index="company"), "index rehearsed for: testpypi -> company"),
    "credential": (
        _report(credential=CredentialTold(source=".pypirc", username="__token__")),
        "credential source: TWINE_API_TOKEN -> .pypirc",
    ),
    "no credential": (
        _report(credential=CredentialTold(problem="there is none")),
        "credential source: TWINE_API_TOKEN -> none can be used",
    ),
    "blocked": (_report(_package(status="blocked")), "a: outcome status: rehearsed -> blocked"),
    "not installed": (
        _report(_package(is_installed=False)),
        "a: outcome installed from an index: yes -> no",
    ),
    "not in the summary": (
        _report(_package(is_in_summary=False)),
        "a: outcome found in the summary: yes -> no",
    ),
    "a verdict": (
        _report(_package(checks={"wheel_is_reproducible": "warns"})),
        "a: check wheel_is_reproducible: passed -> warns",
    ),
    "a verdict that is gone": (
        _report(_package(checks={})),
        "a: check wheel_is_reproducible: passed -> none",
    ),
    "metadata version": (
        _report(_package(file={"metadata_version": "2.5"})),
        "a: metadata version wheel: 2.4 -> 2.5",
    ),
    "hash of the same source": (
        _report(_package(file={"sha256": "c" * 64})),
        f"a: hash wheel of the same source: {'a' * 64} -> {'c' * 64}",
    ),
    "more than a tenth larger": (
        _report(_package(file={"bytes": 1101})),
        "a: size wheel: 1,000 bytes -> 1,101 bytes",
    ),
    "more than a tenth smaller": (
        _report(_package(file={"bytes": 899})),
        "a: size wheel: 1,000 bytes -> 899 bytes",
    ),
    "a tool that no longer builds it": (
        _report(_package(toolsets=(ToolsetRun(toolset="newest", is_good=False, message=""),))),
        "a: toolset builds with newest: yes -> no",
    ),
    "a tool that warns now": (
        _report(_package(toolsets=(_WARNED,))),
        "a: toolset builds with newest: yes -> with warnings",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_deviation_has_its_name(name: str) -> None:
    """One fact that is otherwise gives one deviation, which says what it was and what it is."""
    now, told = CASES[name]
    assert list(map(str, deviations_between(BEFORE, now))) == [told]


@pytest.mark.parametrize(
    "now",
    [
        BEFORE,
        _report(_package(file={"bytes": 1100})),
        _report(_package(file={"bytes": 900})),
        _report(_package(tree_sha256="u" * 64, file={"sha256": "c" * 64})),
        _report(_package(message="in other words", seconds={"the line": 99.0})),
        _report(month="2026-12"),
    ],
)
def test_what_may_change_is_no_deviation(now: RehearsalReport) -> None:
    """A size within a tenth, other bytes of another source, other words, times and months are as before."""
    assert deviations_between(BEFORE, now) == ()


def test_packages_that_come_and_go_are_told() -> None:
    """A package that was not there, and one that is no longer there, are a deviation each."""
    told = deviations_between(BEFORE, _report(_package(name="b")))
    assert list(map(str, told)) == [
        "b: package in the catalog: no -> yes",
        "a: package in the catalog: yes -> no",
    ]


def test_a_line_that_stopped_is_not_told_once_more_by_each_check_that_it_never_came_to() -> None:
    """Beside the status, only what both rehearsals judged is compared."""
    now = _report(_package(status="blocked", checks={}))
    assert [found.kind for found in deviations_between(BEFORE, now)] == ["outcome"]


def test_every_kind_of_deviation_tells_a_person_what_to_do() -> None:
    """Each entry has its title, its standing in the third line, what was and is, and what to do now."""
    for now, _ in CASES.values():
        for found in deviations_between(BEFORE, now):
            lines = deviation_page(1, found, now).split("\n")
            assert lines[0].startswith("# Rehearsal ")
            assert lines[2].startswith("**open** since ")
            assert lines[lines.index("## What to do") + 2]


def test_the_report_is_read_by_people() -> None:
    """Deviations, findings, packages, files, the way to the index and tools are all on one page."""
    now, told = CASES["more than a tenth larger"]
    report = now.model_copy(update={"deviations": deviations_between(BEFORE, now), "compared_with": "before"})
    page = report_page(report)
    assert "**good** for `testpypi`" in page
    assert told.partition("->")[0] in page
    assert "| newest | twine | 7.0.0 |" in page
    assert "This is the first rehearsal" in report_page(BEFORE)
