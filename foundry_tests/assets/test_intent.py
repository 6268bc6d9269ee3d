"""What a release is for: said by its changelog or its entry, kept as evidence, missed where nobody says it.

Add here another place where an author says it.
Not here: reading a changelog (craft/test_changelog), and quoting it (craft/change_control).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft.summary import ReleaseEntry, read_entries
from foundry_assets.craft.summary.standing import standing_in
from foundry_assets.records import CheckTold, Outcome, StatedIntent
from foundry_assets.release_entry import INTENT_RECORD
from foundry_assets.store import Shelf
from foundry_tests.story_fixtures import House, quick_project

KEY = "story-quick==1.0"
SECTION = "Words that are there in a blink."


def check_of(outcome: Outcome) -> CheckTold:
    """Give the check about the intent, as the outcome tells it."""
    (found,) = [check for check in outcome.checks if check.name == "intent_is_told"]
    return found


def kept(shelf: Shelf) -> StatedIntent:
    """Give the record."""
    record = shelf.read(INTENT_RECORD, StatedIntent)
    assert record is not None
    return record


def entry_of(house: House) -> ReleaseEntry:
    """Give the summary's entry."""
    return read_entries(house.home.summary)[KEY]


def catalog(house: House, source: Path, intent: str = "") -> None:
    """Write a catalog with the package in it."""
    told = f'intent = "{intent}"\n' if intent else ""
    house.catalog(f'[[package]]\nname = "story-quick"\nsource = "{source.as_posix()}"\n{told}')


def test_the_changelogs_section_is_kept_and_told(house: House) -> None:
    """The section of this very version is a record with the file's sha256, and stands in entry and page."""
    source = quick_project(house.root / "source")
    outcome = house.release(source)
    record, staged = kept(house.shelf()), house.shelf().manifest("staged_workspace")
    (member,) = [member for member in staged.members if member.path == "CHANGELOG.md"]
    assert (record.said_in, record.file_sha256) == ("CHANGELOG.md", member.sha256)
    assert record.tree_sha256 == staged.sha256
    assert SECTION in record.text
    assert (check_of(outcome).passed, check_of(outcome).message) == (
        True,
        "CHANGELOG.md: [1.0] - 2026-11-01",
    )
    assert entry_of(house).intent.text == record.text
    assert f"> - {SECTION}" in house.page()
    lines = [line for line in (house.stored("ledger")).iterdir() if INTENT_RECORD in line.read_text("utf-8")]
    assert len(lines) == 1


def test_the_intent_of_a_frozen_release_stays(house: House) -> None:
    """Once bytes may have left, a rewritten changelog changes neither the record nor what is told."""
    source = quick_project(house.root / "source")
    house.release(source)
    before = kept(house.shelf())
    changelog = source / "CHANGELOG.md"
    changelog.write_text(changelog.read_text("utf-8").replace(SECTION, "Something else."), "utf-8")
    again = house.release(source)
    assert "Something else." not in house.page()
    assert kept(house.shelf()) == before
    assert again.status == "blocked", again.message


def test_the_catalogs_text_stands_in_for_a_section_that_is_missing(house: House) -> None:
    """A changelog without this version, or none, leaves it to the package's entry."""
    source = quick_project(house.root / "source")
    catalog(house, source, "Kept for <b>old</b> callers.")
    (source / "CHANGELOG.md").write_text("# Changelog\n\n## 0.9\n\n- old\n", "utf-8")
    outcome = house.release(source, mode="rehearse")
    shelf = house.shelf(mode="rehearse")
    assert (kept(shelf).said_in, kept(shelf).text) == ("foundry.toml", "Kept for <b>old</b> callers.")
    assert check_of(outcome).passed
    page = house.home.change_control / "rehearsals" / "story-quick-1.0.md"
    assert "> Kept for <b>old</b> callers." in page.read_text("utf-8")


def test_a_changelog_wins_over_the_catalog(house: House) -> None:
    """The catalog's text is for all versions; a section is for this one."""
    source = quick_project(house.root / "source")
    catalog(house, source, "For all versions.")
    house.release(source, mode="rehearse")
    assert kept(house.shelf(mode="rehearse")).said_in == "CHANGELOG.md"


@pytest.mark.parametrize(
    ("changelog", "why"),
    [
        ("", "there is no changelog"),
        ("# Changelog\n\n## [Unreleased]\n\n- soon\n", "CHANGELOG.md has no section for 1.0"),
    ],
)
def test_a_missing_intent_warns_and_does_not_block(house: House, changelog: str, why: str) -> None:
    """The release is published, and outcome, summary and page say that nobody says what it is for."""
    source = quick_project(house.root / "source")
    if changelog:
        (source / "CHANGELOG.md").write_text(changelog, "utf-8")
    else:
        (source / "CHANGELOG.md").unlink()
    outcome = house.release(source)
    assert outcome.status == "published", outcome.message
    told = check_of(outcome)
    assert (told.passed, told.severity) == (False, "WARN")
    assert told.message.startswith(why)
    assert "`intent`" in told.message
    assert standing_in(entry_of(house).model_dump(mode="json")).warnings == (told.message,)
    assert "**Nobody says what this release is for.**" in house.page()
