"""The story of a release: a source goes in, seven artefacts come out, and the index serves our bytes.

Add here what a newcomer should read first about the line as a whole.
Not here: single gates (assets, checks), launching, and the command line; each has its folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from foundry_assets.craft.summary import read_entries
from foundry_assets.records import Outcome
from foundry_tests.story_fixtures import (
    PACKAGES,
    SDIST,
    WHEEL,
    House,
    appearance,
    open_house,
    quick_project,
)

ASSETS = (
    "staged_workspace",
    "stubbed_tree",
    "sdist",
    "wheel",
    "pypi_probe",
    "upload_receipt",
    "summary_json",
)
KEY = "story-words==1.0"
Appearance = dict[str, tuple[int, int, str]]


@dataclass(frozen=True)
class Told:
    """One release of a setuptools project, and how its source looked before and after."""

    house: House
    outcome: Outcome
    before: Appearance
    after: Appearance


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Release `story-words` once, from inside its own source tree."""
    root = tmp_path_factory.mktemp("story")
    source = root / "source"
    quick_copy(PACKAGES / "story_words", source)
    with open_house(root) as house, pytest.MonkeyPatch.context() as patch:
        patch.chdir(source / "src")
        before = appearance(source)
        outcome = house.release(Path(".."))
        yield Told(house, outcome, before, appearance(source))


def quick_copy(project: Path, folder: Path) -> None:
    """Copy a project, with caches and a stray file such as people have, long ago."""
    for file in project.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            copy = folder / file.relative_to(project)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "stray.pyc").write_bytes(b"stray")
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (1_600_000_000, 1_600_000_000))


def test_a_source_goes_in_and_the_release_is_published(told: Told) -> None:
    """One call takes a setuptools project to the embedded index, and says `published`."""
    assert (told.outcome.status, told.outcome.index) == ("published", "local"), told.outcome.message
    assert [file.verdict for file in told.outcome.files] == ["created", "created"]
    assert all(check.passed for check in told.outcome.checks), told.outcome.checks


def test_seven_artefacts_are_materialised_with_their_sha256_as_data_version(told: Told) -> None:
    """Each asset records the sha256 of what it made, so that lineage is a chain of checksums."""
    for asset in ASSETS:
        event = told.house.materialised(asset)
        sha256 = event.metadata["sha256"].value
        assert event.partition == KEY
        assert (event.tags or {})["dagster/data_version"] == sha256
        assert len(str(sha256)) == 64


def test_metadata_stands_in_the_fixed_order(told: Told) -> None:
    """Every asset's page begins alike (sha256, bytes, seconds, release) and ends with its files."""
    for asset in ASSETS:
        metadata = told.house.materialised(asset).metadata
        assert list(metadata)[:4] == ["sha256", "bytes", "seconds", "release"]
        assert list(metadata)[-2:] == ["files", "stored"]
        assert isinstance(metadata["files"], dg.TableMetadataValue)


def test_the_wheel_is_built_from_the_sdist(told: Told) -> None:
    """The wheel's manifest names the sdist's sha256 as what it was made from, and so does its event."""
    shelf = told.house.shelf(KEY)
    sdist = shelf.manifest("sdist")
    assert shelf.manifest("wheel").facts["made_from"] == sdist.sha256
    tags = told.house.materialised("wheel").tags or {}
    # Dagster hashes the data versions of an input's partitions, also where there is but one.
    seen = hashlib.sha256(sdist.sha256.encode()).hexdigest()
    assert tags["dagster/input_data_version/sdist"] == seen


def test_code_and_data_arrive_in_both_archives(told: Told, tmp_path: Path) -> None:
    """What the tree holds of the package is in the sdist and in the wheel, the typing marker included."""
    shelf = told.house.shelf(KEY)
    wheel, sdist = (shelf.fetch(asset, tmp_path).file.path for asset in ("wheel", "sdist"))
    wanted = {"story_words/__init__.py", "story_words/reading.py", "story_words/data/words.txt"}
    wanted |= {"story_words/py.typed"}
    assert wanted <= set(zipfile.ZipFile(tmp_path / wheel).namelist())
    with tarfile.open(tmp_path / sdist) as archive:
        assert {f"story_words-1.0/src/{name}" for name in wanted} <= set(archive.getnames())


def test_the_index_serves_our_sha256(told: Told) -> None:
    """What anybody gets from the index over HTTP is byte for byte what the outcome names."""
    ours = {file.filename: file.sha256 for file in told.outcome.files}
    assert told.house.served("story-words") == ours
    assert len(told.house.posts) == 2


def test_the_summary_and_its_page_hold_the_release(told: Told) -> None:
    """The orchestrator's file and the page for people tell the same release, files and digests."""
    entry = read_entries(told.house.home.summary)[KEY]
    assert (entry.status, entry.run_id) == ("published", told.outcome.run_id)
    assert [file.sha256 for file in entry.files] == [file.sha256 for file in told.outcome.files]
    document = json.loads(told.house.home.summary.read_text(encoding="utf-8"))
    assert document["artifacts"]["pypi_release_status"] == {"story-words": True}
    page = Path(entry.change_control).read_text(encoding="utf-8")
    assert page == told.house.page(KEY)
    assert all(file.sha256 in page for file in told.outcome.files)


def test_the_stored_bytes_are_where_the_summary_says(told: Told) -> None:
    """The path of each file in the summary leads to bytes with its sha256."""
    for file in read_entries(told.house.home.summary)[KEY].files:
        stored = Path(file.path.removeprefix("file://"))
        assert hashlib.sha256(stored.read_bytes()).hexdigest() == file.sha256


def test_the_source_stays_byte_for_byte_even_when_released_from_inside(told: Told) -> None:
    """Contents, modes and times of the whole source tree are the same afterwards."""
    assert told.after == told.before


def test_a_second_run_rebuilds_nothing_and_never_posts_again(house: House) -> None:
    """A repeat of a published release is published again with the same bytes, not one of them sent."""
    source = quick_project(house.root / "source")
    first = house.release(source)
    made = {path: path.stat().st_mtime_ns for path in house.stored("").rglob("manifest.json")}
    sent = len(house.posts)
    again = house.release(source)
    assert (first.status, again.status) == ("published", "published")
    assert [file.verdict for file in again.files] == ["already_identical"] * 2
    assert [file.sha256 for file in again.files] == [file.sha256 for file in first.files]
    assert (sent, len(house.posts)) == (2, 2)
    kept = {path for path, time in made.items() if path.stat().st_mtime_ns == time}
    assert {house.stored(f"{asset}/manifest.json") for asset in ASSETS[:4]} <= kept


def test_a_changed_source_needs_a_new_version(house: House) -> None:
    """Once published, other bytes under the same version are blocked with the remedy, and nothing is sent."""
    source = quick_project(house.root / "source")
    house.release(source)
    (source / "story_quick" / "words.py").write_text('WORD: str = "other"\n', encoding="utf-8")
    blocked = house.release(source)
    assert blocked.status == "blocked", blocked.message
    assert "raise the version" in blocked.message
    assert len(house.posts) == 2
    assert read_entries(house.home.summary)["story-quick==1.0"].status == "published"
    bumped = house.release(quick_project(source, version="1.1"))
    assert bumped.status == "published", bumped.message
    assert set(house.served("story-quick")) == {
        WHEEL,
        SDIST,
        WHEEL.replace("1.0", "1.1"),
        SDIST.replace("1.0", "1.1"),
    }


def test_a_rehearsal_leaves_the_index_untouched_and_can_be_repeated(house: House) -> None:
    """A rehearsal goes the whole way beside the release's own artefacts; `local` never hears of it."""
    source = quick_project(house.root / "source")
    for _ in range(2):
        rehearsed = house.release(source, mode="rehearse")
        assert rehearsed.status == "rehearsed", rehearsed.message
        assert [file.verdict for file in rehearsed.files] == ["rehearsed"] * 2
    assert not house.stored("").exists()
    assert house.served("story-quick") == {}
    entry = read_entries(house.home.summary)["story-quick==1.0 (rehearsal)"]
    assert Path(entry.change_control).is_file()
    assert entry.also == ()
    published = house.release(source)
    assert published.status == "published", published.message
    assert [file.sha256 for file in published.files] == [file.sha256 for file in rehearsed.files]
