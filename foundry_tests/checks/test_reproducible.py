"""The gate `wheel_is_reproducible` warns, names the members that differ, and blocks nothing.

Add here what a second build can show.
Not here: comparing archives (craft/building).
"""

from __future__ import annotations

from foundry_tests.story_fixtures import House, quick_project


def test_a_wheel_that_comes_out_differently_is_released_with_a_warning(house: House) -> None:
    """A backend that writes random bytes is told with the member's name; repeats keep the first bytes."""
    source = quick_project(house.root / "source", noise="true")
    outcome = house.release(source)
    assert outcome.status == "published", outcome.message
    (warned,) = [check for check in outcome.checks if not check.passed]
    assert (warned.name, warned.severity) == ("wheel_is_reproducible", "WARN")
    assert "story_quick/noise.txt" in warned.message
    again = house.release(source)
    assert [file.sha256 for file in again.files] == [file.sha256 for file in outcome.files]
    assert len(house.posts) == 2
