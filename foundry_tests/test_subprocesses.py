"""Running programs: what they get, what is kept of them, and that nothing of them stays behind."""

from __future__ import annotations

import os
import sys
import textwrap
import threading
import time
from pathlib import Path

import psutil
import pytest

from foundry_assets.subprocesses import ProgramFailed, run, while_waiting
from foundry_assets.surroundings import clean_environment, installer_environment

POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="forks")
GRANDCHILD = (
    "import subprocess, sys; child = [sys.executable, '-c', 'import time; time.sleep(600)']; "
    "print(subprocess.Popen(child).pid"
)
DAEMON = """
import os, time
reading, writing = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(writing, b"%d" % os.getpid())
        time.sleep(600)
    os._exit(0)
print(int(os.read(reading, 20)), flush=True)
"""


def python(tmp_path: Path, code: str, **more: object) -> list[str]:
    """Run Python code, clean, for at most ten seconds unless told otherwise; gives its lines."""
    arguments: dict[str, object] = {"timeout_seconds": 10.0, **more}
    argv = [sys.executable, "-c", textwrap.dedent(code)]
    return run(argv, cwd=tmp_path, env=clean_environment(tmp_path), **arguments).stdout.splitlines()  # type: ignore[arg-type]


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended, waiting a moment for the system to notice."""
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(f"{GRANDCHILD}, flush=True)", id="grandchild"),
        pytest.param(DAEMON, id="daemon that holds the streams", marks=POSIX_ONLY),
        pytest.param(
            DAEMON.replace("os.setsid()", "os.setsid(); os.closerange(0, 3)"), id="silent", marks=POSIX_ONLY
        ),
    ],
)
def test_what_a_program_started_ends_with_it(tmp_path: Path, code: str) -> None:
    """Grandchildren and daemons are gone when the call returns, and it returns at once."""
    began = time.monotonic()
    (pid,) = python(tmp_path, code)
    assert is_gone(int(pid))
    assert time.monotonic() - began < 8


def test_the_limit_ends_the_whole_group(tmp_path: Path) -> None:
    """At its limit a program is ended with all that it started, and what it said is kept."""
    with pytest.raises(ProgramFailed, match="limit of 1 seconds") as caught:
        python(tmp_path, f"{GRANDCHILD}, flush=True); import time; time.sleep(600)", timeout_seconds=1.0)
    assert is_gone(int(caught.value.stdout))


def test_a_failure_holds_both_streams(tmp_path: Path) -> None:
    """The error has the command, the exit code, both streams in full, and the last lines at hand."""
    code = "import sys; print('\\n'.join(map(str, range(100)))); print('oh no', file=sys.stderr); sys.exit(3)"
    with pytest.raises(ProgramFailed) as caught:
        python(tmp_path, code)
    failure = caught.value
    assert failure.outcome == "exit code 3"
    assert failure.stdout.startswith("0\n1\n")
    assert failure.stderr == "oh no\n"
    assert failure.last_lines(2).splitlines()[1:] == ["99", "oh no"]
    assert sys.executable in str(failure)


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    """A command that cannot start is told like one that failed."""
    with pytest.raises(ProgramFailed, match="could not be started"):
        run([tmp_path / "nothing"], cwd=tmp_path, env={}, timeout_seconds=1)


def test_lines_come_while_the_program_runs(tmp_path: Path) -> None:
    """`on_line` hears a line before the program has ended: here the program waits for the answer to it."""
    answer = tmp_path / "answer"
    heard: list[str] = []

    def reply(line: str) -> None:
        heard.append(line)
        answer.touch()

    code = """
        import os, time
        print("well?", flush=True)
        while not os.path.exists("answer"):
            time.sleep(0.01)
        print("done")
    """
    assert python(tmp_path, code, on_line=reply) == ["well?", "done"]
    assert heard == ["well?", "done"]


def test_a_failing_listener_does_not_block_the_program(tmp_path: Path) -> None:
    """What `on_line` raises comes out after the program has ended, however much that still says."""

    def fail(line: str) -> None:
        raise ValueError(line)

    with pytest.raises(ValueError, match="line 0"):
        python(tmp_path, "for n in range(100_000): print('line', n)", on_line=fail)


def test_much_on_both_streams(tmp_path: Path) -> None:
    """Neither stream can fill up and stop the program; undecodable bytes are shown, not fatal."""
    code = """
        import sys
        for n in range(50_000):
            print(n)
            print(n, file=sys.stderr)
        sys.stdout.flush()
        sys.stdout.buffer.write(b"\\xff")
    """
    assert len(python(tmp_path, code)) == 50_001


def test_the_environment_is_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds get no credential and a scratch home; installers get index settings besides, and no token."""
    secrets = (
        "TWINE_PASSWORD",
        "TWINE_USERNAME",
        "PYPI_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "GITHUB_TOKEN",
        "PYTHONPATH",
        "UV_PUBLISH_TOKEN",
        "UV_PUBLISH_PASSWORD",
    )
    for name in (*secrets, "PIP_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.setenv(name, "hunter2")
    home = tmp_path / "home"
    build, installer = clean_environment(home, {"MORE": "1"}), installer_environment(home)
    assert not set(secrets) & (build.keys() | installer.keys())
    assert "hunter2" not in build.values()
    assert (installer["PIP_INDEX_URL"], installer["UV_DEFAULT_INDEX"]) == ("hunter2", "hunter2")
    assert build["HOME"] == installer["HOME"] == str(home)
    assert build["MORE"] == "1"
    assert build["PATH"] == os.environ["PATH"]


def test_an_interrupt_ends_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C during the wait leaves no process behind."""
    pids: list[int] = []
    heard = threading.Event()

    def listen(line: str) -> None:
        pids.append(int(line))
        heard.set()

    def interrupted(*_: object, **__: object) -> int:
        monkeypatch.undo()
        heard.wait(10)
        raise KeyboardInterrupt

    monkeypatch.setattr("foundry_assets.subprocesses._wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        python(tmp_path, "import os, time; print(os.getpid(), flush=True); time.sleep(600)", on_line=listen)
    assert is_gone(pids[0])


def test_tasks_are_done_while_the_main_thread_waits(tmp_path: Path) -> None:
    """Each is done once, in order, and those that a program's end leaves are done beside the next one."""
    done: list[str] = []
    lasting = "import time; time.sleep(0.5)"
    while_waiting([lambda: done.append("one"), lambda: time.sleep(1.0), lambda: done.append("two")])
    python(tmp_path, lasting)
    assert done == ["one"]
    python(tmp_path, lasting)
    assert done == ["one", "two"]


def test_beside_a_short_program_no_task_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task could take longer than the program, and would keep everybody waiting."""
    monkeypatch.setattr("foundry_assets.subprocesses._SHORT_SECONDS", 30.0)
    done: list[str] = []
    while_waiting([lambda: done.append("one")])
    python(tmp_path, "", timeout_seconds=30.0)
    while_waiting([])
    assert done == []


def test_other_threads_leave_the_tasks_alone(tmp_path: Path) -> None:
    """A thread that waits for a program of its own does nothing beside it."""
    done: list[str] = []
    while_waiting([lambda: done.append("one")])
    thread = threading.Thread(target=python, args=(tmp_path, "import time; time.sleep(0.2)"))
    thread.start()
    thread.join()
    while_waiting([])
    python(tmp_path, "import time; time.sleep(0.2)")
    assert done == []


def test_a_task_does_not_lengthen_the_limit(tmp_path: Path) -> None:
    """A program's limit counts from its start, whatever is done meanwhile."""
    while_waiting([lambda: time.sleep(1.0)])
    began = time.monotonic()
    with pytest.raises(ProgramFailed, match=r"its limit of 1\.5 seconds"):
        python(tmp_path, "import time; time.sleep(600)", timeout_seconds=1.5)
    assert time.monotonic() - began < 8
