"""What a hostile package can find: what is promised everywhere, what is not, and what bubblewrap closes.

Add here another place where foreign code could look, and another thing that a sandbox must not break.
Not here: how the canary searches (packages/canary), and secrets on their way to an index (craft/uploading).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundry_assets.craft import sandbox
from foundry_assets.craft.sandbox import PROCESS, Reach, isolation, run_apart
from foundry_assets.subprocesses import ProgramFailed
from foundry_assets.surroundings import clean_environment

REPOSITORY = Path(__file__).parents[2]
PACKAGES = REPOSITORY / "foundry_tests" / "packages"
TOKEN = "canary-0123456789abcdef"
RUNS = ("asking", "sdist", "wheel", "installing", "importing")
PROMISED = {"environment", "arguments", "home", "standard input", "descriptors"}
Told = dict[str, Any]

needs_bubblewrap = pytest.mark.skipif(
    isolation() == PROCESS, reason="bubblewrap is not installed here, or may not make namespaces"
)


def canary_run(room: Path, *, wanted: str) -> Told:
    """Run the canary in every way, from a process with a secret in its environment and its home."""
    home, tree = room / "real-home", room / "source" / "canary"
    home.mkdir(parents=True)
    (home / ".pypirc").write_text(f"[pypi]\npassword = {TOKEN}\n", encoding="utf-8")
    (home / ".pypirc").chmod(0o600)
    shutil.copytree(PACKAGES / "canary", tree, ignore=shutil.ignore_patterns("__pycache__"))
    with (tree / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write(f"\n[tool.canary]\nlook_in = {json.dumps([str(home)])}\n")
    secrets = {"HOME": str(home), "TWINE_PASSWORD": TOKEN, "UV_PUBLISH_TOKEN": TOKEN, "PYPI_TOKEN": TOKEN}
    with (home / ".pypirc").open("rb") as inherited:
        os.set_inheritable(inherited.fileno(), True)
        finished = subprocess.run(
            [sys.executable, "-m", "foundry_tests.craft.canary_run", str(tree), str(room), str(home)],
            cwd=REPOSITORY,
            env={**os.environ, **secrets, "FOUNDRY_SANDBOX": wanted, "PYTHONDONTWRITEBYTECODE": "1"},
            input=TOKEN,
            close_fds=False,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert finished.returncode == 0, finished.stderr
    told: Told = json.loads(finished.stdout)
    return told | {"home was changed": (home / "canary-was-here").exists()}


@pytest.fixture(scope="module")
def as_process(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What the canary finds where there is no sandbox."""
    return canary_run(tmp_path_factory.mktemp("process"), wanted="off")


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What the canary finds inside bubblewrap."""
    return canary_run(tmp_path_factory.mktemp("apart"), wanted="")


@pytest.mark.parametrize("run", RUNS)
def test_nothing_that_foreign_code_is_given_holds_a_secret(as_process: Told, run: str) -> None:
    """Environment, arguments, home, standard input and inherited files are clean, sandbox or not."""
    assert as_process["isolation"] == PROCESS
    assert not PROMISED & set(as_process[run]["seen"])


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
@pytest.mark.parametrize("run", RUNS)
def test_without_a_sandbox_other_processes_can_be_read(as_process: Told, run: str) -> None:
    """What the README says is not promised is so: else this test and that sentence are out of date."""
    assert {"guessed folders", "environments of processes"} <= set(as_process[run]["seen"])
    assert as_process["home was changed"]


@needs_bubblewrap
@pytest.mark.parametrize("run", RUNS)
def test_a_sandbox_closes_the_rest(apart: Told, run: str) -> None:
    """Inside bubblewrap nothing is found anywhere, its own processes are all, the home stays as it is."""
    assert apart["isolation"].startswith("bubblewrap")
    assert apart[run]["seen"] == []
    assert apart[run]["processes"] <= 10
    assert not apart["home was changed"]


def test_the_sandbox_can_be_declined(monkeypatch: pytest.MonkeyPatch) -> None:
    """FOUNDRY_SANDBOX=off, in any case of letters, is told as `process`; no other word turns it off."""
    monkeypatch.setenv("FOUNDRY_SANDBOX", "Off")
    assert isolation() == PROCESS
    usual = sandbox._working_bubblewrap()
    for word in ("", "on", "no"):
        monkeypatch.setenv("FOUNDRY_SANDBOX", word)
        assert isolation() == usual


@pytest.mark.parametrize("broken", ["", "#!/bin/sh\necho bubblewrap 9\nexit 1\n", "#!/bin/sh\necho x 9\n"])
@pytest.mark.skipif(sys.platform == "win32", reason="a program of a few letters")
def test_a_bubblewrap_that_does_not_work_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Missing, refused or doing nothing: then programs run as everywhere, and that is told."""
    if broken:
        (tmp_path / "bwrap").write_text(broken)
        (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sandbox, "_working_bubblewrap", sandbox._working_bubblewrap.__wrapped__)
    assert isolation() == PROCESS


def python_apart(tmp_path: Path, code: str, *more: str, **reach: list[Path]) -> str:
    """Run a piece of Python in the sandbox, in a folder that it may change."""
    room = tmp_path / "room"
    room.mkdir(exist_ok=True)
    return run_apart(
        [sys.executable, "-I", "-c", code, *more],
        cwd=room,
        env=clean_environment(room),
        reach=Reach([room, *reach.get("writable", [])], reach.get("readable", [])),
        timeout_seconds=30,
    ).stdout.strip()


@needs_bubblewrap
def test_only_what_is_given_can_be_changed(tmp_path: Path) -> None:
    """The system is read-only, temporary folders are the program's own, given folders keep what it did."""
    code = """
import pathlib, sys, tempfile
for place in sys.argv[1:]:
    try:
        pathlib.Path(place, "written").write_text("x")
        print("yes", end=" ")
    except OSError:
        print("no", end=" ")
pathlib.Path(tempfile.mkdtemp(), "x").write_text("x")
print(len(list(pathlib.Path(tempfile.gettempdir()).glob("pytest-of-*/*/*/*beside*"))))
"""
    given, seen, beside = (tmp_path / name for name in ("given", "seen", "beside"))
    for folder in (given, seen, beside):
        folder.mkdir()
    places = [str(folder) for folder in (given, seen, "/etc", sys.prefix)]
    told = python_apart(tmp_path, code, *places, writable=[given], readable=[seen])
    assert told == "yes no no no 0"
    assert [(folder / "written").exists() for folder in (given, seen)] == [True, False]
    assert not list(beside.iterdir())


@needs_bubblewrap
def test_the_real_home_shows_toolchains_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a home folder, compilers and what PATH names come back, links to them too, and nothing else."""
    home = tmp_path / "somebody"
    for name in (".ssh", ".cargo/bin", ".cargo/registry", "own/bin", "elsewhere/bin"):
        (home / name).mkdir(parents=True)
        (home / name / "file").write_text(name)
    (home / ".cargo" / "credentials.toml").write_text(TOKEN)
    (home / "linked").symlink_to(home / "elsewhere")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv(
        "PATH", f"{home / 'own' / 'bin'}:{home / 'linked' / 'bin'}:{home}:{os.environ['PATH']}"
    )
    code = (
        "import pathlib, sys; home = pathlib.Path(sys.argv[1]);"
        "print(sorted(str(path.relative_to(home)) for path in home.rglob('*') if path.is_file()),"
        "(home / 'linked' / 'bin' / 'file').is_file())"
    )
    shown = [".cargo/bin/file", ".cargo/registry/file", "elsewhere/bin/file", "own/bin/file"]
    assert python_apart(tmp_path, code, str(home)) == f"{shown} True"


@needs_bubblewrap
def test_a_failure_names_the_program_itself(tmp_path: Path) -> None:
    """What a person reads when a program fails in the sandbox is its own command line and its own words."""
    with pytest.raises(ProgramFailed) as caught:
        python_apart(tmp_path, "raise SystemExit('it went wrong')")
    assert caught.value.argv[0] == sys.executable
    assert caught.value.outcome == "exit code 1"
    assert "bwrap" not in str(caught.value)


@needs_bubblewrap
@pytest.mark.parametrize(
    "requirement",
    [lambda place: f"canary @ file://{place}", str],
    ids=["address", "path"],
)
def test_a_requirement_cannot_name_a_secret_into_sight(
    tmp_path: Path, requirement: Callable[[Path], str]
) -> None:
    """A build requirement is the package's own word: a path in it is not shown because of it."""
    from foundry_assets.craft.environments import FreshEnvironment
    from foundry_assets.errors import BuildFailed

    secret = tmp_path / "canary-1.0.tar.gz"
    secret.write_text(TOKEN)
    environment = FreshEnvironment(tmp_path / "environment", home=tmp_path / "home")
    with pytest.raises(BuildFailed) as caught:
        environment.install([requirement(secret)], options=["--no-index"])
    assert re.search("not found|no such file|does not exist", caught.value.details, re.IGNORECASE)
    assert TOKEN not in str(caught.value)
