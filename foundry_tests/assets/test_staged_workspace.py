"""The first step: the right source, in order, and with a person's consent where it cannot be taken back.

Add here what is refused before anything is built.
Not here: copying and version tools (craft/staging).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_tests.craft.staging.sources import commit, run_git
from foundry_tests.story_fixtures import House, assert_nothing_left, quick_project

COMPANY = """
[indexes.company]
upload_url = "http://127.0.0.1:9/legacy/"
simple_url = "http://127.0.0.1:9/simple/"
"""


def test_a_version_that_the_source_does_not_declare_is_blocked(house: House) -> None:
    """A release launched under another version than the source declares stops before it is built."""
    house.order(quick_project(house.root / "source"))
    result = house.launch("story-quick==9.9")
    outcome = house.ended(result, "story-quick==9.9")
    assert_nothing_left(house, outcome, "declares story-quick==1.0", "the release is story-quick==9.9")
    assert not house.stored("sdist", "story-quick==9.9").exists()


@pytest.mark.parametrize("confirm", ["", "story-quick==1.1"])
def test_a_real_index_wants_the_release_typed_beside_it(house: House, confirm: str) -> None:
    """A form that names an index but not the very release is blocked before anything is staged."""
    house.catalog(COMPANY)
    house.order(quick_project(house.root / "source"))
    outcome = house.ended(house.launch("story-quick==1.0", index="company", confirm=confirm))
    assert_nothing_left(house, outcome, "write story-quick==1.0 into `confirm`")
    assert outcome.index == "company"
    assert not house.stored("staged_workspace").exists()


def test_another_release_typed_by_mistake_is_refused_for_every_index(house: House) -> None:
    """Also the embedded index, which needs no confirmation, takes none for another release."""
    house.order(quick_project(house.root / "source"))
    outcome = house.ended(house.launch("story-quick==1.0", confirm="other==1.0"))
    assert_nothing_left(house, outcome, "names `other==1.0`")


def test_a_rehearsal_needs_no_confirmation(house: House) -> None:
    """A rehearsal for an index that cannot even be reached goes the whole way, with a warning."""
    house.catalog(COMPANY)
    outcome = house.release(quick_project(house.root / "source"), index="company", mode="rehearse")
    assert outcome.status == "rehearsed", outcome.message
    warned = [check.name for check in outcome.checks if not check.passed]
    assert warned == ["credential_is_ready", "version_is_free_on_index"]


@pytest.mark.parametrize("launched", ["local-typo", ""])
def test_a_run_that_names_nothing_known_is_as_visible_as_any_other(house: House, launched: str) -> None:
    """An unknown index and an unknown package end as `blocked`, with outcome, summary and page."""
    if launched:
        house.order(quick_project(house.root / "source"))
    outcome = house.ended(house.launch("story-quick==1.0", index=launched))
    assert_nothing_left(house, outcome, "known: " if launched else "no package `story-quick`")
    assert outcome.index == (launched or "unknown")


def test_uncommitted_changes_block_unless_allowed_and_are_then_recorded(house: House) -> None:
    """A dirty checkout is refused with the file's name; `--allow-dirty` takes it along and warns."""
    source = commit(quick_project(house.root / "source"))
    (source / "story_quick" / "words.py").write_text('WORD: str = "new"\n', encoding="utf-8")
    assert_nothing_left(house, house.release(source), "uncommitted", "words.py", "--allow-dirty")
    allowed = house.release(source, allow_dirty=True)
    assert allowed.status == "published", allowed.message
    (warned,) = [check for check in allowed.checks if not check.passed]
    assert (warned.name, warned.severity) == ("source_is_committed", "WARN")
    assert "words.py" in warned.message


def test_a_commit_is_recorded_where_there_is_one(house: House) -> None:
    """What a release was made from is told with its commit on the Change Control page."""
    source = commit(quick_project(house.root / "source"))
    head = run_git(source, "rev-parse", "HEAD")
    house.release(source, mode="rehearse")
    pages = list((house.home.change_control / "rehearsals").glob("story-quick-*.md"))
    assert [Path(page).name for page in pages] == ["story-quick-1.0.md"]
    assert head in pages[0].read_text(encoding="utf-8")
