"""What people read on an asset's page in the UI: answers, verdicts, holds, and where the index has it.

Add here another thing that such a page must tell.
Not here: how the pages are drawn (ui), and the Change Control page (craft/change_control).
"""

from __future__ import annotations

import dagster as dg
import pytest
import yaml

from foundry_assets import evidence
from foundry_assets.assets.indexes import index_key, project_page
from foundry_assets.catalog import Index, built_in_index
from foundry_assets.launching.holding import lift_hold
from foundry_assets.release import Release
from foundry_tests.story_fixtures import House, quick_project

KEY = "story-quick==1.0"
RELEASE = Release.of("story-quick", "1.0")


def rows(house: House, asset: str, name: str) -> list[dict[str, object]]:
    """Give the rows of a table on an asset's page."""
    table = house.materialised(asset).metadata[name]
    assert isinstance(table, dg.TableMetadataValue)
    return [dict(record.data) for record in table.records]


def observed(house: House, asset: str) -> list[dg.AssetObservation]:
    """Give what was observed about an asset, the newest first."""
    records = house.instance.fetch_observations(dg.AssetKey(asset), limit=20).records
    return [record.event_log_entry.asset_observation for record in records]  # type: ignore[misc]


def test_every_page_answers_the_same_questions(house: House) -> None:
    """What, from what, how checked, what now; size and time as numbers, so that they are plotted."""
    assert house.release(quick_project(house.root / "source")).status == "published"
    questions = ["what", "from what", "how checked", "what now"]
    for asset in ("staged_workspace", "stubbed_tree", "sdist", "wheel", "pypi_probe", "summary_json"):
        told = rows(house, asset, "about")
        assert [row["question"] for row in told] == questions, asset
        assert all(row["answer"] for row in told), asset
        metadata = house.materialised(asset).metadata
        assert isinstance(metadata["bytes"].value, int)
        assert isinstance(metadata["seconds"].value, float)
        assert isinstance(metadata["report"], dg.MarkdownMetadataValue)
    receipt = {str(row["question"]): str(row["answer"]) for row in rows(house, "upload_receipt", "about")}
    assert str(house.materialised("wheel").metadata["sha256"].value)[:12] in receipt["from what"]
    judged = {str(row["check"]): str(row["verdict"]) for row in rows(house, "upload_receipt", "checks")}
    assert judged["wheel_installs_and_imports"] == judged["index_serves_our_bytes"] == "passed"
    seen = house.instance.get_latest_materialization_event(index_key("local"))
    assert seen is not None
    assert seen.asset_materialization is not None
    assert seen.asset_materialization.partition == KEY


def test_a_gates_verdict_stands_under_its_release(house: House) -> None:
    """Each gate adds its verdict to the release's page under its own name, and a fault what to do now."""
    source = quick_project(house.root / "source", code="import no_such_module\n")
    assert house.release(source).status == "blocked"
    seen = observed(house, "wheel")
    assert {one.partition for one in seen} == {KEY}
    told = {label: str(value.value) for one in seen for label, value in one.metadata.items()}
    assert told["index_would_accept_both_files"].startswith("passed: ")
    assert told["wheel_installs_and_imports"].startswith("blocks: story_quick: ModuleNotFoundError")
    assert told["what_now"].startswith("mend what wheel_installs_and_imports found, in the source")


def test_a_hold_is_shown_on_the_receipt_with_the_words_that_lift_it(house: House) -> None:
    """A refused run leaves the hold on the receipt's page: why, and both ways to lift it.

    The form can be pasted whole into the job's Launchpad, and lifts nothing before a reason is written there.
    """
    evidence.place_hold(house.shelf(), "local", because="no answer came", files=["a.whl"], run_id="earlier")
    assert house.release(quick_project(house.root / "source")).status == "held"
    seen = observed(house, "upload_receipt")[0]
    assert seen.partition == KEY
    assert seen.metadata["because"].value == "no answer came"
    assert seen.metadata["lift_it_with"].value == f'foundry lift-hold {KEY} --index local --because "..."'
    words = str(seen.metadata["what_now"].value)
    assert "job `lift_hold`" in words
    form = yaml.safe_load(words.split("```")[1])
    assert dg.validate_run_config(lift_hold, form)
    assert form["ops"]["write_correction"]["config"] == {"release": KEY, "index": "local", "because": ""}


def test_a_rehearsal_is_not_shown_as_served(house: House) -> None:
    """An index's page tells releases that it serves, and no rehearsal."""
    assert house.release(quick_project(house.root / "source"), mode="rehearse").status == "rehearsed"
    assert house.instance.get_latest_materialization_event(index_key("local")) is None


@pytest.mark.parametrize("name", ["pypi", "testpypi"])
def test_a_public_index_has_a_page_a_version(name: str) -> None:
    """The address is the public client's own, with the project and the version."""
    index = built_in_index(name)
    assert index is not None
    root = index.simple_url.removesuffix("simple/")
    assert project_page(index, RELEASE) == f"{root}project/story-quick/1.0/"


def test_other_indexes_are_known_by_their_simple_page() -> None:
    """Of a company's index only the simple page is certain; the embedded one has none that lasts."""
    url = "https://p.example/simple"
    company = Index(name="company", upload_url="https://p.example/", simple_url=url)
    assert project_page(company, RELEASE) == f"{url}/story-quick/"
    assert project_page(company.model_copy(update={"name": "local"}), RELEASE) == ""
