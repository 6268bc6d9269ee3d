"""No page of the UI shows a release's secret: not its answers, verdicts, hold or correction.

Add here another text that Dagster's pages show of a release.
Not here: files, streams and arguments (test_secret_search), and what pages tell (assets/test_asset_pages).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from foundry_assets.assets import line
from foundry_assets.definitions import build_definitions
from foundry_assets.launching.holding import HOLDING_JOB
from foundry_tests.faulty_index import faulty_index
from foundry_tests.secret_scene import CATALOG, Scene, declare, echo
from foundry_tests.secret_search import sightings
from foundry_tests.story_fixtures import House, open_house, quick_project, quiet

KEY = "story-quick==1.0"


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A scene whose package is read before it is released, with a token beside it in the environment."""
    person, root = tmp_path / "person", tmp_path / "house"
    person.mkdir()
    root.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(person))
    with faulty_index() as faulty, open_house(root) as house:
        house.catalog(CATALOG.format(index=faulty.index))
        quick_project(root / "source")
        yield Scene(house, faulty, person, monkeypatch)


def pages(house: House) -> list[str]:
    """Give every text that an asset's pages can show: descriptions, labels, values, tables and Markdown."""
    told = []
    for asset in line:
        past = house.instance.fetch_materializations(asset.key, limit=50).records
        seen = house.instance.fetch_observations(asset.key, limit=50).records
        told += [repr(record.event_log_entry.dagster_event) for record in [*past, *seen]]
    for run in house.instance.get_runs():
        judged = house.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        told += [repr(entry.dagster_event) for entry in judged]
    return told


def lift(house: House) -> None:
    """Lift the hold as a person does, by the job."""
    form = {"release": KEY, "index": "company", "because": "the index was asked and holds nothing"}
    job = build_definitions(foundry=house.foundry).resolve_job_def(HOLDING_JOB)
    config = {"ops": {"write_correction": {"config": form}}} | quiet()
    assert job.execute_in_process(config, instance=house.instance).success


@pytest.mark.parametrize("source", ["TWINE_API_TOKEN", "TWINE_PASSWORD", ".pypirc"])
def test_no_page_shows_the_secret(scene: Scene, source: str) -> None:
    """Refused with an answer that repeats it, held, lifted, published: not one page has it in any form."""
    declare(scene, source)
    folder = scene.house.root / "source"
    scene.faulty.answers(403, f"no {scene.secret}", echo(scene))
    assert scene.house.release(folder).status == "refused"
    assert scene.house.release(folder).status == "held"
    lift(scene.house)
    scene.faulty.upload = "ok"
    assert scene.house.release(folder).status == "published"
    told = pages(scene.house)
    for words in (
        "how checked",
        "is lifted",
        "foundry lift-hold",
        "wheel_is_reproducible",
        "index_serves_our_bytes",
    ):
        assert any(words in text for text in told), words
    assert [sighting for text in told for sighting in sightings(text, scene.forms, text[:200])] == []
