"""A release is tried with the very files of those that it needs of its own batch, once an index serves them.

Add here another way in which a needed release is not there.
Not here: which releases are needed (launching/test_orders), and binding installers to files (test_binding).
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from foundry_assets import needed
from foundry_assets.evidence import verdicts
from foundry_assets.launching.line_run import Order
from foundry_assets.launching.orders import Choice, resolve
from foundry_assets.progress import Event, listening
from foundry_tests.craft.installing.test_binding import sibling_of
from foundry_tests.faulty_index import faulty_index
from foundry_tests.story_fixtures import House, quick_project


def batch(house: House, **choice: str) -> list[Order]:
    """Order two packages of which the second needs the first; given the other way round."""
    second = quick_project(house.root / "second", name="story-second", requires='["story-first>=0.5"]')
    project = second / "pyproject.toml"
    stated = project.read_text("utf-8").replace("[project]", '[project]\ndependencies = ["story-first>=0.5"]')
    project.write_text(stated, encoding="utf-8")
    first = quick_project(house.root / "first", name="story-first")
    orders = resolve(Choice(paths=(second, first), **choice), house.foundry)  # type: ignore[arg-type]
    return sorted(orders, key=lambda order: order.release)


def installed(house: House, release: str, *, rehearsal: bool = False) -> object:
    """Give what a release's wheel was tried with."""
    shelf = house.shelf(release, mode="rehearse" if rehearsal else "release")
    (found,) = [one for one in verdicts(shelf, ["wheel"]) if one.check == "wheel_installs_and_imports"]
    return found.details["installed"]


def test_a_needed_release_is_tried_with_and_no_other_of_its_name(house: House) -> None:
    """A higher version on the same index, which somebody else put there, does not get into the trial."""
    first, second = batch(house)
    assert (first.needs, second.needs) == ((), (first.release,))
    assert house.run(first).status == "published"
    sibling_of(house.home.index, "story_first", "9.9", code="raise SystemExit('from elsewhere')")
    outcome = house.run(second)
    assert outcome.status == "published", outcome.message
    assert installed(house, "story-second==1.0") == {"story-first": "1.0", "story-second": "1.0"}


def test_a_needed_release_that_is_not_published_blocks(house: House) -> None:
    """The message names it, the index, and what to do; nothing is sent."""
    _, second = batch(house)
    outcome = house.run(second)
    assert outcome.status == "blocked"
    assert "story-first==1.0: it is not published at `local`" in outcome.message
    assert "release it first, to the same index" in outcome.message
    assert house.posts == []


def test_a_needed_wheel_that_changed_in_the_store_blocks(house: House) -> None:
    """The bytes that a release is tried with are those that the index got, or none."""
    first, second = batch(house)
    outcome = house.run(first)
    sha256 = next(file.sha256 for file in outcome.files if file.kind == "wheel")
    (blob,) = house.home.store.glob(f"blobs/sha256/**/{sha256}*")
    blob.chmod(0o600)
    blob.write_bytes(b"other bytes")
    blocked = house.run(second)
    assert blocked.status == "blocked"
    assert "needs releases that cannot be had" in blocked.message
    assert len(house.posts) == 2


def test_a_rehearsal_is_tried_with_what_was_rehearsed(house: House) -> None:
    """No index has the needed release then: its wheel of the same rehearsal stands in."""
    first, second = batch(house, mode="rehearse")
    assert house.run(first).status == "rehearsed"
    outcome = house.run(second)
    assert outcome.status == "rehearsed", outcome.message
    found = installed(house, "story-second==1.0", rehearsal=True)
    assert found == {"story-first": "1.0", "story-second": "1.0"}
    assert not list(house.root.glob("home/index/*.whl"))


def test_what_was_published_at_the_index_before_is_had_from_the_store(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A need that left for the same index in an earlier batch is found; for another index it is not there."""
    monkeypatch.setenv("TWINE_USERNAME", "somebody")
    monkeypatch.setenv("TWINE_PASSWORD", "a long enough secret")
    with faulty_index() as there:
        addresses = f'upload_url = "{there.index.upload_url}"\nsimple_url = "{there.index.simple_url}"\n'
        house.catalog(f"[indexes.company]\n{addresses}[indexes.other]\n{addresses}")
        first, second = batch(house, index="company")
        assert house.run(first).status == "published"
        alone = replace(second, needs=())
        elsewhere = house.run(replace(alone, index="other"))
        outcome = house.run(alone)
    assert outcome.status == "published", outcome.message
    assert installed(house, "story-second==1.0") == {"story-first": "1.0", "story-second": "1.0"}
    assert elsewhere.status == "blocked"
    assert "it cannot be installed in a fresh environment" in elsewhere.message


@pytest.mark.parametrize("comes", [True, False])
def test_a_release_waits_until_what_it_needs_is_served(
    house: House, monkeypatch: pytest.MonkeyPatch, comes: bool
) -> None:
    """An index that is slow to show a needed release is asked again; one that never does blocks."""
    monkeypatch.setenv("TWINE_USERNAME", "somebody")
    monkeypatch.setenv("TWINE_PASSWORD", "a long enough secret")
    monkeypatch.setattr(needed, "_SERVE_LIMIT_SECONDS", 60.0 if comes else 0.5)
    with faulty_index() as there:
        addresses = f'upload_url = "{there.index.upload_url}"\nsimple_url = "{there.index.simple_url}"\n'
        house.catalog(f"[indexes.company]\n{addresses}")
        first, second = batch(house, index="company")
        assert house.run(first).status == "published"
        files, waited = dict(there.files), list[str]()
        there.files.clear()

        def hear(event: Event) -> None:
            if "not yet on the project's page" in event.text and event.kind == "said":
                waited.append(event.text)
                there.files.update(files if comes else {})

        with listening(hear):
            outcome = house.run(second)
    assert outcome.status == ("published" if comes else "blocked"), outcome.message
    assert waited[0].startswith("story-first==1.0: after 0 s: story_first-1.0")
    assert comes or "`company` does not serve it: story_first-1.0" in outcome.message
