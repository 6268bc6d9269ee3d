"""A headless Chromium, and what a person does in Dagster's pages.

Add here a step that a person takes, waiting for text and never for time.
Not here: what must come of it (test_browser).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from foundry_assets.assets import line
from foundry_assets.assets.indexes import INDEX_GROUP

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_LIMIT_MILLISECONDS = 120_000
_TRIES = 4
_SHOTS = "BROWSER_PICTURES"
"""A folder that keeps the pictures; without it they lie in the test's own."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give the system's Chromium; skips the test where it, or playwright, is not installed."""
    reason = "playwright is not installed; it comes with the extra `ui`"
    playwright = pytest.importorskip("playwright.sync_api", reason=reason)
    program = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no Chromium is installed (none of {', '.join(_NAMES)} is on the PATH)")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, headless=True, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class Person:
    """Somebody before a fresh browser window."""

    page: Page
    address: str
    pictures: Path

    @classmethod
    def at(cls, browser: Browser, address: str, pictures: Path) -> Person:
        """Open a window that remembers nothing."""
        page = browser.new_page(viewport={"width": 2000, "height": 1100})
        page.set_default_timeout(_LIMIT_MILLISECONDS)
        folder = Path(os.environ.get(_SHOTS) or pictures)
        folder.mkdir(parents=True, exist_ok=True)
        return cls(page, address, folder)

    def goes_to(self, path: str, *, seeing: str) -> None:
        """Open a page and wait for a text of it."""
        self.page.goto(self.address + path)
        self.sees(seeing)

    def sees(self, text: str) -> None:
        """Wait for a text."""
        self.page.get_by_text(text).first.wait_for()

    def keeps(self, name: str) -> None:
        """Take a picture."""
        self.page.screenshot(path=self.pictures / f"{name}.png")

    def opens_lineage(self) -> None:
        """Open the graph of all assets with its groups unfolded."""
        groups = sorted(
            {INDEX_GROUP, *(group for asset in line for group in asset.group_names_by_key.values())}
        )
        unfolded = ",".join(f"global@global:{group}" for group in groups)
        self.goes_to(f"/asset-groups?expanded={quote(unfolded)}", seeing="upload_receipt")

    def place_of(self, asset: str) -> float:
        """Give how far right an asset stands in the graph (pixels)."""
        box = self.page.locator("foreignObject").get_by_text(asset, exact=True).first.bounding_box()
        assert box is not None
        return box["x"]

    def adds(self, key: str) -> None:
        """Add a partition in the dialog of the job's Materialize button."""
        self.goes_to("/locations/foundry/jobs/release", seeing="Materialize all")
        self.page.get_by_role("button", name="Materialize all").click()
        self.page.get_by_text("Add a partition").click()
        self.page.get_by_placeholder("name").fill(key)
        self.page.get_by_role("button", name="Save").click()
        self.page.get_by_role("button", name="Save").wait_for(state="detached")

    def chooses(self, key: str) -> None:
        """Open the Launchpad and pick the partition."""
        assert any(self._is_offered(key) for _ in range(_TRIES)), f"{key} was never offered"
        self.page.get_by_text(key, exact=True).first.click()
        self.sees(f"partition: {key}")
        self.sees("No errors")

    def _is_offered(self, key: str) -> bool:
        """Open the Launchpad's list, which closes where the page draws itself again just then."""
        from playwright.sync_api import TimeoutError as NotSeen

        self.goes_to("/locations/foundry/jobs/release/playground", seeing="No errors")
        self.page.get_by_placeholder("Partition").click()
        try:
            self.page.get_by_text(key, exact=True).first.wait_for(timeout=_LIMIT_MILLISECONDS / _TRIES)
        except NotSeen:
            return False
        return True

    def opens_the_form_of(self, job: str) -> None:
        """Open the Launchpad of a job that has no partitions."""
        self.goes_to(f"/locations/foundry/jobs/{job}/playground", seeing="No errors")

    def writes(self, form: str) -> None:
        """Replace what the Launchpad's form says, as by pasting."""
        self.page.locator(".CodeMirror-lines").first.click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(form)
        self.page.wait_for_function(
            "form => document.querySelector('.CodeMirror').CodeMirror.getValue().trim() === form", arg=form
        )

    def reads_page_of(self, asset: str, release: str, *, seeing: str) -> None:
        """Open what an asset's page tells of one release."""
        self.goes_to(f"/assets/{asset}?view=partitions&partition={quote(release)}", seeing=seeing)

    def reads_events_of(self, asset: str, *, seeing: str) -> None:
        """Open the newest event on an asset's page, also one of a release that it has nothing of yet."""
        self.goes_to(f"/assets/{asset}?view=events", seeing=seeing)

    def opens_verdicts_of(self, check: str, asset: str) -> None:
        """Open a check's list of releases."""
        self.goes_to(f"/assets/{asset}?view=checks&checkDetail={check}", seeing="Latest execution")
        self.page.get_by_role("tab", name="Partitions").last.click()

    def picks(self, text: str) -> None:
        """Click the last thing that says this: a list stands below what was chosen from it."""
        self.page.get_by_text(text, exact=True).filter(visible=True).last.click()

    def asks_what_may_follow(self, form: str) -> list[str]:
        """Put a form into the Launchpad, and give the lines of its completions at the form's end."""
        self.page.locator(".CodeMirror-lines").first.click()
        self.page.evaluate("form => document.querySelector('.CodeMirror').CodeMirror.setValue(form)", form)
        self.page.keyboard.press("ControlOrMeta+End")
        self.page.keyboard.press("Control+Space")
        offered = self.page.locator(".CodeMirror-hints")
        offered.wait_for()
        return [line.strip() for line in offered.inner_text().splitlines() if line.strip()]

    def turns(self, switch: str) -> None:
        """Click the one switch of a schedule's page."""
        self.goes_to(f"/locations/foundry/schedules/{switch}", seeing=switch)
        self.page.get_by_role("switch").or_(
            self.page.locator("label:has(input[type=checkbox])")
        ).first.click()

    def form(self) -> list[str]:
        """Give the lines of the Launchpad's form."""
        lines = self.page.locator(".CodeMirror-line").all_inner_texts()
        return [line.rstrip() for line in lines if line.strip("\u200b \n")]

    def launches(self) -> None:
        """Press Launch Run and wait for the run's page."""
        self.page.get_by_role("button", name="Launch Run").click()
        self.page.wait_for_url("**/runs/*")

    def waits_for_end(self, status: str) -> None:
        """Wait until the run's page shows how it ended."""
        self.page.get_by_text(status, exact=True).first.wait_for()
