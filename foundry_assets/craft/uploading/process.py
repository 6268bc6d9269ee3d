"""Starting the upload process, giving it one file at a time, and ending it: at its limit, or when done.

Add here what concerns the life of that process as its parent sees it.
Not here: what happens inside it (worker, one_post), and what an answer means (answers).
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from foundry_assets.child_environment import child_environment
from foundry_assets.craft.uploading.answer import Answer
from foundry_assets.craft.uploading.fork_server import Forked, forked
from foundry_assets.craft.uploading.prepared import Prepared
from foundry_assets.credential_source import CredentialSource
from foundry_assets.subprocesses import end_group

if TYPE_CHECKING:  # the process started here imports this module too, and starts quicker without the catalog
    from foundry_assets.catalog import Index
    from foundry_assets.craft.attestations import Attested

_WORKER = "foundry_assets.craft.uploading"
_LAST_WORDS_SECONDS = 5.0


class UploadProcess:
    """A short-lived process that alone reads the secret; a context manager, started at the first file.

    `credential` is what `find_credentials` gave for the index, `pypirc` the file it looked at.
    `connect_seconds` limits each wait while connecting and writing, `read_seconds` each wait for an answer.
    """

    def __init__(
        self,
        *,
        index: Index,
        credential: CredentialSource,
        pypirc: Path,
        environ: Mapping[str, str] | None = None,
        connect_seconds: float = 30,
        read_seconds: float = 300,
    ) -> None:
        self.credential = credential
        self._order: dict[str, Any] = {
            "credential": asdict(credential),
            "pypirc": str(pypirc.absolute()),
            "connect_seconds": connect_seconds,
            "read_seconds": read_seconds,
        }
        self.sending_to(index)
        self._environ = os.environ if environ is None else environ
        self._ends = contextlib.ExitStack()
        self._process: subprocess.Popen[str] | Forked | None = None
        self._events: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

    def __enter__(self) -> UploadProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def sending_to(self, index: Index) -> Self:
        """Send to this index from now on, with the same credential; gives itself."""
        self._order |= {"index_name": index.name, "upload_url": index.upload_url}
        return self

    @property
    def is_running(self) -> bool:
        """Whether the process was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process now, so that it is ready when the first file comes; nothing is sent yet."""
        if self._process is not None:
            return
        home = Path(self._ends.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        environment = child_environment(
            self.credential.source, self._environ, home=home, variable=self.credential.variable
        )
        self._process = forked(environment, folder=home) or _started(environment, folder=home)
        assert self._process.stdout is not None
        self._events = queue.SimpleQueue()
        reader = threading.Thread(
            target=_read_events, args=(self._process.stdout, self._events), name="upload events", daemon=True
        )
        reader.start()
        self._ends.callback(reader.join, _LAST_WORDS_SECONDS)

    def send(
        self,
        path: Path,
        *,
        sha256: str,
        deadline_seconds: float,
        on_progress: Callable[[int, int], None] | None = None,
        attestations: Sequence[Attested] = (),
    ) -> Answer:
        """Send one file with at most one POST, and give what came back; raises nothing of the network's.

        `on_progress` is told bytes sent and total, the form around the file included; `attestations` go along
        in that form. At `deadline_seconds` the process and all that it started are ended, and the answer says
        so.
        """
        try:
            self.start()
        except OSError as error:
            return Answer(None, text=str(error), error="no process")
        ends_at = time.monotonic() + deadline_seconds
        heard = _Heard(on_progress)
        try:
            along = [(str(one.path.absolute()), one.member.sha256) for one in attestations]
            self._give(self._order | {"path": str(path.absolute()), "sha256": sha256, "attestations": along})
            while heard.answer is None:
                event = self._events.get(timeout=max(0.0, ends_at - time.monotonic()))
                if event is None:
                    return self._cut_off(heard, "process ended")
                heard.hear(event)
        except queue.Empty:
            return self._cut_off(heard, "deadline")
        except BaseException:
            self.end()
            raise
        return heard.answer

    def prepare(self, path: Path, *, sha256: str, deadline_seconds: float) -> Prepared:
        """Make the request for one file ready, with the credential, and give what it would be; send nothing.

        Never raises for what is in the file or for the credential: both are told as its problem.
        """
        try:
            self.start()
        except OSError as error:
            return Prepared(problem=str(error))
        told = {"path": str(path.absolute()), "sha256": sha256, "is_rehearsed": True}
        self._give(self._order | told)
        try:
            event = self._events.get(timeout=deadline_seconds)
        except queue.Empty:
            self.end()
            return Prepared(problem=f"not ready after {deadline_seconds:g} s")
        if event is None or event.pop("event") != "prepared":
            return Prepared(problem="the upload process ended before it was ready")
        return Prepared(**event)

    def end(self) -> None:
        """End the process and all that it started, and take away its scratch folder."""
        if self._process is not None:
            if isinstance(self._process, Forked):
                self._process.end()
            else:
                end_group(self._process.pid)
                self._process.wait()
            with contextlib.suppress(OSError):
                assert self._process.stdin is not None
                self._process.stdin.close()
            self._process = None
        self._ends.close()

    def _give(self, order: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # a process that has ended says so by the end of its events
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()

    def _cut_off(self, heard: _Heard, error: str) -> Answer:
        """End the process; then read what it had still told, down to the last event."""
        self.end()
        while heard.answer is None and not self._events.empty():
            event = self._events.get()
            if event is not None:
                heard.hear(event)
        return heard.answer or Answer(
            None, error=error, sent_at=heard.sent_at, began_sending=bool(heard.sent_at)
        )


class _Heard:
    """What the events of one file have told so far."""

    def __init__(self, on_progress: Callable[[int, int], None] | None) -> None:
        self._on_progress = on_progress
        self.sent_at = ""
        self.answer: Answer | None = None

    def hear(self, event: dict[str, Any]) -> None:
        match event.pop("event"):
            case "sending":
                self.sent_at = event["at"]
            case "progress" if self._on_progress is not None:
                self._on_progress(event["bytes"], event["total"])
            case "answer":
                self.answer = Answer(**event)


def _read_events(stream: IO[str], events: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    with stream:
        for line in stream:
            with contextlib.suppress(ValueError):  # a line cut short by the process's end
                events.put(json.loads(line))
    events.put(None)


def _started(environment: Mapping[str, str], *, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", _WORKER],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # nothing there is meant for people, and a library could show too much
        text=True,
        encoding="utf-8",
        **_own_group(),
    )


def _own_group() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
