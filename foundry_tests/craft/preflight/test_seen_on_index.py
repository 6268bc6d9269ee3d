"""What a probe's answer settles: a release that is closed, a name that nobody gets.

Add here another refusal that follows from a probe.
Not here: probing itself (test_probing).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from foundry_assets.craft.preflight import closed_since, name_is_taken_by_python
from foundry_assets.craft.probing import Probe, ProbedFile

NOW = datetime(2026, 8, 20, 12, tzinfo=UTC)
PROBE = Probe(
    files=(
        ProbedFile("demo-1.0.tar.gz", "identical", "a" * 64, "a" * 64),
        ProbedFile("demo-1.0-py3-none-any.whl", "absent", "b" * 64),
    ),
    is_new_project=False,
    newest_version="1.0",
    project_status="",
    yanked=(),
    others=(),
    serial="",
    asked_at="",
)


@pytest.mark.parametrize(
    ("opened", "is_closed"),
    [
        ((NOW - timedelta(days=14)).isoformat(), False),
        ((NOW - timedelta(days=14, seconds=1)).isoformat(), True),
        ("2026-08-06T11:59:59.123456Z", True),
        ("2026-08-06T14:00:01+02:00", False),
        ("", False),
        ("long ago", False),
    ],
)
def test_a_release_closes_after_fourteen_days(opened: str, is_closed: bool) -> None:
    """To the second, in any time zone; a release of unknown age is left to the index."""
    fault = closed_since(replace(PROBE, opened_at=opened), NOW)
    assert (fault is not None) == is_closed
    if fault:
        assert fault.where == "demo-1.0-py3-none-any.whl"
        assert "2026-08-06" in fault.what
        assert "new version" in fault.remedy


def test_a_closed_release_that_is_complete_is_no_fault() -> None:
    """Where nothing is to be sent, an old release stays published."""
    assert closed_since(replace(PROBE, files=PROBE.files[:1], opened_at="2020-01-01T00:00:00Z"), NOW) is None


@pytest.mark.parametrize(
    ("name", "is_new", "is_refused"),
    [
        ("typing", True, True),
        ("os.path", True, True),
        ("Distutils", True, True),
        ("typing", False, False),
        ("demo", True, False),
    ],
)
def test_nobody_gets_the_name_of_a_standard_library_module(name: str, is_new: bool, is_refused: bool) -> None:
    """Also of one that was taken out long ago; a project that has such a name already keeps it."""
    fault = name_is_taken_by_python(name, replace(PROBE, is_new_project=is_new))
    assert (fault is not None) == is_refused
    assert fault is None or fault.remedy == "choose another name"
