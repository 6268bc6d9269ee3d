"""The gate `wheel_installs_and_imports` tells a stranger's view: what is missing, where, and what to do.

Add here what an installation can show that the files cannot.
Not here: installing and importing (craft/test_installing).
"""

from __future__ import annotations

from foundry_assets.evidence import verdicts
from foundry_tests.story_fixtures import House, assert_nothing_left, quick_project


def test_a_module_that_fails_at_import_is_named_with_its_line(house: House) -> None:
    """The verdict gives the error, the file and the line, and is stored about this wheel's bytes."""
    source = quick_project(house.root / "source", code="WORD = 1\nraise ValueError(WORD)\n")
    assert_nothing_left(house, house.release(source), "ValueError: 1", "__init__.py, line 2")
    shelf = house.shelf()
    (stored,) = [found for found in verdicts(shelf, ["wheel"]) if found.check == "wheel_installs_and_imports"]
    assert stored.blocks
    assert stored.judged == {"wheel": shelf.manifest("wheel").sha256}


def test_a_module_that_nothing_imports_warns_where_it_may_be_meant_to_work(house: House) -> None:
    """An undeclared import apart from the public ones is a warning with its place; the release goes on."""
    source = quick_project(house.root / "source")
    (source / "story_quick" / "apart.py").write_text("\nimport nobody_knows_this\n", encoding="utf-8")
    outcome = house.release(source)
    assert outcome.status == "published", outcome.message
    (warned,) = [check for check in outcome.checks if check.name == "wheel_installs_and_imports"]
    assert (warned.passed, warned.severity) == (False, "WARN")
    assert "story_quick.apart: it imports `nobody_knows_this`" in warned.message
    assert "(story_quick/apart.py, line 2)" in warned.message


def test_the_release_before_is_found_where_a_package_needs_it(house: House) -> None:
    """A package may depend on one that so far is only on the embedded index."""
    first = quick_project(house.root / "first", name="story-first")
    assert house.release(first).status == "published"
    second = quick_project(house.root / "second", name="story-second", requires='["story-first==1.0"]')
    outcome = house.release(second)
    assert outcome.status == "published", outcome.message
    (tried,) = [check for check in outcome.checks if check.name == "wheel_installs_and_imports"]
    assert "1 other distribution" in tried.message
