"""The embedded index is a real one, holds whole files only, and serves one user at a time.

Add here another promise of `local`.
Not here: what the foundry makes of its answers (test_index, craft/test_probing).
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
import waitress.trigger

from foundry_assets.catalog import Index
from foundry_assets.content import hash_file
from foundry_assets.embedded_index import LOCK_NAME, embedded_index
from foundry_assets.index import IndexReader

WHEEL = "demo_pkg-1.0-py3-none-any.whl"


def post(index: Index, name: str = WHEEL, content: bytes = b"bytes", **fields: str) -> requests.Response:
    """Upload as any client does."""
    form = {":action": "file_upload", "protocol_version": "1"} | fields
    return requests.post(index.upload_url, data=form, files={"content": (name, content)}, timeout=10)


def test_upload_is_listed_and_served(tmp_path: Path) -> None:
    """What was uploaded is on the project's page with its sha256, at its address, and after a restart."""
    with embedded_index(tmp_path) as index, IndexReader(index) as reader:
        assert index.is_local
        assert not reader.project("demo-pkg").exists
        assert post(index).status_code == 200
        listed = reader.project("Demo.pkg")
        assert [file.filename for file in listed.files] == [WHEEL]
        assert reader.sha256_of(listed.files[0].url)[0] == listed.files[0].sha256
    with embedded_index(tmp_path) as index, IndexReader(index) as reader:
        assert reader.project("demo-pkg").files[0].sha256 == hash_file(tmp_path / WHEEL)[0]


def test_file_once_there_stays_as_it_is(tmp_path: Path) -> None:
    """A name that is taken is refused, and cannot be removed."""
    with embedded_index(tmp_path) as index:
        post(index)
        assert post(index, content=b"others").status_code == 409
        removal = {":action": "remove_pkg", "name": "demo_pkg", "version": "1.0"}
        assert requests.post(index.upload_url, data=removal, timeout=10).status_code == 403
    assert (tmp_path / WHEEL).read_bytes() == b"bytes"


@pytest.mark.parametrize(
    ("content", "fields"), [(b"", {}), (b"bytes", {"sha256_digest": "0" * 64})], ids=["empty", "damaged"]
)
def test_unusable_upload_leaves_nothing(tmp_path: Path, content: bytes, fields: dict[str, str]) -> None:
    """An empty or damaged upload is refused, and no part of it stays."""
    with embedded_index(tmp_path) as index:
        assert post(index, content=content, **fields).status_code == 400
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] in ([], [LOCK_NAME])


def test_half_an_upload_is_never_served(tmp_path: Path) -> None:
    """What a kill left of an upload is swept away by the next start."""
    with embedded_index(tmp_path):
        pass
    half = tmp_path / ".arriving" / "tmp-half"
    half.write_bytes(b"half")
    with embedded_index(tmp_path) as index, IndexReader(index) as reader:
        assert not half.exists()
        assert not reader.project("demo-pkg").exists


def test_kill_during_an_upload_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file's own name appears with its last step, when all bytes are on the disk."""
    seen: list[list[str]] = []

    def replace(self: Path, target: Path) -> Path:
        seen.append([path.name for path in tmp_path.glob("*.whl")])
        assert self.read_bytes() == b"bytes"
        raise OSError("the machine stops here")

    monkeypatch.setattr(Path, "replace", replace)
    with embedded_index(tmp_path) as index:
        assert post(index).status_code == 500
    assert seen == [[]]
    assert not list(tmp_path.glob("*.whl"))


def test_same_name_at_once_is_stored_once(tmp_path: Path) -> None:
    """Of many uploads of one name at the same moment, one is taken."""
    with embedded_index(tmp_path) as index, ThreadPoolExecutor(8) as pool:
        contents = [bytes([65 + number]) * 1000 for number in range(8)]
        answers = list(pool.map(lambda content: post(index, content=content).status_code, contents))
    assert answers.count(200) == 1
    assert (tmp_path / WHEEL).read_bytes() == contents[answers.index(200)]


def test_second_release_waits_and_is_told(tmp_path: Path) -> None:
    """One server a folder: the next one comes when the first has gone, and hears how long it waits."""
    told: list[float] = []
    spans: list[tuple[float, float]] = []

    def use(seconds: float, on_wait: Callable[[float], None] | None) -> None:
        with embedded_index(tmp_path, on_wait=on_wait) as index:
            began = time.monotonic()
            assert post(index, f"demo_pkg-{len(spans)}.0-py3-none-any.whl").status_code == 200
            time.sleep(seconds)
            spans.append((began, time.monotonic()))

    first = threading.Thread(target=use, args=(1.3, None))
    first.start()
    while not (tmp_path / "demo_pkg-0.0-py3-none-any.whl").exists():
        time.sleep(0.01)
    use(0, told.append)
    first.join()
    assert told
    assert spans[0][1] <= spans[1][0]


def test_another_process_waits_too(tmp_path: Path) -> None:
    """The folder is shared by processes in turn, not at once."""
    program = (
        "import sys; from pathlib import Path; from foundry_assets.embedded_index import embedded_index\n"
        "with embedded_index(Path(sys.argv[1]), on_wait=lambda s: print('waiting', flush=True)):\n"
        "    print('served', flush=True)\n"
    )
    with embedded_index(tmp_path):
        command = [sys.executable, "-c", program, str(tmp_path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        first_line = process.stdout.readline()
    rest = process.communicate(timeout=30)[0]
    assert first_line == "waiting\n"
    assert rest.endswith("served\n")


def test_thousand_releases_are_read_quickly(tmp_path: Path) -> None:
    """Neither a start nor a project's page takes long beside a thousand other releases."""
    for number in range(1000):
        (tmp_path / f"pkg_{number}-1.0-py3-none-any.whl").write_bytes(b"%d" % number)
        (tmp_path / f"pkg_{number}-1.0.tar.gz").write_bytes(b"s%d" % number)
    began = time.monotonic()
    with embedded_index(tmp_path) as index, IndexReader(index) as reader:
        started = time.monotonic()
        assert len(reader.project("pkg-7").files) == 2
        assert time.monotonic() - started < 0.5
    assert started - began < 3


def test_other_host_names_are_turned_away(tmp_path: Path) -> None:
    """A web page whose host name was pointed at loopback reaches nothing here."""
    with embedded_index(tmp_path) as index:
        answer = requests.get(index.simple_url, headers={"Host": "evil.example:80"}, timeout=5)
    assert answer.status_code == 421


def test_nothing_is_left_running(tmp_path: Path) -> None:
    """When the context ends, thread, port and lock are free again."""
    with embedded_index(tmp_path) as index:
        requests.get(index.simple_url, timeout=5)
    assert "embedded index" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(requests.ConnectionError):
        requests.get(index.simple_url, timeout=1)


def test_a_loop_that_is_awake_already_ends_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pipe is closed only after the wake-up was written, which else goes to who has the number next."""
    written: list[bool] = []
    pull = waitress.trigger.trigger._physical_pull

    def pull_late(trigger: Any) -> None:
        pull(trigger)  # as a worker does that ends just now
        time.sleep(0.2)
        written.append(not trigger._closed)
        pull(trigger)

    with embedded_index(tmp_path):
        monkeypatch.setattr(waitress.trigger.trigger, "_physical_pull", pull_late)
    assert written == [True]
