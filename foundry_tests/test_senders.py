"""Upload processes: started with the run, each for one credential, and never left behind.

Add here another reason not to use the one that was started.
Not here: what an upload process does with a file (craft/uploading), and threads (test_ahead).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import dagster as dg
import psutil
import pytest

from foundry_assets.ahead import end_ahead
from foundry_assets.catalog import Index
from foundry_assets.craft.uploading import UploadProcess
from foundry_assets.credential_source import CredentialSource
from foundry_assets.launching.batch import run_orders
from foundry_assets.places import Home
from foundry_assets.progress import Event, listening
from foundry_assets.senders import begin_sender, sender_to
from foundry_assets.steps import Step
from foundry_tests.children import children_with
from foundry_tests.story_fixtures import House, quick_project

_INDEX = Index(name="company", upload_url="http://127.0.0.1:9/", simple_url="http://127.0.0.1:9/simple/")
_PASSWORD = CredentialSource("TWINE_USERNAME/TWINE_PASSWORD", "somebody")
StepOf = Callable[..., Step]


@pytest.fixture
def step_of(tmp_path: Path) -> Iterator[StepOf]:
    """Give a step of one run, as far as a sender looks at it; nothing that was begun is left afterwards."""

    def step(*selected: str, is_rehearsal: bool = False) -> Step:
        run = SimpleNamespace(asset_selection=frozenset(map(dg.AssetKey, selected)))
        return cast(
            "Step",
            SimpleNamespace(
                run_id="one",
                index=_INDEX,
                is_rehearsal=is_rehearsal,
                context=SimpleNamespace(run=run),
                bench=SimpleNamespace(foundry=SimpleNamespace(home=Home(tmp_path))),
            ),
        )

    yield step
    end_ahead()


def _running() -> list[psutil.Process]:
    """Give the upload processes that this process has started."""
    return children_with("foundry_assets.craft.uploading")


def test_the_one_that_was_started_gets_the_files(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs from the first step on, is the only one, and is gone when the run has ended."""
    seen: list[int] = []
    sending: list[int] = []
    send = UploadProcess.send

    def noted(process: UploadProcess, *words: Path, **named: object) -> object:
        sending.extend(one.pid for one in _running())
        return send(process, *words, **named)  # type: ignore[arg-type]

    def look(event: Event) -> None:
        if event.kind == "began" and event.step != "staged_workspace":
            seen.extend(one.pid for one in _running())

    monkeypatch.setattr(UploadProcess, "send", noted)
    with listening(look):
        outcome = house.release(quick_project(house.root / "source"))
    assert outcome.status == "published", outcome.message
    (pid,) = set(seen)
    assert sending == [pid, pid]
    assert not psutil.pid_exists(pid)


@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere each upload process is started by itself")
def test_several_releases_have_one_server(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch in one process loads what uploads need once, and each release still has its own process."""
    orders = [house.order(quick_project(house.root / name, name=name)) for name in ("story-a", "story-b")]
    seen: list[tuple[int, int]] = []
    send = UploadProcess.send

    def noted(process: UploadProcess, *words: Path, **named: object) -> object:
        (server,) = _running()
        seen.extend((server.pid, one.pid) for one in server.children())
        return send(process, *words, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(UploadProcess, "send", noted)
    outcomes = run_orders(
        orders, foundry=house.foundry, jobs=1, on_event=lambda _: None, on_end=lambda _: None
    )
    assert [outcome.status for outcome in outcomes] == ["published", "published"]
    (server,) = {server for server, _ in seen}
    pids = {pid for _, pid in seen}
    assert len(pids) == 2
    assert not any(map(psutil.pid_exists, (server, *pids)))


def test_a_run_that_stops_before_the_upload_ends_it(house: House) -> None:
    """A source that does not build leaves no process behind."""
    source = quick_project(house.root / "source")
    settings = source / "pyproject.toml"
    settings.write_text(settings.read_text("utf-8").replace("build-backend", "no-backend"), encoding="utf-8")
    seen: list[int] = []

    def look(event: Event) -> None:
        seen.extend(one.pid for one in _running() if event.step == "sdist")

    with listening(look):
        outcome = house.release(source)
    assert outcome.status != "published"
    assert seen
    assert not any(map(psutil.pid_exists, seen))


def test_it_is_told_where_to_send_when_that_is_known(step_of: StepOf) -> None:
    """The embedded index has another address each time it is opened."""
    begin_sender(step_of(), _PASSWORD)
    there = _INDEX.model_copy(update={"upload_url": "http://127.0.0.1:10/"})
    with sender_to(step_of(), there, _PASSWORD) as sender:
        assert sender.is_running
        assert sender._order["upload_url"] == there.upload_url


def test_another_credential_gets_another_process(step_of: StepOf) -> None:
    """What the first one was given of the environment is not what the second one needs."""
    begin_sender(step_of(), CredentialSource("none"))
    (first,) = _running()
    with sender_to(step_of(), _INDEX, _PASSWORD) as sender:
        assert not psutil.pid_exists(first.pid)
        assert not sender.is_running, "it starts with its first file"
        assert sender.credential == _PASSWORD


def test_one_that_has_ended_is_not_used(step_of: StepOf) -> None:
    """Killed while it waited, it would only say that nothing is known of the file."""
    begin_sender(step_of(), _PASSWORD)
    (first,) = _running()
    first.kill()
    psutil.wait_procs([first], timeout=20)
    with sender_to(step_of(), _INDEX, _PASSWORD) as sender:
        assert not sender.is_running
        sender.start()
        assert sender.is_running


def test_a_run_that_sends_nothing_starts_none(step_of: StepOf) -> None:
    """A part of the line alone, as somebody materialises it in the UI."""
    begin_sender(step_of("staged_workspace", "sdist"), _PASSWORD)
    assert not _running()


@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere another process's environment is not ours to read")
def test_a_rehearsals_process_has_no_credential(step_of: StepOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """It sends to an index that takes none, so that none is handed to it."""
    monkeypatch.setenv("TWINE_PASSWORD", "a-secret-of-this-test")
    begin_sender(step_of(is_rehearsal=True), _PASSWORD)
    (process,) = _running()
    assert "TWINE_PASSWORD" not in process.environ()
    end_ahead()
    begin_sender(step_of(), _PASSWORD)
    (process,) = _running()
    assert process.environ()["TWINE_PASSWORD"] == "a-secret-of-this-test"
