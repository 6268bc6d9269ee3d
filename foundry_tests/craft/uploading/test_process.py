"""One send is one POST at most, whatever the index or the way to it does, and its outcome is told truly.

Add here another fault between this machine and the index.
Not here: what an answer means (test_answers), and the secret (test_secrecy).
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from foundry_assets.catalog import Index
from foundry_assets.content import hash_file
from foundry_assets.craft.uploading import Answer, UploadProcess, judge
from foundry_assets.credential_source import CredentialSource
from foundry_assets.embedded_index import embedded_index
from foundry_tests.craft.uploading.miniature import write_sdist, write_wheel
from foundry_tests.faulty_index import FaultyIndex, Upload, faulty_index

STARTING_SECONDS = 20.0


@pytest.fixture
def faulty() -> Iterator[FaultyIndex]:
    """Serve an empty index."""
    with faulty_index() as state:
        yield state


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Give a wheel that is longer than a socket's buffers."""
    return write_wheel(tmp_path, padding=b"\0" * (8 << 20))


def process_for(index: Index, tmp_path: Path, read_seconds: float = 10) -> UploadProcess:
    """Give an upload process with no credential."""
    return UploadProcess(
        index=index,
        credential=CredentialSource("none"),
        pypirc=tmp_path / ".pypirc",
        connect_seconds=10,
        read_seconds=read_seconds,
    )


def send(index: Index, path: Path, sha256: str = "", read_seconds: float = 10) -> Answer:
    """Send a file once."""
    with process_for(index, path.parent, read_seconds) as process:
        sha256 = sha256 or hash_file(path)[0]
        return process.send(path, sha256=sha256, deadline_seconds=STARTING_SECONDS)


CASES: list[tuple[Upload, str, str, bool]] = [
    ("ok", "", "accepted", True),
    ("other bytes", "", "accepted", True),
    ("trickle", "", "accepted", True),
    ("redirect", "", "refused", False),
    ("reset before body", "broke while sending", "unknown", False),
    ("reset during body", "broke while sending", "unknown", False),
    ("reset after body, stored", "no answer after sending", "unknown", True),
    ("reset after body, lost", "no answer after sending", "unknown", False),
    ("never answers, stored", "no answer after sending", "unknown", True),
    ("never answers, lost", "no answer after sending", "unknown", False),
]


@pytest.mark.parametrize(("upload", "error", "verdict", "stored"), CASES, ids=[case[0] for case in CASES])
def test_fault_on_the_wire(
    faulty: FaultyIndex, wheel: Path, upload: Upload, error: str, verdict: str, stored: bool
) -> None:
    """One POST goes out, and a break anywhere in it is unknown, never a failure that one may repeat."""
    faulty.upload = upload
    answer = send(faulty.index, wheel, read_seconds=0.4 if upload.startswith("never") else 10)
    assert (answer.error, judge(answer, index_name="faulty").verdict) == (error, verdict)
    assert faulty.total_posts == 1
    assert (wheel.name in faulty.files) == stored
    assert answer.began_sending
    assert answer.sent_at < answer.answered_at


def test_every_status_is_one_post(faulty: FaultyIndex, tmp_path: Path) -> None:
    """No status makes anything below send again: not a 500, a 503 with Retry-After, nor a 429."""
    path = write_wheel(tmp_path)
    with process_for(faulty.index, tmp_path) as process:
        for count, status in enumerate([500, 502, 503, 400, 403, 409, 413, 429, 408], start=1):
            faulty.answers(status, "because", "<html><style>p {}</style><p>Long  text</p></html>")
            answer = process.send(path, sha256=hash_file(path)[0], deadline_seconds=STARTING_SECONDS)
            assert (answer.status, answer.reason, answer.text) == (status, "because", "Long text")
            assert faulty.posts[path.name] == faulty.total_posts == count


def test_real_index_takes_both_kinds(tmp_path: Path) -> None:
    """A real server takes wheel and sdist through one process, and refuses them the second time."""
    paths = [write_wheel(tmp_path), write_sdist(tmp_path)]
    seen: list[tuple[int, int]] = []
    with embedded_index(tmp_path / "index") as index, process_for(index, tmp_path) as process:
        for expected in ("accepted", "conflict"):
            for path in paths:
                answer = process.send(
                    path,
                    sha256=hash_file(path)[0],
                    deadline_seconds=STARTING_SECONDS,
                    on_progress=lambda sent, total: seen.append((sent, total)),
                )
                assert judge(answer, index_name="local").verdict == expected
    assert [sent for sent, total in seen if sent == total]
    assert {path.name for path in (tmp_path / "index").glob("*demo*")} == {path.name for path in paths}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_nobody_there_is_not_sent(tmp_path: Path, scheme: str) -> None:
    """A refused connection is certain: nothing left this machine."""
    path = write_wheel(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"{scheme}://127.0.0.1:{taken.getsockname()[1]}/"
        answer = send(Index(name="gone", upload_url=address, simple_url=address), path)
    assert (answer.error, answer.began_sending) == ("connect failed before sending", False)
    assert judge(answer, index_name="gone").verdict == "not_sent"


def test_tls_failure_is_not_sent(faulty: FaultyIndex, tmp_path: Path) -> None:
    """Without a trusted connection nothing is sent."""
    address = faulty.address.replace("http:", "https:")
    answer = send(Index(name="plain", upload_url=address, simple_url=address), write_wheel(tmp_path))
    assert (answer.error, answer.began_sending, faulty.total_posts) == ("tls", False, 0)


def test_changed_file_is_not_sent(faulty: FaultyIndex, tmp_path: Path) -> None:
    """The bytes are hashed again right before they go out."""
    answer = send(faulty.index, write_wheel(tmp_path), sha256="0" * 64)
    assert (answer.error, answer.began_sending, faulty.total_posts) == ("file changed", False, 0)


def test_no_distribution_is_not_sent(faulty: FaultyIndex, tmp_path: Path) -> None:
    """A file that twine cannot read is told as such."""
    path = tmp_path / "demo_pkg-1.0-py3-none-any.whl"
    path.write_bytes(b"no archive")
    answer = send(faulty.index, path)
    assert (answer.error, answer.began_sending, faulty.total_posts) == ("file unusable", False, 0)


def test_deadline_ends_the_process(faulty: FaultyIndex, tmp_path: Path) -> None:
    """At the deadline everything that was started is gone, and the outcome is unknown."""
    faulty.upload = "never answers, stored"
    path = write_wheel(tmp_path)
    process = UploadProcess(
        index=faulty.index, credential=CredentialSource("none"), pypirc=tmp_path / ".pypirc", read_seconds=60
    )
    with process:
        ender = threading.Timer(STARTING_SECONDS, faulty.released.set)
        answer = _send_until_posted(process, path, faulty)
        ender.cancel()
    assert answer.error == "deadline"
    assert judge(answer, index_name="faulty").verdict == "unknown"
    assert faulty.total_posts == 1
    assert _workers() == []


def _send_until_posted(process: UploadProcess, path: Path, faulty: FaultyIndex) -> Answer:
    """Send with a deadline that leaves time to start, however busy the machine is."""
    process.start()
    time.sleep(0.1)
    deadline = 3.0
    while True:
        answer = process.send(path, sha256=hash_file(path)[0], deadline_seconds=deadline)
        if faulty.total_posts or answer.error != "deadline" or deadline > 20:
            return answer
        assert not answer.began_sending
        deadline *= 2


def _workers() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if "foundry_assets.craft.uploading" in child.cmdline()
    ]


@pytest.mark.parametrize("stored", [True, False])
def test_process_that_dies_is_unknown(faulty: FaultyIndex, tmp_path: Path, stored: bool) -> None:
    """A worker that is killed after it began leaves an unknown outcome; before that, nothing left."""
    faulty.upload = "never answers, stored"
    path = write_wheel(tmp_path)

    def kill_when_posted() -> None:
        ends_at = time.monotonic() + STARTING_SECONDS
        while (stored and not faulty.total_posts) or not _workers():
            assert time.monotonic() < ends_at
            time.sleep(0.01)
        for worker in _workers():
            worker.kill()

    with UploadProcess(
        index=faulty.index, credential=CredentialSource("none"), pypirc=tmp_path / ".pypirc", read_seconds=60
    ) as process:
        process.start()
        killer = threading.Thread(target=kill_when_posted)
        killer.start()
        if not stored:
            killer.join()
        answer = process.send(path, sha256=hash_file(path)[0], deadline_seconds=STARTING_SECONDS)
        killer.join()
    assert answer.error == "process ended"
    assert judge(answer, index_name="faulty").verdict == ("unknown" if stored else "not_sent")
    assert faulty.total_posts == int(stored)


@pytest.mark.skipif(sys.platform == "win32", reason="a killed parent is played by a POSIX shell here")
def test_worker_ends_with_its_parent(faulty: FaultyIndex, tmp_path: Path) -> None:
    """When the foundry itself is killed, nothing goes on sending in its name."""
    import subprocess

    program = (
        "import sys, time; from pathlib import Path\n"
        "from foundry_assets.catalog import Index\n"
        "from foundry_assets.credentials import CredentialSource\n"
        "from foundry_assets.craft.uploading import UploadProcess\n"
        "index = Index(name='x', upload_url=sys.argv[1], simple_url=sys.argv[1])\n"
        "process = UploadProcess(index=index, credential=CredentialSource('none'), pypirc=Path('none'))\n"
        "process.start(); print(process._process.pid, flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, faulty.index.upload_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    worker.wait(10)
    assert not worker.is_running()
