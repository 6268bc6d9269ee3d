"""What Dagster's pages show of several releases of one package, good and bad, in a real Chromium.

Add here what a person reads on a page without launching anything.
Not here: what a person launches or switches in the browser (test_browser).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foundry_tests.story_fixtures import quick_project
from foundry_tests.ui.browsing import Person
from foundry_tests.ui.serving import NAME, Place, View, view_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
CODES = {"1.0": "", "1.1": "import no_such_module\n", "1.2": "", "1.3": "WORDS = 1\n"}
"""The code of each release; the second one's does not import, so that it is blocked."""


@pytest.fixture(scope="module")
def view(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    """A view over four releases."""
    place = Place.made(tmp_path_factory.mktemp("pages"))
    ended = [release(place, version) for version in CODES]
    assert ended == ["published", "blocked", "published", "published"]
    with view_of(place) as opened:
        yield opened


def release(place: Place, version: str) -> str:
    """Release a version of the place's package from the command line, and give how it ended."""
    quick_project(place.root / NAME, name=NAME, version=version, code=CODES[version])
    argv = [sys.executable, "-m", "foundry_assets", "release", NAME, "--json"]
    told = subprocess.run(
        argv, cwd=place.root, env=place.environment, check=False, capture_output=True, text=True
    )
    return str(json.loads(told.stdout)["status"])


@pytest.fixture
def person(browser: Browser, view: View, tmp_path: Path) -> Iterator[Person]:
    """Somebody before a fresh window on that view."""
    somebody = Person.at(browser, view.address, tmp_path / "pictures")
    yield somebody
    somebody.page.context.close()


def test_a_checks_page_has_a_verdict_for_each_release(person: Person) -> None:
    """The blocked release is failed for its reason, the others passed, whichever came last."""
    person.opens_verdicts_of("wheel_installs_and_imports", "wheel")
    person.sees("Passed (3)")
    person.sees("Failed (1)")
    person.picks(f"{NAME}==1.1")
    person.sees("No module named 'no_such_module'")
    person.keeps("verdict of a blocked release")
    person.picks(f"{NAME}==1.3")
    person.sees("installs with 0 other distributions")


def test_a_gates_verdict_is_read_on_the_releases_page(person: Person) -> None:
    """On the wheel's page a blocked release says which gate blocks it, why, and what to do now."""
    person.reads_page_of("wheel", f"{NAME}==1.1", seeing="blocks: tiny_words: ModuleNotFoundError")
    person.sees("mend what wheel_installs_and_imports found, in the source")
    person.keeps("blocked wheel")


def test_size_and_time_are_plotted_over_releases(person: Person) -> None:
    """The wheel's page draws a curve of its bytes and one of its seconds, a point a release."""
    person.goes_to("/assets/wheel?view=overview", seeing="Latest check results")
    person.picks("Plots")
    for name in ("Partitions", "bytes", "seconds"):
        person.page.get_by_text(name, exact=True).first.wait_for()
    person.page.locator("canvas").nth(1).wait_for()
    person.keeps("plots")


def test_the_graph_shows_kinds_and_flows_from_left_to_right(person: Person) -> None:
    """Each node of the line names its kinds, with icons, and stands right of what it is made from."""
    person.goes_to("/locations/foundry/asset-groups/release", seeing="summary_json")
    person.sees("4 partitions")
    for kind in ("Source", "Python", "File", "Report", "json"):
        person.page.get_by_text(kind, exact=True).first.wait_for()
    flow = ["staged_workspace", "stubbed_tree", "sdist", "wheel", "pypi_probe", "upload_receipt"]
    places = [person.place_of(asset) for asset in [*flow, "summary_json"]]
    assert places == sorted(places)
    person.keeps("graph")


def test_the_form_completes_with_descriptions(person: Person) -> None:
    """Ctrl+Space offers the five fields, each with what it means, and the indexes that there are."""
    person.opens_the_form_of("release")
    offered = person.asks_what_may_follow("resources:\n  settings:\n    config:\n      ")
    fields = {"allow_dirty", "confirm", "index", "mode", "needs"}
    assert fields <= set(offered)
    assert "rehearse does everything except change a real index." in offered
    person.keeps("completions")
    assert {"local", "testpypi", "pypi"} <= set(
        person.asks_what_may_follow("resources:\n  settings:\n    config:\n      index: ")
    )
