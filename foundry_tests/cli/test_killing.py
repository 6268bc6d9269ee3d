"""Killing the foundry at any moment: a second start finishes, or says what to do, and never posts twice.

Add here a place in the line at which somebody could pull the plug.
Not here: faults of the index (craft/test_publishing).
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from foundry_assets import evidence
from foundry_assets.craft.summary import read_entries
from foundry_assets.verifying import verify
from foundry_tests.faulty_index import FaultyIndex, faulty_index
from foundry_tests.story_fixtures import SDIST, WHEEL, House, environment_of_a_process, quick_project

_LIMIT_SECONDS = 120


@dataclass(frozen=True)
class Plug:
    """A house whose packages go to an index that counts POSTs, and a source to be released."""

    house: House
    index: FaultyIndex
    source: Path

    def pull(self, reached: Callable[[], bool]) -> None:
        """Start `foundry release` in a process of its own; kill it and its children once `reached` holds."""
        words = ["release", "--path", str(self.source), "--index", "company", "--json"]
        process = subprocess.Popen(
            [sys.executable, "-m", "foundry_assets", *words],
            cwd=self.house.root,
            env=environment_of_a_process(FOUNDRY_CATALOG=str(self.house.catalog_file)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ends_at = time.monotonic() + _LIMIT_SECONDS
        while not reached():
            assert process.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < ends_at, "the place was never reached"
            time.sleep(0.005)
        family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        process.wait()

    def verified(self) -> tuple[str, int]:
        """Give how the release's evidence stands, and how many faults it has."""
        entry = read_entries(self.house.home.summary).get("story-quick==1.0")
        found = verify(self.house.shelf(), self.house.foundry, entry=entry)
        return found.status, len(found.of("fault"))

    def stored(self, record: str) -> bool:
        """Tell whether the killed run got as far as this record."""
        return any(self.house.root.glob(f"home/store/story-quick/1.0/{record}"))


@pytest.fixture
def plug(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plug]:
    """A house, and an index of its own that counts."""
    monkeypatch.setenv("TWINE_USERNAME", "somebody")
    monkeypatch.setenv("TWINE_PASSWORD", "a long enough secret")
    with faulty_index() as index:
        house.catalog(
            f'[indexes.company]\nupload_url = "{index.address}/legacy/"\n'
            f'simple_url = "{index.address}/simple/"\n'
        )
        yield Plug(house, index, quick_project(house.root / "source"))


@pytest.mark.parametrize("record", ["staged_workspace/manifest.json", "wheel/manifest.json"])
def test_killed_before_anything_was_sent_a_second_start_publishes(plug: Plug, record: str) -> None:
    """What was half made is made anew, each file sent once; until then the evidence is not whole."""
    plug.pull(lambda: plug.stored(record))
    assert plug.index.total_posts == 0
    assert plug.verified() == ("unknown", 0)
    outcome = plug.house.release(plug.source, index="company")
    assert outcome.status == "published", outcome.message
    assert plug.index.posts == {WHEEL: 1, SDIST: 1}
    assert plug.verified() == ("fits", 0)


def test_killed_after_the_file_arrived_a_second_start_finds_it_there(plug: Plug) -> None:
    """The index holds our wheel although nobody heard its answer: it is not sent again, the sdist is."""
    plug.index.upload = "never answers, stored"
    plug.pull(lambda: plug.index.total_posts == 1)
    plug.index.upload = "ok"
    outcome = plug.house.release(plug.source, index="company")
    assert outcome.status == "published", outcome.message
    assert {file.filename: file.verdict for file in outcome.files} == {
        WHEEL: "already_identical",
        SDIST: "created",
    }
    assert plug.index.posts == {WHEEL: 1, SDIST: 1}
    assert plug.verified() == ("fits", 0)


@pytest.mark.slow
def test_killed_after_a_post_that_the_index_lost_a_person_is_asked(plug: Plug) -> None:
    """Nobody knows whether it will still appear: held, with what to do; a correction sends it once more."""
    plug.index.upload = "never answers, lost"
    plug.pull(lambda: plug.index.total_posts == 1)
    plug.index.upload = "ok"
    doubtful = plug.house.release(plug.source, index="company")
    assert doubtful.status == "in_doubt"
    assert "foundry lift-hold story-quick==1.0 --index company --because" in doubtful.message
    held = plug.house.release(plug.source, index="company")
    assert held.status == "held", held.message
    assert plug.index.posts == {WHEEL: 1}
    evidence.lift_hold(plug.house.shelf(), "company", because="their logs say it was lost", by="a test")
    outcome = plug.house.release(plug.source, index="company")
    assert outcome.status == "published", outcome.message
    assert plug.index.posts == {WHEEL: 2, SDIST: 1}


@pytest.mark.slow
def test_killed_between_intent_and_answer_never_two_posts(plug: Plug) -> None:
    """Killed as soon as an intent is there, a second start posts no file a second time."""
    plug.pull(lambda: plug.stored("upload_receipt/company/intents/*/0001.json"))
    outcome = plug.house.release(plug.source, index="company")
    assert outcome.status in ("published", "in_doubt"), outcome.message
    assert set(plug.index.posts.values()) <= {1}
