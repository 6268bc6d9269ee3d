"""What a person does in the browser, from the lineage to the receipt, in a real Chromium.

Add here another short path that people take; each costs the start of a window.
Not here: what GraphQL alone can prove (test_webserver), and the servers' own life (test_serving).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from foundry_assets import evidence
from foundry_assets.hold_page import correction_form
from foundry_assets.home import Foundry
from foundry_assets.launching.line_run import shelf_of
from foundry_assets.release import Release
from foundry_tests.story_fixtures import quick_project
from foundry_tests.ui.browsing import Person
from foundry_tests.ui.serving import NAME, VERSION, Place, View, view_of, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
RELEASE = f"{NAME}=={VERSION}"
WRONG = f"{NAME}==9.9"
HELD = "held-words==1.0"
_SCHEDULE = """
{ scheduleOrError(scheduleSelector: {
    repositoryLocationName: "foundry", repositoryName: "__repository__", scheduleName: "monthly_rehearsal"
  }) { ... on Schedule { scheduleState { status } } } }
"""
_TAGS = "{ runsOrError { ... on Runs { results { status jobName tags { key value } } } } }"


@pytest.fixture(scope="module")
def view(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    """One `foundry ui` for all tests of this module."""
    place = Place.made(tmp_path_factory.mktemp("view"))
    hold_a_second_package(place)
    with view_of(place) as opened:
        yield opened


def hold_a_second_package(place: Place) -> None:
    """Add a package whose release an earlier upload has left held."""
    name, version = HELD.split("==")
    quick_project(place.root / name, name=name, version=version)
    catalog = place.root / "foundry.toml"
    catalog.write_text(
        f'{catalog.read_text("utf-8")}[[package]]\nname = "{name}"\nsource = "{name}"\n', "utf-8"
    )
    foundry = Foundry(home_folder=str(place.home), catalog_file=str(catalog))
    shelf = shelf_of(Release.parse(HELD), foundry=foundry)
    evidence.place_hold(shelf, "local", because="no answer came", files=["held.whl"], run_id="earlier")


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
    assert person.place_of("local") > person.place_of("upload_receipt")
    assert person.page.get_by_text("Join the Dagster community").count() == 0
    person.keeps("lineage")


def test_a_release_is_added_launched_and_its_receipt_read(person: Person, view: View) -> None:
    """A partition added in the dialog and launched from the small form ends with a receipt that says so.

    The run is found by package, version, index and launcher; an asset's page answers what people ask.
    """
    person.adds(RELEASE)
    person.chooses(RELEASE)
    form = person.form()
    assert form[:3] == ["resources:", "  settings:", "    config:"]
    assert len(form) <= 10
    person.keeps("launchpad")
    person.launches()
    person.waits_for_end("Success")
    person.keeps("run")
    person.reads_page_of("upload_receipt", RELEASE, seeing="published")
    for text in ("tiny_words-1.2.0-py3-none-any.whl", "tiny_words-1.2.0.tar.gz", "created", "local"):
        person.sees(text)
    person.keeps("receipt")
    tags = tags_of(view, RELEASE)
    assert (tags["package"], tags["version"]) == (NAME, VERSION)
    assert (tags["index"], tags["launcher"]) == ("local", "ui")
    person.reads_page_of("wheel", RELEASE, seeing="from what")
    for text in ("how checked", "what now", "sdist"):
        person.sees(text)
    person.keeps("wheel")
    person.reads_page_of("index/local", RELEASE, seeing="tiny_words-1.2.0.tar.gz")
    person.keeps("index")


def tags_of(view: View, release: str) -> dict[str, str]:
    """Give the tags of a release's newest run."""
    runs = view.ask(_TAGS)["runsOrError"]["results"]
    found = [{tag["key"]: tag["value"] for tag in run["tags"]} for run in runs]
    return next(tags for tags in found if tags.get("dagster/partition") == release)


def test_a_blocked_release_says_why_on_its_run_page(person: Person) -> None:
    """A release whose version the source does not declare fails with our reason and remedy in plain sight."""
    person.adds(WRONG)
    person.chooses(WRONG)
    person.launches()
    person.waits_for_end("Failure")
    person.sees(f"declares {RELEASE}, and the release is {WRONG}")
    person.sees(f"or release {RELEASE} instead")
    person.keeps("blocked")


def test_a_hold_is_seen_on_the_receipt_and_lifted_by_a_job(person: Person) -> None:
    """A held release fails with the words that lift it; the job lifts it, and then the release succeeds."""
    person.adds(HELD)
    person.chooses(HELD)
    person.launches()
    person.waits_for_end("Failure")
    person.sees("is held at `local`")
    person.reads_events_of("upload_receipt", seeing="no answer came")
    person.sees(f"foundry lift-hold {HELD} --index local")
    person.sees("write_correction:")
    person.keeps("held")
    person.opens_the_form_of("lift_hold")
    form = yaml.safe_dump(correction_form(HELD, "local"), sort_keys=False).strip()
    person.writes(form.replace("because: ''", "because: asked the index and nothing is there"))
    person.keeps("lifting")
    person.launches()
    person.waits_for_end("Success")
    person.reads_events_of("upload_receipt", seeing="asked the index and nothing is there")
    person.keeps("lifted")
    person.chooses(HELD)
    person.launches()
    person.waits_for_end("Success")


def test_the_schedule_is_started_and_stopped(person: Person, view: View) -> None:
    """The monthly rehearsal rests until a person turns its switch, and rests again after the second turn."""

    def status() -> str:
        return str(view.ask(_SCHEDULE)["scheduleOrError"]["scheduleState"]["status"])

    assert status() == "STOPPED"
    person.turns("monthly_rehearsal")
    wait_until(lambda: status() == "RUNNING", "the schedule runs", [view.process])
    person.keeps("schedule")
    person.turns("monthly_rehearsal")
    wait_until(lambda: status() == "STOPPED", "the schedule rests", [view.process])
