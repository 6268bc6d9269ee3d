"""Every gate of the line blocks, tells why everywhere, sends nothing, and opens once the cause is mended.

Add here a way in which a project can be unfit for release.
Not here: gates about the index (test_pypi_probe) and about evidence (test_upload_receipt).
"""

from __future__ import annotations

import pytest

from foundry_tests.story_fixtures import House, assert_nothing_left, quick_project

WRONGS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "the backend fails": ({"fail": '"no flour left"'}, ("`build_sdist`", "no flour left")),
    "a module is lost": ({"lose": '["story_quick/words.py"]'}, ("wheel_holds_every_file", "words.py")),
    "the wheel says another version": ({"says_version": '"1.1"'}, ("sdist_version_is_the_release", "1.1")),
    "the metadata is invalid": ({"content_type": '"text/nonsense"'}, ("sdist_metadata_is_valid",)),
    "the wheel does not import": (
        {"code": "import no_such_module\n"},
        ("wheel_installs_and_imports", "no_such_module"),
    ),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_an_unfit_project_is_blocked_until_it_is_mended(house: House, wrong: str) -> None:
    """The gate blocks with its reason and 0 POSTs; the mended project goes through under the same version."""
    orders, words = WRONGS[wrong]
    source = house.root / "source"
    assert_nothing_left(house, house.release(quick_project(source, **orders)), *words)
    mended = house.release(quick_project(source))
    assert mended.status == "published", mended.message
    assert len(house.posts) == 2
    assert all(check.passed for check in mended.checks)


def test_a_failing_backend_is_shown_with_its_last_lines(house: House) -> None:
    """What the build backend said stands in the message, below what happened and what to do."""
    source = quick_project(house.root / "source", fail='"first line\\nlast line"')
    outcome = house.release(source)
    happened, remedy, *details = outcome.message.splitlines()
    assert "build_sdist" in happened
    assert remedy.startswith("  -> ")
    assert "last line" in details[-1]


def test_what_an_earlier_attempt_left_is_not_told_as_this_ones(house: House) -> None:
    """An attempt that fails at the sdist is not told with files and verdicts of the one before."""
    source = house.root / "source"
    earlier = house.release(quick_project(source, code="import no_such_module\n"))
    assert len(earlier.files) == 2
    now = house.release(quick_project(source, fail='"no"'))
    assert now.files == ()
    told = {check.name for check in now.checks}
    assert "sdist" in told
    assert "wheel_installs_and_imports" not in told
