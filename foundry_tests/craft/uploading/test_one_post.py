"""The adapter lets one request through, and tells by its cause how a connection failed.

Add here another kind of failure below HTTP.
Not here: failures that a real connection can show (test_process).
"""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import requests
import urllib3.exceptions
from twine.package import PackageFile
from twine.repository import Repository

from foundry_assets.craft.uploading.one_post import OnePost, SecondPost, post
from foundry_tests.craft.uploading.miniature import write_wheel
from foundry_tests.faulty_index import faulty_index


def adapter() -> OnePost:
    """Give an adapter with short limits."""
    return OnePost(connect_seconds=1, read_seconds=1, on_begin=lambda: None, on_progress=lambda *_: None)


def test_second_request_is_stopped(tmp_path: Path) -> None:
    """Even where twine's own loop is left on, the adapter lets one POST out."""
    package = PackageFile.from_filename(str(write_wheel(tmp_path)), comment=None)
    with faulty_index() as faulty:
        faulty.answers(500)
        repository = Repository(faulty.index.upload_url, None, None, disable_progress_bar=True)
        repository.session.mount("http://", adapter())
        with pytest.raises(SecondPost):
            repository.upload(package, max_redirects=5)
        repository.close()
        assert faulty.total_posts == 1


def test_unresolvable_name_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that does not resolve is certain: nothing left this machine."""

    def fails(*asked: object, **options: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    url = "https://no-such-index.invalid/legacy/"
    answer = post(write_wheel(tmp_path), upload_url=url, secret=None, adapter=adapter())
    assert (answer.status, answer.error, answer.began_sending) == (None, "dns", False)


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (requests.exceptions.ProxyError("no proxy"), "connect failed before sending"),
        (requests.exceptions.ConnectTimeout("slow"), "connect failed before sending"),
        (urllib3.exceptions.LocationParseError("http://"), "connect failed before sending"),
    ],
)
def test_failure_before_the_body(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception, kind: str
) -> None:
    """Whatever fails before a byte of the body was read has sent nothing."""

    def fails(*asked: object, **options: object) -> None:
        raise problem

    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", fails)
    url = "https://index.invalid/"
    answer = post(write_wheel(tmp_path), upload_url=url, secret=None, adapter=adapter())
    assert (answer.error, answer.began_sending) == (kind, False)
