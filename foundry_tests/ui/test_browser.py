"""What a person does in the browser, from the lineage to the receipt, in a real Chromium.

Add here another short path that people take; each costs the start of a window.
Not here: what GraphQL alone can prove (test_webserver), and the servers' own life (test_serving).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foundry_tests.ui.browsing import Person, chromium
from foundry_tests.ui.serving import NAME, VERSION, Place, View, view_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
RELEASE = f"{NAME}=={VERSION}"
WRONG = f"{NAME}==9.9"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for all tests of this module; asked for first, so that its absence costs nothing."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def view(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    """One `foundry ui` for all tests of this module."""
    with view_of(Place.made(tmp_path_factory.mktemp("view"))) as opened:
        yield opened


@pytest.fixture
def person(browser: Browser, view: View, tmp_path: Path) -> Iterator[Person]:
    """Somebody before a fresh window on that view."""
    somebody = Person.at(browser, view.address, tmp_path / "pictures")
    yield somebody
    somebody.page.context.close()


def test_the_lineage_reads_from_left_to_right(person: Person) -> None:
    """The graph shows the seven assets in the order in which a release flows, and no pop-up covers it."""
    person.opens_lineage()
    flow = ["staged_workspace", "stubbed_tree", "sdist", "wheel", "pypi_probe", "upload_receipt"]
    places = [person.place_of(asset) for asset in [*flow, "summary_json"]]
    assert places == sorted(places)
    assert person.page.get_by_text("Join the Dagster community").count() == 0
    person.keeps("lineage")


def test_a_release_is_added_launched_and_its_receipt_read(person: Person) -> None:
    """A partition added in the dialog and launched from the small form ends with a receipt that says so."""
    person.adds(RELEASE)
    person.chooses(RELEASE)
    form = person.form()
    assert form[:3] == ["resources:", "  settings:", "    config:"]
    assert len(form) <= 10
    person.keeps("launchpad")
    person.launches()
    person.waits_for_end("Success")
    person.keeps("run")
    key = RELEASE.replace("=", "%3D")
    person.goes_to(f"/assets/upload_receipt?view=partitions&partition={key}", seeing="published")
    for text in ("tiny_words-1.2.0-py3-none-any.whl", "tiny_words-1.2.0.tar.gz", "created", "local"):
        person.sees(text)
    person.keeps("receipt")


def test_a_blocked_release_says_why_on_its_run_page(person: Person) -> None:
    """A release whose version the source does not declare fails with our reason and remedy in plain sight."""
    person.adds(WRONG)
    person.chooses(WRONG)
    person.launches()
    person.waits_for_end("Failure")
    person.sees(f"declares {RELEASE}, and the release is {WRONG}")
    person.sees(f"or release {RELEASE} instead")
    person.keeps("blocked")
