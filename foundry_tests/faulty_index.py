"""An index on loopback that fails on purpose, and counts every POST by file name.

Add here another way in which an index or the way to it can fail.
Not here: what the foundry does about it; the tests say that.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, Literal

from foundry_assets.catalog import Index
from foundry_tests.faulty_pages import BROKEN, Reading, page_body, project_of

Upload = Literal[
    "ok", "answer, stored", "answer, lost", "other bytes", "reset before body", "reset during body",
    "reset after body, stored", "reset after body, lost", "never answers, stored", "never answers, lost",
    "stalls during body", "trickle", "trickle of headers", "redirect",
]  # fmt: skip
"""What becomes of an upload. With `answer, ...` the index answers `status`, `reason` and `text`;
`other bytes` answers 200 and stores something else; `trickle` answers 200 and a body that never ends,
`trickle of headers` never gets as far as a body; `redirect` answers `status`, or 301."""

_STORING = frozenset({
    "ok", "answer, stored", "reset after body, stored", "never answers, stored", "trickle",
    "trickle of headers",
})  # fmt: skip
_BUFFER_BYTES = 64 << 10
_PART_BYTES = 256 << 10  # "during body" begins here: what is left is more than both sides' buffers hold


@dataclass
class FaultyIndex:
    """The index's present behaviour, and what it has seen; tests change and read it while it runs.

    `stale_polls` is for how many page requests after an upload the page still lacks it;
    `files_elsewhere` are served in place of `files`, while the page tells the digests of those;
    `reading_after` is how pages are answered once an upload has come; files whose name does not end with
    `only` are taken well. `forms` are the other fields of each upload's form, by the file's name.
    """

    upload: Upload = "ok"
    only: str = ""
    reading: Reading = "json"
    reading_after: Reading | None = None
    status: int = 200
    reason: str = "OK"
    text: str = ""
    reading_status: int = 401
    project_status: str = "active"
    stale_polls: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    files_elsewhere: dict[str, bytes] = field(default_factory=dict)
    yanked: dict[str, str] = field(default_factory=dict)
    posts: Counter[str] = field(default_factory=Counter)
    forms: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    page_requests: int = 0
    headers_seen: list[dict[str, str]] = field(default_factory=list)
    address: str = ""
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def total_posts(self) -> int:
        """How many POSTs have come, those with an unreadable body included (under the name "")."""
        return self.posts.total()

    @property
    def index(self) -> Index:
        """The index as the catalog would name it."""
        return Index(
            name="faulty", upload_url=f"{self.address}/legacy/", simple_url=f"{self.address}/simple/"
        )

    def begin_anew(self, **behaviour: object) -> None:
        """Forget everything and behave otherwise, at the same address."""
        self.released.set()
        self.__dict__.update(FaultyIndex(address=self.address, **behaviour).__dict__)  # type: ignore[arg-type]

    def answers(self, status: int, reason: str = "", text: str = "", *, stored: bool = False) -> None:
        """Let every further upload be answered like this."""
        self.upload = "answer, stored" if stored else "answer, lost"
        self.status, self.reason, self.text = status, reason, text


@contextlib.contextmanager
def faulty_index(**behaviour: object) -> Iterator[FaultyIndex]:
    """Serve an index with the given `FaultyIndex` fields while the context lasts."""
    state = FaultyIndex(**behaviour)  # type: ignore[arg-type]
    handler = type("Handler", (_Handler,), {"state": state})
    server = _Server(("127.0.0.1", 0), handler)
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def server_bind(self) -> None:
        # What is not yet read must not lie here in a buffer that grows: the sender would have sent it.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        super().server_bind()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of connections that were broken on purpose."""


class _Handler(BaseHTTPRequestHandler):
    state: ClassVar[FaultyIndex]
    timeout = 10

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Keep quiet."""

    def do_POST(self) -> None:
        state = self.state
        state.headers_seen.append(dict(self.headers))
        meant = state.upload  # the test may already want something else when a large body is read
        if meant == "reset before body":
            state.posts[""] += 1
            return self._reset()
        length = int(self.headers["Content-Length"])
        in_half = meant.endswith("during body")
        body = self.rfile.read(min(_PART_BYTES, length // 2) if in_half else length)
        name, content = _file_of(self.headers["Content-Type"], body)
        state.posts[name] += 1
        state.forms.setdefault(name, []).append(_fields_of(self.headers["Content-Type"], body))
        state.reading = state.reading_after or state.reading
        if len(body) < length and not in_half:  # the sender went away
            return self._reset()
        return self._after(name, content, meant)

    def _after(self, name: str, content: bytes, meant: Upload) -> None:
        state = self.state
        upload = meant if name.endswith(state.only) else "ok"
        if upload in _STORING:
            state.files[name] = content
        elif upload == "other bytes":
            state.files[name] = content + b"\n"
        match upload:
            case "ok" | "other bytes":
                self._answer(200, b"", "text/plain")
            case "answer, stored" | "answer, lost":
                self._answer(state.status, state.text.encode(), "text/html", state.reason)
            case "redirect":
                self._redirect(f"{state.address}/elsewhere/", max(301, state.status))
            case "never answers, stored" | "never answers, lost" | "stalls during body":
                state.released.wait(20)
                self._reset()
            case "trickle":
                self._trickle("text/plain")
            case "trickle of headers":
                self._drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            case _:
                self._reset()

    def do_GET(self) -> None:
        self.state.headers_seen.append(dict(self.headers))
        kind, _, rest = self.path.strip("/").partition("/")
        if kind == "files":
            content = {**self.state.files, **self.state.files_elsewhere}.get(rest)
            return self._answer(404 if content is None else 200, content or b"", "application/octet-stream")
        self.state.page_requests += 1
        return self._page(rest)

    def _page(self, project: str) -> None:
        state = self.state
        if state.reading in BROKEN and not self.headers["Host"].startswith("localhost"):  # as redirected
            return self._broken_page()
        files = self._listed(project)
        if not files and state.reading in ("json", "html", "html without hashes"):
            return self._answer(404, b"not here", "text/plain")
        body, content_type = page_body(state, project, files)
        return self._answer(200, body, content_type)

    def _broken_page(self) -> None:
        state = self.state
        match state.reading:
            case "status":
                self._answer(state.reading_status, b"no", "text/plain")
            case "never answers":
                state.released.wait(20)
                self._reset()
            case "trickle":
                self._trickle("application/vnd.pypi.simple.v1+json")
            case "redirect circle":
                self._redirect(self.path)
            case "redirect elsewhere":
                self._redirect(state.address.replace("127.0.0.1", "localhost") + self.path)
            case _:
                self._reset()

    def _listed(self, project: str) -> dict[str, bytes]:
        if self.state.files and self.state.stale_polls > 0:
            self.state.stale_polls -= 1
            return {}
        return {name: content for name, content in self.state.files.items() if project_of(name) == project}

    def _answer(self, status: int, body: bytes, content_type: str, reason: str = "") -> None:
        self.send_response(status, reason or None)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _redirect(self, target: str, status: int = 302) -> None:
        self.send_response(status)
        self.send_header("Location", target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _trickle(self, content_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self._drip(b"")

    def _drip(self, beginning: bytes) -> None:
        self.wfile.write(beginning)
        released = self.state.released  # that of this behaviour, should another begin meanwhile
        while not released.is_set():
            self.wfile.write(b" ")
            time.sleep(0.05)

    def _reset(self) -> None:
        """Break the connection the hard way: the other side sees a reset, not an end."""
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        )
        self.rfile.close()
        self.connection.close()
        self.close_connection = True


def _file_of(content_type: str, body: bytes) -> tuple[str, bytes]:
    """Find the file in a multipart form, as far as the form got."""
    for head, content in _parts_of(content_type, body):
        if b'filename="' in head:
            return head.split(b'filename="')[1].split(b'"')[0].decode(), content
    return "", b""


def _fields_of(content_type: str, body: bytes) -> dict[str, str]:
    """Find the fields beside the file; of those that come more than once, the last."""
    return {
        head.split(b'name="')[1].split(b'"')[0].decode(): content.decode("utf-8", "replace")
        for head, content in _parts_of(content_type, body)
        if b'name="' in head and b'filename="' not in head
    }


def _parts_of(content_type: str, body: bytes) -> Iterator[tuple[bytes, bytes]]:
    boundary = content_type.partition("boundary=")[2].strip('"').encode()
    for part in body.split(b"--" + boundary):
        head, _, content = part.partition(b"\r\n\r\n")
        yield head, content.removesuffix(b"\r\n")
