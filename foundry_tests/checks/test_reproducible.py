"""The gate `wheel_is_reproducible` warns, names the members that differ, and blocks nothing.

Add here what a second build can show.
Not here: comparing archives (craft/building).
"""

from __future__ import annotations

import os

import pytest

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


@pytest.mark.parametrize(
    "what",
    [
        "folder",
        "second",
        pytest.param("umask", marks=pytest.mark.skipif(os.name == "nt", reason="Windows knows no umask")),
    ],
)
def test_what_a_wheel_takes_from_around_it_is_found(house: House, what: str) -> None:
    """The second build has another folder, another second and another umask, though both go on at once."""
    outcome = house.release(quick_project(house.root / "source", writes=f'"{what}"'))
    assert outcome.status == "published", outcome.message
    (warned,) = [check for check in outcome.checks if not check.passed]
    assert warned.name == "wheel_is_reproducible"
    assert "story_quick/around.txt" in warned.message
