"""Reading an index: asking over HTTP what it holds of a project, and hashing a file that it serves.

Add here what concerns asking; every answer that cannot be relied on becomes `IndexUnreachable`.
Not here: what a page says (simple_page), sending files (craft/uploading), what it means (craft/probing).
"""

from __future__ import annotations

import hashlib
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from packaging.utils import canonicalize_name
from pypi_simple import ACCEPT_ANY, PyPISimple
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth

from foundry_assets.catalog import Index
from foundry_assets.errors import IndexUnreachable
from foundry_assets.http_body import BodyUnfit, pieces
from foundry_assets.simple_page import IndexFile, PageUnreadable, ProjectOnIndex, filename_of, read_page

__all__ = ["IndexFile", "IndexReader", "ProjectOnIndex"]

_PAGE_LIMIT_BYTES = 256 << 20
_PAGE_LIMIT_SECONDS = 120.0
_FILE_LIMIT_SECONDS = 1800.0
_LATER = "look at the index's status page and start again later; nothing was sent"


class IndexReader:
    """Asks one index; a context manager that holds its connections.

    `auth` is a username and password for an index that answers nobody else; it goes to the index's
    own scheme, host and port only. `connect_seconds` and `read_seconds` limit each wait on the wire;
    whole pages and files have limits too, so that a trickle ends.
    """

    def __init__(
        self,
        index: Index,
        *,
        connect_seconds: float = 10,
        read_seconds: float = 30,
        auth: tuple[str, str] | None = None,
    ) -> None:
        self._index = index
        self._session = _Session(index.simple_url, auth)
        retry = urllib3.Retry(total=1, connect=1, read=0, status=0, other=0, backoff_factor=0.2)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _TimeLimits(connect_seconds, read_seconds, retry))
        self._client = PyPISimple(index.simple_url, session=self._session)

    def __enter__(self) -> IndexReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def project(self, name: str) -> ProjectOnIndex:
        """Give what the index holds of a project.

        Only a 404 from the index's own host says "absent". Raises `IndexUnreachable` for any other answer
        than a whole and well-formed simple page (PEP 503, 691), and for none.
        """
        url = self._client.get_project_url(name)
        try:
            headers = {"Accept": ACCEPT_ANY, "Cache-Control": "max-age=0"}
            with self._session.get(url, headers=headers, stream=True) as response:
                self._refuse_other_host(response, name)
                if response.status_code == 404:
                    return ProjectOnIndex(exists=False)
                self._refuse_status(response, f"project `{name}`")
                arriving = pieces(response, limit_bytes=_PAGE_LIMIT_BYTES, limit_seconds=_PAGE_LIMIT_SECONDS)
                body = b"".join(arriving)
                return read_page(body, response.headers, url=response.url, name=canonicalize_name(name))
        except _NO_ANSWER as error:
            raise self._unreachable(f"project `{name}`", error) from error

    def sha256_of(self, url: str, *, limit_bytes: int = 4 << 30) -> tuple[str, int]:
        """Download a file from its own address and give its sha256 and size in bytes.

        Raises `IndexUnreachable` where it cannot be had whole, or is longer than `limit_bytes`.
        """
        digest, size = hashlib.sha256(), 0
        subject = f"`{filename_of(url)}`"
        try:
            # A compressed transfer would hash something else than the file.
            headers = {"Accept-Encoding": "identity", "Cache-Control": "max-age=0"}
            with self._session.get(url, headers=headers, stream=True) as response:
                self._refuse_status(response, subject)
                for piece in pieces(response, limit_bytes=limit_bytes, limit_seconds=_FILE_LIMIT_SECONDS):
                    digest.update(piece)
                    size += len(piece)
        except _NO_ANSWER as error:
            raise self._unreachable(subject, error) from error
        return digest.hexdigest(), size

    def reaches(self, url: str) -> str:
        """Tell how one of the index's addresses answers, TLS verified, without sending anything.

        Any status is an answer. Raises `IndexUnreachable` where none came.
        """
        try:
            with self._session.head(url, allow_redirects=False) as response:
                way = "over verified TLS" if urlsplit(url).scheme == "https" else "without TLS"
                return f"{response.status_code} {response.reason} {way}"
        except _NO_ANSWER as error:
            raise self._unreachable(urlsplit(url).hostname or "its address", error) from error

    def _refuse_other_host(self, response: requests.Response, name: str) -> None:
        """Refuse a page that another host gave: a mirror or login page is not this index's word.

        A pypiserver that falls back to a public index redirects like this for every project it lacks.
        """
        here, there = urlsplit(self._index.simple_url).hostname, urlsplit(response.url).hostname
        if here != there:
            raise IndexUnreachable(
                f"index `{self._index.name}` sent the question about `{name}` on to `{there}`",
                remedy="give its final address as simple_url, and turn off its fallback to another index",
            )

    def _refuse_status(self, response: requests.Response, subject: str) -> None:
        status = response.status_code
        if status == 200:
            return
        told = f"index `{self._index.name}` answered {status} {response.reason} about {subject}"
        if status in (401, 403):
            remedy = "this index wants a credential for reading, or denies it: see to the right to read"
        elif status == 429:
            remedy = "wait as long as the index asks, then start again; nothing was sent"
        elif status < 400:
            remedy = "give the address that answers by itself as simple_url"
        else:
            remedy = _LATER
        raise IndexUnreachable(f"{told}; what it holds is unknown", remedy=remedy)

    def _unreachable(self, subject: str, error: Exception) -> IndexUnreachable:
        return IndexUnreachable(
            f"index `{self._index.name}` gave no usable answer about {subject}: {_reason(error)}",
            remedy=_remedy(error),
        )


_NO_ANSWER = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError, AttributeError)
"""What reading an answer can end in; bs4 and pydantic raise kinds of ValueError, odd tags AttributeError."""


class _TimeLimits(HTTPAdapter):
    """Sends every request with time limits; only a GET that never connected is tried a second time."""

    def __init__(self, connect_seconds: float, read_seconds: float, retry: urllib3.Retry) -> None:
        self._limits = (connect_seconds, read_seconds)
        super().__init__(max_retries=retry)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send one request within the limits."""
        options["timeout"] = self._limits
        return super().send(request, **options)


class _Session(requests.Session):
    """A session that shows its credential to one origin only, and never goes from https to http."""

    def __init__(self, home_url: str, auth: tuple[str, str] | None) -> None:
        super().__init__()
        self.max_redirects = 5
        self.headers["User-Agent"] = f"release-foundry {requests.utils.default_user_agent()}"
        # An authenticator that adds nothing keeps requests from reading a .netrc by itself.
        self.auth = _OneOrigin(home_url, auth)

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Decide anew, at a redirect, whether the credential may be shown."""
        prepared_request.headers.pop("Authorization", None)
        before, after = urlsplit(response.url), urlsplit(prepared_request.url or "")
        if before.scheme == "https" and after.scheme != "https":
            raise PageUnreadable("it redirects from https to an unprotected address")
        assert isinstance(self.auth, _OneOrigin)
        self.auth(prepared_request)


class _OneOrigin(AuthBase):
    def __init__(self, home_url: str, auth: tuple[str, str] | None) -> None:
        self._origin = _origin(home_url)
        self._auth = auth

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._auth is not None and _origin(request.url or "") == self._origin:
            HTTPBasicAuth(*self._auth)(request)
        return request


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _reason(error: Exception) -> str:
    """Say in a few words why no answer came, without addresses or library names where possible."""
    if isinstance(error, PageUnreadable | BodyUnfit):
        return str(error)
    text = str(error).lower()
    for kind, word, reason in _REASONS:
        if isinstance(error, kind) and word in text:
            return reason
    first_line = str(error).partition("\n")[0][:200]
    return f"its page cannot be read ({type(error).__name__}: {first_line})"


_REASONS: tuple[tuple[type[Exception], str, str], ...] = (
    (requests.exceptions.SSLError, "", "its certificate or TLS cannot be trusted"),
    (requests.exceptions.Timeout, "", "it did not answer in time"),
    (requests.exceptions.TooManyRedirects, "", "it redirects in a circle"),
    (urllib3.exceptions.TimeoutError, "", "it did not answer in time"),
    (urllib3.exceptions.ProtocolError, "", "its answer broke off"),
    (requests.exceptions.ConnectionError, "resol", "its name cannot be resolved"),
    (requests.exceptions.ConnectionError, "timed out", "it did not answer in time"),
    (requests.exceptions.ConnectionError, "", "no connection to it could be made or kept"),
)
"""The kind of error, a word that it must hold, and what it means; the first that fits is told."""


def _remedy(error: Exception) -> str:
    if isinstance(error, PageUnreadable) or not isinstance(error, requests.RequestException):
        return "open simple_url in a browser: it must be the Simple API (PEP 503 or 691) of this index"
    if isinstance(error, requests.exceptions.SSLError):
        return "see to the index's certificate, or name your own authority by REQUESTS_CA_BUNDLE"
    return "see to the network, the proxy and simple_url, then start again; nothing was sent"
