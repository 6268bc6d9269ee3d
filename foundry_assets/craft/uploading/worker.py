"""The upload process: reads one order a line, sends one file for each, tells events as JSON lines.

Add here what an order may hold and which events tell of it; neither ever holds a secret.
Not here: the request itself (one_post), and starting or ending this process (process).
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import psutil

from foundry_assets.content import hash_file
from foundry_assets.craft.uploading.answer import Answer
from foundry_assets.craft.uploading.one_post import TEXT_LIMIT, OnePost, now, post, scrub
from foundry_assets.craft.uploading.prepared import Prepared
from foundry_assets.craft.uploading.preparing import prepare
from foundry_assets.credential_source import CredentialSource, Secret
from foundry_assets.credentials import read_secret
from foundry_assets.errors import CredentialsUnusable
from foundry_assets.token_shape import TOKEN_USERNAME

_PARENT_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Order:
    """One file to send once: what the parent writes, as one line of JSON.

    `attestations` are the files that go along, each with its sha256. With `is_rehearsed` the request is made
    ready and not sent.
    """

    path: str
    sha256: str
    index_name: str
    upload_url: str
    credential: CredentialSource
    pypirc: str
    connect_seconds: float
    read_seconds: float
    attestations: tuple[tuple[str, str], ...] = ()
    is_rehearsed: bool = False

    @classmethod
    def from_line(cls, line: str) -> Order:
        """Read an order; raises `ValueError` or `TypeError` for any other line."""
        data = json.loads(line)
        return cls(**(data | {"credential": CredentialSource(**data["credential"])}))


class Worker:
    """Carries out orders; keeps a trusted publisher's token between them."""

    def __init__(self, out: IO[str], environ: Mapping[str, str]) -> None:
        self._out = out
        self._environ = environ
        self._trusted: Any = None

    def carry_out(self, order: Order) -> None:
        """Send the order's file, at most once, and tell the answer."""
        secret: Secret | None = None
        try:
            secret = self._secret(order)
            answer = self._send(order, secret)
        except CredentialsUnusable as error:
            answer = Answer(None, text=error.happened, error="credential")
        except Exception as error:
            # Whatever went wrong before the POST is told: this process has nobody else to tell.
            text = scrub(f"{type(error).__name__}: {error}", secret)[:TEXT_LIMIT]
            answer = Answer(None, text=text, error="file unusable")
        self._tell("answer", **asdict(answer))

    def make_ready(self, order: Order) -> None:
        """Make the request for the order's file ready, and tell what it would be; nothing is sent.

        A trusted publisher's token is made at the upload only, so its request is made ready without one.
        """
        secret: Secret | None = None
        try:
            secret = None if order.credential.source == "trusted publishing" else self._secret(order)
            if hash_file(Path(order.path))[0] == order.sha256:
                prepared = prepare(Path(order.path), upload_url=order.upload_url, secret=secret)
            else:
                prepared = Prepared(problem="its sha256 is another one than recorded")
        except CredentialsUnusable as error:
            prepared = Prepared(problem=error.happened)
        except Exception as error:  # told for the same reason as in `carry_out`
            prepared = Prepared(problem=scrub(f"{type(error).__name__}: {error}", secret)[:TEXT_LIMIT])
        self._tell("prepared", **asdict(prepared))

    def _send(self, order: Order, secret: Secret | None) -> Answer:
        path = Path(order.path)
        adapter = OnePost(
            connect_seconds=order.connect_seconds,
            read_seconds=order.read_seconds,
            on_begin=lambda: self._tell("sending", at=now()),
            on_progress=lambda sent, total: self._tell("progress", bytes=sent, total=total),
        )
        for file, sha256 in ((order.path, order.sha256), *order.attestations):
            if hash_file(Path(file))[0] != sha256:
                text = f"the sha256 of {Path(file).name} is another one than recorded"
                return Answer(None, text=text, error="file changed")
        authority = self._environ.get("TWINE_CERT", "")
        return post(
            path,
            upload_url=order.upload_url,
            secret=secret,
            adapter=adapter,
            authority=authority,
            attestations=[Path(file) for file, _ in order.attestations],
        )

    def _secret(self, order: Order) -> Secret | None:
        match order.credential.source:
            case "none":
                return None
            case "trusted publishing":
                return Secret(TOKEN_USERNAME, self._trusted_token(order))
            case _:
                return read_secret(
                    order.credential,
                    index_name=order.index_name,
                    upload_url=order.upload_url,
                    environ=self._environ,
                    pypirc=Path(order.pypirc),
                )

    def _trusted_token(self, order: Order) -> str:
        """Have twine exchange the platform's identity for a token; it renews one that grows old."""
        import requests
        from twine.auth import CredentialInput, Resolver
        from twine.exceptions import TwineException

        if self._trusted is None:
            config: dict[str, str | None] = {"repository": order.upload_url}
            self._trusted = Resolver.choose(interactive=False)(config, CredentialInput())
        try:
            token = self._trusted.make_trusted_publishing_token()
        except (TwineException, requests.RequestException) as error:
            raise _no_trust(order, scrub(str(error), None)[:TEXT_LIMIT]) from None
        if not token:
            raise _no_trust(order, "this platform gave no identity")
        return str(token)

    def _tell(self, event: str, **what: object) -> None:
        self._out.write(json.dumps({"event": event} | what) + "\n")
        self._out.flush()


def _no_trust(order: Order, reason: str) -> CredentialsUnusable:
    return CredentialsUnusable(
        f"no trusted publisher's token for `{order.index_name}`: {reason}",
        remedy="compare the publisher's settings on the index with this workflow",
    )


def _end_with(parent: int) -> None:
    """End this process when its parent is gone: nobody would hear the answer, or could stop the sending."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(parent)
        while os.getppid() == parent and process.is_running():
            time.sleep(_PARENT_LOOK_SECONDS)
    os._exit(1)


def main(parent: int = 0) -> None:
    """Carry out orders until standard input or the process `parent` ends; 0 is the one that started this."""
    events = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # twine and rich print; from here on only events reach the parent.
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
        worker = Worker(events, os.environ)
        threading.Thread(target=_end_with, args=(parent or os.getppid(),), daemon=True).start()
        for line in sys.stdin:
            order = Order.from_line(line)
            (worker.make_ready if order.is_rehearsed else worker.carry_out)(order)
