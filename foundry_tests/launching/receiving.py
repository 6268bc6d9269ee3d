"""A receiver of webhooks on loopback, which answers as it is told and keeps what came.

Add here another way in which a receiver can fail.
Not here: what is told to it (test_failed_releases).
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

SECRET = "T000-the-secret-of-this-address"


@dataclass
class Receiver:
    """What came (path and JSON), and how it is answered; `address` holds the secret."""

    address: str = ""
    status: int = 200
    came: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@contextlib.contextmanager
def receiver(status: int = 200) -> Iterator[Receiver]:
    """Receive webhooks while the context lasts."""
    state = Receiver(status=status)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    state.address = f"http://127.0.0.1:{server.server_port}/hooks/{SECRET}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    state: ClassVar[Receiver]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Keep quiet."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.state.came.append((self.path, json.loads(body)))
        self.send_response(self.state.status)
        if self.state.status in (301, 302, 307):
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()
