"""The one POST of one file through twine, and what came of it; runs inside the upload process only.

Add here what concerns the request itself: its limits, its progress, how its end is told.
Not here: reading orders and writing events (worker), and what an answer means (answers).
"""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from requests_toolbelt import MultipartEncoderMonitor
from twine.package import PackageFile
from twine.repository import Repository

from foundry_assets.craft.uploading.answer import Answer
from foundry_assets.credential_source import Secret
from foundry_assets.http_body import BodyUnfit, pieces

TEXT_LIMIT = 2000
_BODY_LIMIT_BYTES = 1 << 18
_BODY_LIMIT_SECONDS = 3.0
_PROGRESS_EVERY_SECONDS = 0.1


class OnePost(HTTPAdapter):
    """Lets a single request through, without urllib3's retries, and watches its body go out.

    `connect_seconds` limits each wait while connecting and writing, `read_seconds` each wait for the
    answer: urllib3 keeps the connect limit on the socket until the request is out.
    """

    def __init__(
        self,
        *,
        connect_seconds: float,
        read_seconds: float,
        on_begin: Callable[[], None],
        on_progress: Callable[[int, int], None],
    ) -> None:
        super().__init__(max_retries=0)
        self._limits = (connect_seconds, read_seconds)
        self._on_begin = on_begin
        self._on_progress = on_progress
        self._told_at = 0.0
        self.requests = 0
        self.sent_bytes = 0
        self.total_bytes = 0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send the request, the first time it is asked to; raises `SecondPost` the second time."""
        self.requests += 1
        if self.requests > 1:
            raise SecondPost("a second request for one file was stopped")
        monitor = request.body
        assert isinstance(monitor, MultipartEncoderMonitor)
        monitor.callback = self._watch
        self.total_bytes = monitor.len
        options["timeout"] = self._limits
        self._on_begin()
        return super().send(request, **options)

    def _watch(self, monitor: MultipartEncoderMonitor) -> None:
        self.sent_bytes = monitor.bytes_read
        now = time.monotonic()
        if now - self._told_at >= _PROGRESS_EVERY_SECONDS or self.sent_bytes >= self.total_bytes:
            self._told_at = now
            self._on_progress(self.sent_bytes, self.total_bytes)


class SecondPost(RuntimeError):
    """Something below tried to send one file twice; nothing went out the second time."""


def post(
    path: Path,
    *,
    upload_url: str,
    secret: Secret | None,
    adapter: OnePost,
    authority: str = "",
    attestations: Sequence[Path] = (),
) -> Answer:
    """Send one file once and give what came back; never raises for what the network does.

    `authority` is a file of certificate authorities, "" for the usual ones; `attestations` go along in the
    form's own field. Raises twine's or
    packaging's own errors where the file is no distribution, before anything is sent.
    """
    package, repository = repository_for(
        path,
        upload_url=upload_url,
        secret=secret,
        adapter=adapter,
        authority=authority,
        attestations=attestations,
    )
    sent_at = now()
    try:
        response = repository.upload(package, max_redirects=1)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, SecondPost) as error:
        return _silence(error, adapter, sent_at, secret)
    finally:
        repository.close()
    with response:
        return Answer(
            status=response.status_code,
            reason=scrub(response.reason or "", secret)[:TEXT_LIMIT],
            text=scrub(_plain_text(response), secret)[:TEXT_LIMIT],
            sent_at=sent_at,
            answered_at=now(),
            began_sending=True,
            redirect=scrub(response.headers.get("Location", ""), secret)[:TEXT_LIMIT],
        )


def repository_for(
    path: Path,
    *,
    upload_url: str,
    secret: Secret | None,
    adapter: OnePost,
    authority: str = "",
    attestations: Sequence[Path] = (),
) -> tuple[PackageFile, Repository]:
    """Give a file as twine sends it, and twine's way to the index, on which only `adapter` travels."""
    package = PackageFile.from_filename(str(path), comment=None)
    if attestations:  # an empty list would be refused
        package.add_attestations([str(attestation) for attestation in attestations])
    username, password = (secret.username, secret.value) if secret else (None, None)
    repository = Repository(upload_url, username, password, disable_progress_bar=True)
    repository.set_certificate_authority(authority or None)
    repository.session.stream = True  # the status counts even where its body never ends
    if secret is None:
        repository.session.auth = _no_auth  # else requests would look into a .netrc by itself
    for scheme in ("https://", "http://"):
        repository.session.mount(scheme, adapter)
    return package, repository


def now() -> str:
    """Give the time as evidence records it: UTC, ISO 8601, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def scrub(text: str, secret: Secret | None) -> str:
    """Take the secret out of a text, in each form in which it travels, and whatever looks like a token."""
    if secret is not None and secret.value:
        pair = f"{secret.username}:{secret.value}".encode("utf-8", "surrogateescape")
        for form in (
            secret.value,
            quote(secret.value),
            quote(secret.value, safe=""),
            repr(secret.value)[1:-1],
        ):
            text = text.replace(form, "[secret]")
        text = text.replace(base64.b64encode(pair).decode(), "[secret]")
    text = re.sub(r"pypi-[A-Za-z0-9_-]{16,}", "[secret]", text)
    return re.sub(r"(?<=://)[^/\s@]+@", "[secret]@", text)


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _silence(error: Exception, adapter: OnePost, sent_at: str, secret: Secret | None) -> Answer:
    """Say how no answer came. Where no byte of the body was read, the index cannot have the file."""
    causes = list(_causes(error))
    if adapter.sent_bytes:
        done = adapter.sent_bytes >= adapter.total_bytes
        kind = "no answer after sending" if done else "broke while sending"
    elif any(isinstance(cause, socket.gaierror | urllib3.exceptions.NameResolutionError) for cause in causes):
        kind = "dns"
    elif any(isinstance(cause, ssl.SSLError | requests.exceptions.SSLError) for cause in causes):
        kind = "tls"
    else:
        kind = "connect failed before sending"
    text = scrub(f"{type(error).__name__}: {causes[-1]}", secret)[:TEXT_LIMIT]
    began = adapter.sent_bytes > 0
    return Answer(None, text=text, error=kind, sent_at=sent_at, answered_at=now(), began_sending=began)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and all that it wraps, in every way in which the libraries wrap, innermost last."""
    seen: set[int] = set()
    while isinstance(error, BaseException) and id(error) not in seen:
        seen.add(id(error))
        yield error
        inner = [argument for argument in error.args if isinstance(argument, BaseException)]
        error = getattr(error, "reason", None) or (inner[0] if inner else None) or error.__context__


def _plain_text(response: requests.Response) -> str:
    """Give the answer's body as text for people; a body that breaks off or never ends gives what came."""
    body = b""
    with contextlib.suppress(BodyUnfit, urllib3.exceptions.HTTPError, OSError):
        for piece in pieces(response, limit_bytes=_BODY_LIMIT_BYTES, limit_seconds=_BODY_LIMIT_SECONDS):
            body += piece
    text = body.decode("utf-8", "replace")
    if "html" in response.headers.get("Content-Type", "").lower() or text.lstrip()[:1] == "<":
        from bs4 import BeautifulSoup

        soup = BeautifulSoup(text, "html.parser")
        for tag in soup(["style", "script"]):
            tag.decompose()
        text = soup.get_text(" ", strip=True)
    return re.sub(r"\s+", " ", text).strip()
