"""Forked upload processes: as much alone as started ones, and never left behind.

Add here what one fork must not have of another, of its server, or of the process that asked for it.
Not here: what an upload process does with a file (test_process), and how secrets travel (test_secrecy).
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from foundry_assets.content import hash_file
from foundry_assets.craft.uploading import Answer, UploadProcess
from foundry_assets.craft.uploading.fork_server import FORKS, uploads_forked
from foundry_assets.credential_source import CredentialSource
from foundry_tests.children import children_with
from foundry_tests.craft.uploading.miniature import write_sdist, write_wheel
from foundry_tests.faulty_index import FaultyIndex, faulty_index

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each upload process is started")
_PASSWORD = CredentialSource("TWINE_USERNAME/TWINE_PASSWORD", "alice")
_SECRET = "a-secret-of-this-test"
_ENVIRON = {"TWINE_USERNAME": "alice", "TWINE_PASSWORD": _SECRET, "OTHER_TOKEN": "another-secret"}


@pytest.fixture
def faulty() -> Iterator[FaultyIndex]:
    """Serve an empty index."""
    with faulty_index() as state:
        yield state


def _process(faulty: FaultyIndex, folder: Path, credential: CredentialSource = _PASSWORD) -> UploadProcess:
    return UploadProcess(
        index=faulty.index, credential=credential, pypirc=folder / ".pypirc", environ=_ENVIRON
    )


def _send(process: UploadProcess, path: Path) -> Answer:
    return process.send(path, sha256=hash_file(path)[0], deadline_seconds=20)


def _pid(process: UploadProcess) -> int:
    assert process._process is not None
    return process._process.pid


def _server() -> psutil.Process:
    (server,) = children_with(FORKS)
    return server


def _are_gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=20)
    return not alive


def test_each_upload_is_a_process_of_its_own(faulty: FaultyIndex, tmp_path: Path) -> None:
    """Two in turn are two processes of one server, which stays; with the context it is gone as well."""
    paths = [write_wheel(tmp_path), write_sdist(tmp_path)]
    with uploads_forked():
        server = _server()
        pids = []
        for path in paths:
            with _process(faulty, tmp_path) as process:
                assert _send(process, path).status == 200
                pids.append(_pid(process))
                assert psutil.Process(pids[-1]).ppid() == server.pid
                assert process.is_running
            assert not psutil.pid_exists(pids[-1]), "not as a zombie either"
        assert server.is_running()
    assert len({*pids, server.pid}) == 3
    assert set(faulty.files) == {path.name for path in paths}
    assert _are_gone([server])


def test_what_one_is_given_no_other_has(faulty: FaultyIndex, tmp_path: Path) -> None:
    """The secret reaches the index, the system shows it in no environment, and the next one has none."""
    path = write_wheel(tmp_path)
    with uploads_forked():
        with _process(faulty, tmp_path) as process:
            _send(process, path)
            shown = [one.environ() for one in (psutil.Process(_pid(process)), _server())]
        with _process(faulty, tmp_path, CredentialSource("none")) as process:
            _send(process, path)
    first, second = (headers.get("Authorization", "") for headers in faulty.headers_seen)
    assert first.startswith("Basic ")
    assert not second
    assert _SECRET not in str(shown)
    assert "OTHER_TOKEN" not in str(shown)


def test_it_works_in_a_folder_and_a_group_of_its_own(faulty: FaultyIndex, tmp_path: Path) -> None:
    """As one that was started does: what ends it ends nothing beside it."""
    with uploads_forked(), _process(faulty, tmp_path) as one, _process(faulty, tmp_path) as other:
        one.start()
        other.start()
        _send(one, write_wheel(tmp_path))
        folder = Path(psutil.Process(_pid(one)).cwd())
        assert folder != Path(psutil.Process(_pid(other)).cwd())
        one.end()
        assert not folder.exists()
        assert other.is_running
        assert _send(other, write_sdist(tmp_path)).status == 200


def test_without_its_server_one_is_started(faulty: FaultyIndex, tmp_path: Path) -> None:
    """A server that was killed costs no release: its forks end, and the next is started by itself."""
    with uploads_forked():
        server = _server()
        with _process(faulty, tmp_path) as process:
            process.start()
            left = psutil.Process(_pid(process))
            server.kill()
            assert _are_gone([left])
            assert _send(process, write_wheel(tmp_path)).error == "process ended"
        with _process(faulty, tmp_path) as process:
            assert _send(process, write_wheel(tmp_path)).status == 200
            assert psutil.Process(_pid(process)).ppid() == psutil.Process().pid
    assert _are_gone([server])


def test_an_interrupt_while_it_waits_for_a_fork_mixes_none_up(
    faulty: FaultyIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks next gets no answer that was another one's: the server is given up."""
    with uploads_forked():
        server = _server()
        with monkeypatch.context() as patch, _process(faulty, tmp_path) as process:
            patch.setattr("socket.send_fds", _interrupt)
            with pytest.raises(KeyboardInterrupt):
                process.start()
        assert _are_gone([server])
        with _process(faulty, tmp_path) as process:
            assert _send(process, write_wheel(tmp_path)).status == 200


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_all_end_with_the_process_that_asked(tmp_path: Path) -> None:
    """Killed, it leaves neither the server nor a fork: nobody would hear the answer, or could stop it."""
    program = """
        from pathlib import Path
        from foundry_assets.catalog import Index
        from foundry_assets.craft.uploading import UploadProcess
        from foundry_assets.craft.uploading.fork_server import uploads_forked
        from foundry_assets.credential_source import CredentialSource
        index = Index(name="nowhere", upload_url="http://127.0.0.1:9/", simple_url="http://127.0.0.1:9/")
        with uploads_forked():
            process = UploadProcess(index=index, credential=CredentialSource("none"), pypirc=Path("x"))
            process.start()
            print("ready", flush=True)
            input()
    """
    asking = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with asking:
        assert asking.stdout is not None
        assert asking.stdout.readline() == "ready\n"
        began = psutil.Process(asking.pid).children(recursive=True)
        assert len(began) == 2
        asking.kill()
    assert _are_gone(began)
