"""A release's secret is sent to its index and is nowhere else, however the release ends.

Add here another way for a release to end, or another place that could show a secret.
Not here: forms of a secret and opening containers (secret_search), what hostile code finds (test_sandbox).
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from foundry_assets.craft import publishing
from foundry_assets.craft.summary import read_entries
from foundry_assets.exporting import export
from foundry_assets.launching.history import open_instance
from foundry_assets.progress import Event, listening
from foundry_assets.records import Outcome
from foundry_assets.verifying import verify
from foundry_tests.faulty_index import faulty_index
from foundry_tests.secret_scene import CATALOG, PASSWORD, TOKEN, Scene, declare, echo, failing_canary
from foundry_tests.secret_search import Watch, forms_of, sightings, sightings_below
from foundry_tests.story_fixtures import PACKAGES, House, quick_project

_WORKER = "foundry_assets.craft.uploading"


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A scene whose Dagster history is kept in files, as in earnest."""
    person, root = tmp_path / "person", tmp_path / "house"
    person.mkdir()
    root.mkdir()
    monkeypatch.chdir(root)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(person))
    monkeypatch.setattr(publishing, "_DOUBT_LIMIT_SECONDS", 0.2)
    with faulty_index() as faulty:
        house = House(root, None)  # type: ignore[arg-type] # opened by `release`, closed before the search
        house.catalog(CATALOG.format(index=faulty.index))
        quick_project(root / "source")
        yield Scene(house, faulty, person, monkeypatch)


def release(scene: Scene, capfd: pytest.CaptureFixture[str]) -> tuple[Outcome, list[str]]:
    """Release, and give how it ended and every place in which the secret was seen."""
    events: list[Event] = []
    with open_instance(scene.house.home) as instance:
        scene.house.instance = instance
        with Watch() as watch, listening(events.append):
            order = scene.house.order(scene.house.root / "source")
            outcome = scene.house.run(replace(order, token_variable=scene.variable))
        verified = hand_on(scene, outcome.release)
        runs = [json.dumps([run.run_config, dict(run.tags)]) for run in instance.get_runs()]
    said = capfd.readouterr()
    shown = {
        "outcome": outcome.model_dump_json() + repr(outcome),
        "events": repr(events),
        "runs": json.dumps(runs),
        "verified": verified,
        "standard output": said.out,
        "standard error": said.err,
        "arguments": json.dumps(sorted(watch.arguments)),
        "environments": "\n".join(watch.environments),
    }
    assert runs
    assert len(watch.environments) > 3
    assert any(_WORKER in argv for argv in watch.arguments), "it is there from the first step on"
    seen = [sighting for where, data in shown.items() for sighting in sightings(data, scene.forms, where)]
    return outcome, seen + sightings_below(scene.house.root, scene.forms)


def hand_on(scene: Scene, release: str) -> str:
    """Export the release into a folder of the house, which is searched too, and give what verifying says."""
    house = scene.house
    shelf, entry = house.shelf(release), read_entries(house.home.summary)[release]
    verified = verify(shelf, house.foundry, entry=entry, online=True)
    folder = export(shelf, entry, house.root / "handed on", verified=verified)
    assert (folder / "ledger.jsonl").stat().st_size > 0
    assert verified.of("fault") == []
    return repr(verified) + json.dumps(verified.as_json())


SOURCES = ("TWINE_API_TOKEN", "TWINE_PASSWORD", ".pypirc", "a named variable")
ENDINGS = {
    "published": "published",
    "refused": "refused",
    "failed there": "in_doubt",
    "cut off": "in_doubt",
    "not built": "blocked",
}
QUICK = {
    ("TWINE_API_TOKEN", "published"),
    ("TWINE_PASSWORD", "refused"),
    ("TWINE_API_TOKEN", "failed there"),
    (".pypirc", "cut off"),
    ("a named variable", "published"),
    ("TWINE_PASSWORD", "not built"),
}


@pytest.mark.parametrize(
    ("source", "ending"),
    [
        pytest.param(source, ending, marks=() if (source, ending) in QUICK else pytest.mark.slow)
        for source in SOURCES
        for ending in ENDINGS
    ],
)
def test_no_ending_of_a_release_shows_the_secret(
    scene: Scene, capfd: pytest.CaptureFixture[str], source: str, ending: str
) -> None:
    """Store, history, logs, summary, pages, streams, arguments and errors are searched: not one sighting."""
    declare(scene, source)
    if ending == "refused":
        scene.faulty.answers(403, f"no {scene.secret}".replace("\n", " "), echo(scene))
    if ending == "failed there":
        scene.faulty.answers(500, f"oh {scene.secret}", echo(scene))
    if ending == "cut off":
        scene.faulty.upload = "reset after body, lost"
    if ending == "not built":
        failing_canary(scene)
    outcome, seen = release(scene, capfd)
    assert outcome.status == ENDINGS[ending], outcome.message
    assert seen == []
    sent = {headers["Authorization"] for headers in scene.faulty.headers_seen if "Authorization" in headers}
    assert sent == (set() if ending == "not built" else {f"Basic {scene.forms['Basic'].decode()}"})


WRONG = {
    "none": ("there is none", "TWINE_API_TOKEN"),
    "two": ("TWINE_USERNAME/TWINE_PASSWORD, .pypirc", "leave one"),
    "readable": ("other people of this machine can read it", "chmod 600"),
    "a line end": ("holds a control character", "paste it again"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_unusable_credential_is_told_before_anything_is_staged(
    scene: Scene, capfd: pytest.CaptureFixture[str], wrong: str
) -> None:
    """None, two, one that others can read, one that was pasted badly: blocked at once, told without it."""
    if wrong == "readable":
        if sys.platform == "win32":
            pytest.skip("Windows has no such file modes")
        scene.pypirc(0o644)
    if wrong in ("two", "a line end"):
        declare(scene, "TWINE_PASSWORD")
    if wrong == "two":
        scene.pypirc()
    if wrong == "a line end":
        scene.patch.setenv("TWINE_PASSWORD", f"{scene.secret}\n")
    with open_instance(scene.house.home) as instance:
        scene.house.instance = instance
        outcome = scene.house.release(scene.house.root / "source")
    assert outcome.status == "blocked", outcome.message
    for words in WRONG[wrong]:
        assert words in outcome.message
    assert not list(scene.house.home.store.rglob("manifest.json"))
    assert scene.faulty.total_posts == scene.faulty.page_requests == 0
    said = capfd.readouterr()
    assert sightings(outcome.message + said.out + said.err, scene.forms, "told") == []
    assert sightings_below(scene.house.root, scene.forms) == []


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """The proof of the tests above: planted in any form, in any container, a secret is found."""
    forms = forms_of("alice", PASSWORD)
    for number, form in enumerate(forms.values()):
        (tmp_path / f"{number}.txt").write_bytes(b"before " + form + b" after")
    (tmp_path / "inside").write_bytes(forms["plain"])
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.write(tmp_path / "inside", "zipped")
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as packed:
        packed.add(tmp_path / "inside", "packed")
    database = sqlite3.connect(tmp_path / "a.db")
    database.execute("create table events (body)")
    database.execute("insert into events values (?)", (zlib.compress(forms["Basic"]),))
    database.commit()
    database.close()
    found = sightings_below(tmp_path, forms)
    for number, name in enumerate(forms):
        assert f"{number}.txt: {name}" in found
    for where in ("a.zip:zipped: plain", "a.tgz:packed: plain", "a.db:events, compressed: Basic"):
        assert where in found


@pytest.mark.slow
def test_the_command_line_shows_nothing_either(scene: Scene) -> None:
    """The whole program, with the secret in its real environment, releases and shows nothing of it."""
    environment = {**os.environ, "FOUNDRY_HOME": str(scene.house.root / "home"), "TWINE_API_TOKEN": TOKEN}
    command = [sys.executable, "-m", "foundry_assets", "release", "story-quick", "--index", "company"]
    finished = subprocess.run(
        [*command, "--json"],
        cwd=scene.house.root,
        env=environment | {"PYTHONPATH": str(PACKAGES.parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(finished.stdout)["status"] == "published"
    forms = forms_of("__token__", TOKEN)
    assert sightings(finished.stdout + finished.stderr, forms, "streams") == []
    assert sightings_below(scene.house.root, forms) == []
