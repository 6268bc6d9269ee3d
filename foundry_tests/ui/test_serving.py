"""The servers behind the view: how they start, what they refuse, and that nothing of them stays behind.

Add here what holds for `foundry ui` whatever it shows.
Not here: what is seen in the browser (test_browser).
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from filelock import FileLock

from foundry_assets.cli import servers
from foundry_assets.cli.serving import ui
from foundry_assets.errors import CallIsWrong
from foundry_assets.home import Home
from foundry_assets.launching.history import open_instance
from foundry_assets.subprocesses import running
from foundry_tests.launching.kept_counts import EVERY, kept_counts, register
from foundry_tests.story_fixtures import environment_of_a_process
from foundry_tests.ui.serving import (
    ENDLESS,
    NAME,
    REPOSITORY,
    VERSION,
    Place,
    View,
    answers,
    are_gone,
    free_port,
    is_posix,
    view_of,
    wait_until,
)

RELEASE = f"{NAME}=={VERSION}"
WRONG = f"{NAME}==9.9"
_RELOAD = 'mutation { reloadRepositoryLocation(repositoryLocationName: "foundry") { __typename } }'
NEEDS_SIGNALS = pytest.mark.skipif(not is_posix(), reason="signals")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A home and a catalog with one package."""
    return Place.made(tmp_path)


def refusal(home: Home, monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    """Call the command over a home, and give the words with which it refuses."""
    monkeypatch.setenv("FOUNDRY_HOME", str(home.root))
    result = CliRunner().invoke(ui, words)
    assert isinstance(result.exception, CallIsWrong), result.exception
    return str(result.exception)


def test_a_taken_port_is_told_with_another(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port in use is refused before anything starts, and another one is named."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refusal(home, monkeypatch, "--port", str(port))
    assert f"port {port} of 127.0.0.1 is taken" in told
    assert f"foundry ui --port {port + 1}" in told


def test_a_home_has_one_view_that_launches(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second `foundry ui` over a home is refused, because two daemons would launch every run twice."""
    with FileLock(home.dagster / "ui.lock"):
        told = refusal(home, monkeypatch, "--port", str(free_port()))
    assert f"another `foundry ui` is at work over {home.root}" in told
    assert "foundry ui --read-only" in told


def test_only_what_uploads_gets_credentials(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Webserver and daemon never hold what may be a credential; the code server, which uploads, does."""
    monkeypatch.setenv("TWINE_PASSWORD", "secret")
    assert "TWINE_PASSWORD" not in servers.environment_of(home, with_credentials=False)
    assert servers.environment_of(home, with_credentials=True)["TWINE_PASSWORD"] == "secret"


@pytest.mark.slow
def test_the_view_is_quiet_and_a_read_only_one_launches_nothing(place: Place) -> None:
    """`--read-only` refuses partitions and launches, runs no daemon; telemetry and pop-up are off."""
    with view_of(place, "--read-only") as view:
        assert view.add(RELEASE)["__typename"] == "UnauthorizedError"
        assert view.launch(RELEASE)["__typename"] == "UnauthorizedError"
        assert view.runs() == []
        assert not any("dagster._daemon" in one.cmdline() for one in view.family())
        assert view.ask("{ shouldShowNux }") == {"shouldShowNux": False}
        assert '"telemetryEnabled": false' in view.page()


@pytest.mark.slow
@pytest.mark.parametrize("words", [[], ["--read-only"]], ids=["any view", "a read-only one"])
def test_how_partitions_stand_is_counted_before_a_page_asks(place: Place, words: list[str]) -> None:
    """What was registered before the view started is counted, and so is what another process registers."""
    with open_instance(Home(place.home)) as instance:
        register(instance, RELEASE)
        with view_of(place, *words) as view:
            wait_until(lambda: kept_counts(instance) == [*EVERY], "counted", [view.process])
            register(instance, WRONG)
            wait_until(lambda: kept_counts(instance) == [*EVERY], "counted again", [view.process])


@pytest.mark.slow
def test_reloading_brings_a_new_index_into_the_form_and_stops_no_run(place: Place) -> None:
    """*Reload* reads the catalog again: its new index can be chosen, and a run that is at work ends well."""
    backend = place.root / NAME / "backend" / "quick.py"
    slow = "import time; time.sleep(8)\n    project, wrong = _read()"
    backend.write_text(backend.read_text("utf-8").replace("project, wrong = _read()", slow), "utf-8")
    with view_of(place) as view:
        view.add(RELEASE)
        view.launch(RELEASE)
        assert view.launch(RELEASE, index="company")["__typename"] == "RunConfigValidationInvalid"
        wait_until(lambda: view.runs() == [(RELEASE, "STARTED")], "the run is at work", [view.process])
        catalog = place.root / "foundry.toml"
        addresses = (
            'upload_url = "http://127.0.0.1:9/"\nsimple_url = "http://127.0.0.1:9/"\nanonymous = true\n'
        )
        catalog.write_text(f"{catalog.read_text('utf-8')}\n[indexes.company]\n{addresses}", "utf-8")
        assert view.ask(_RELOAD)["reloadRepositoryLocation"]["__typename"] == "WorkspaceLocationEntry"
        assert view.runs() == [(RELEASE, "STARTED")]
        form = {"index": "company", "mode": "rehearse"}
        assert view.launch(RELEASE, **form)["__typename"] == "LaunchRunSuccess"
        wait_until(lambda: view.runs()[-1] == (RELEASE, "SUCCESS"), "the run ends well", [view.process])


@pytest.mark.slow
def test_a_server_that_ends_by_itself_ends_the_view(place: Place, capfd: pytest.CaptureFixture[str]) -> None:
    """When the webserver dies, the view ends too: with what happened and where to read on."""
    with view_of(place, "--read-only") as view:
        next(one for one in view.family() if "dagster_webserver" in one.cmdline()).kill()
        assert view.process.wait(60) == 2
    told = capfd.readouterr().err
    assert "foundry: Dagster's webserver ended by itself (exit code -9)" in told or not is_posix()
    assert str(place.home / "dagster" / "ui.log") in told
    assert "Traceback" not in told


@pytest.mark.slow
@NEEDS_SIGNALS
def test_a_polite_end_cancels_runs_and_leaves_nothing(place: Place) -> None:
    """SIGTERM ends the servers, the run at work and its build; the history lasts over a restart."""
    place.builds_for_ever()
    with view_of(place) as view:
        family = family_with_a_build(view)
        view.process.send_signal(signal.SIGTERM)
        assert view.process.wait(60) == 0
        wait_until(lambda: are_gone(family), "everything has ended", seconds=10)
    with view_of(place) as view:
        assert view.runs() == [(RELEASE, "CANCELED")]


@pytest.mark.slow
@NEEDS_SIGNALS
def test_a_killed_view_takes_everything_along_and_its_run_is_closed(place: Place) -> None:
    """After SIGKILL no process is left, and the next start closes the run, so that its release can go on."""
    place.builds_for_ever()
    with view_of(place) as view:
        family = family_with_a_build(view)
        view.process.kill()
        wait_until(lambda: are_gone(family), "everything has ended", seconds=30)
    with view_of(place) as view:
        assert view.runs() == [(RELEASE, "FAILURE")]


def family_with_a_build(view: View) -> list[psutil.Process]:
    """Launch the release whose build never ends; gives the view's processes once the build is among them."""
    view.add(RELEASE)
    assert view.launch(RELEASE)["__typename"] == "LaunchRunSuccess"
    wait_until(lambda: any(map(is_the_build, view.family())), "the build has begun", [view.process])
    return view.family()


def is_the_build(process: psutil.Process) -> bool:
    """Tell whether this is the program that the endless build started."""
    try:
        return ENDLESS in process.cmdline()
    except psutil.Error:
        return False


@pytest.mark.slow
def test_dagsters_own_commands_work_over_the_workspace_file(place: Place) -> None:
    """`dagster-webserver -w workspace.yaml` and `dagster-daemon run -w` beside it run what is launched."""
    home = Home(place.home).prepare()
    environment = environment_of_a_process(**place.environment, DAGSTER_HOME=str(home.dagster))
    port = free_port()
    own = Path(sys.executable).parent
    ending = ".exe" if os.name == "nt" else ""
    web = [
        str(own / f"dagster-webserver{ending}"),
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-w",
        "workspace.yaml",
    ]
    daemon = [str(own / f"dagster-daemon{ending}"), "run", "-w", "workspace.yaml"]
    with running(web, cwd=REPOSITORY, env=environment) as server:
        view = View(server, f"http://127.0.0.1:{port}")
        wait_until(lambda: answers(view), "the webserver answers", [server])
        with running(daemon, cwd=REPOSITORY, env=environment) as helper:
            assert view.add(WRONG)["__typename"] == "AddDynamicPartitionSuccess"
            run = view.launch(WRONG)["run"]["runId"]
            wait_until(lambda: view.runs() == [(WRONG, "FAILURE")], "the run ends", [server, helper])
            assert f"declares {RELEASE}, and the release is {WRONG}" in view.words_of(run)
