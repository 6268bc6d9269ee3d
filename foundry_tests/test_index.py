"""What an index holds is read rightly in each form, and anything doubtful is unreachable, never absent.

Add here another answer of an index.
Not here: what the answer means for a release (craft/test_probing).
"""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from foundry_assets.catalog import Index
from foundry_assets.errors import IndexUnreachable
from foundry_assets.index import IndexFile, IndexReader
from foundry_assets.simple_page import PageUnreadable, read_page
from foundry_tests.faulty_index import FaultyIndex, faulty_index
from foundry_tests.faulty_pages import Reading

WHEEL = "demo_pkg-1.0-py3-none-any.whl"
GOOD: tuple[Reading, ...] = ("json", "html", "html without hashes")
DOUBTFUL = sorted(set(get_args(Reading)) - set(GOOD))


@pytest.fixture
def faulty() -> Iterator[FaultyIndex]:
    """Serve an index that holds one wheel."""
    with faulty_index(files={WHEEL: b"bytes"}) as state:
        yield state


def reader_of(faulty: FaultyIndex, read_seconds: float = 10) -> IndexReader:
    """Give a reader of the faulty index."""
    return IndexReader(faulty.index, connect_seconds=5, read_seconds=read_seconds)


def reader_at(address: str) -> IndexReader:
    """Give a reader of an index at any address."""
    index = Index(name="elsewhere", upload_url=address, simple_url=address)
    return IndexReader(index, connect_seconds=0.5, read_seconds=0.5)


def test_json_page_is_read_whole(faulty: FaultyIndex) -> None:
    """Every key of the JSON form that the foundry uses arrives (PEP 691, 592, 700, 792)."""
    faulty.yanked = {WHEEL: "broken"}
    faulty.project_status = "archived"
    with reader_of(faulty) as reader:
        project = reader.project("Demo.Pkg")
    sha256 = hashlib.sha256(b"bytes").hexdigest()
    url = f"{faulty.address}/files/{WHEEL}"
    assert project.files == (IndexFile(WHEEL, sha256, url, 5, "broken", "2026-01-02T03:04:05+00:00"),)
    assert (project.exists, project.versions, project.status, project.serial) == (
        True,
        ("1.0",),
        "archived",
        "7",
    )


def test_unknown_project_status_is_told_as_it_is(faulty: FaultyIndex) -> None:
    """A status marker newer than our libraries does not make the page unreadable."""
    faulty.project_status = "frozen-for-audit"
    with reader_of(faulty) as reader:
        assert reader.project("demo-pkg").status == "frozen-for-audit"


@pytest.mark.parametrize(("reading", "hashed"), [("html", True), ("html without hashes", False)])
def test_html_page_is_read(faulty: FaultyIndex, reading: Reading, hashed: bool) -> None:
    """The HTML form gives names, addresses and yanks, and a sha256 only where the page has one."""
    faulty.reading = reading
    faulty.yanked = {WHEEL: "broken"}
    with reader_of(faulty) as reader:
        (file,) = reader.project("demo-pkg").files
        assert (file.filename, bool(file.sha256), file.yanked) == (WHEEL, hashed, "broken")
        assert reader.sha256_of(file.url) == (hashlib.sha256(b"bytes").hexdigest(), 5)


@pytest.mark.parametrize("reading", ["json", "html"])
def test_only_a_404_says_absent(faulty: FaultyIndex, reading: Reading) -> None:
    """A project that the index answers 404 about does not exist there."""
    faulty.files, faulty.reading = {}, reading
    with reader_of(faulty) as reader:
        assert not reader.project("demo-pkg").exists


@pytest.mark.parametrize("reading", DOUBTFUL)
def test_doubtful_answer_is_unreachable(
    faulty: FaultyIndex, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No broken, foreign or endless answer is ever read as a list of files, or as absence."""
    monkeypatch.setattr("foundry_assets.index._PAGE_LIMIT_SECONDS", 0.3)
    faulty.reading = reading
    patience = 0.3 if reading == "never answers" else 10
    with reader_of(faulty, patience) as reader, pytest.raises(IndexUnreachable) as caught:
        reader.project("demo-pkg")
    assert caught.value.remedy
    assert "faulty" in caught.value.happened


@pytest.mark.parametrize("status", [204, 206, 304, 400, 401, 403, 410, 418, 429, 500, 502, 503])
def test_status_but_200_and_404_is_unreachable(faulty: FaultyIndex, status: int) -> None:
    """A status says absent only when it is 404."""
    faulty.reading, faulty.reading_status = "status", status
    with reader_of(faulty) as reader, pytest.raises(IndexUnreachable, match=str(status)):
        reader.project("demo-pkg")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_nobody_there_is_unreachable(scheme: str) -> None:
    """A refused connection, with or without TLS, is no answer."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        reader = reader_at(f"{scheme}://127.0.0.1:{taken.getsockname()[1]}/")
        with reader, pytest.raises(IndexUnreachable, match="no connection"):
            reader.project("demo-pkg")


def test_plain_server_at_an_https_address_is_unreachable(faulty: FaultyIndex) -> None:
    """A TLS failure is no answer, and is told as one."""
    reader = reader_at(faulty.address.replace("http:", "https:"))
    with reader, pytest.raises(IndexUnreachable, match="TLS"):
        reader.project("demo-pkg")


def test_credential_goes_to_its_own_origin_only(faulty: FaultyIndex) -> None:
    """A redirect to another host does not carry the reader's credential along."""
    with faulty_index(files={WHEEL: b"bytes"}) as other:
        index = Index(name="two", upload_url=faulty.address, simple_url=f"{faulty.address}/simple/")
        with IndexReader(index, auth=("reader", "canary-password")) as reader:
            reader.project("demo-pkg")
            reader.sha256_of(f"{other.address}/files/{WHEEL}")
            faulty.reading = "redirect elsewhere"
            with pytest.raises(IndexUnreachable, match="localhost"):
                reader.project("demo-pkg")
    assert [headers["Host"].startswith("127") for headers in faulty.headers_seen] == [True, True, False]
    assert ["Authorization" in headers for headers in faulty.headers_seen] == [True, True, False]
    assert ["Authorization" in headers for headers in other.headers_seen] == [False]


def test_netrc_is_not_read(faulty: FaultyIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No credential is shown to an index but the one that was given for it."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password canary\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with reader_of(faulty) as reader:
        reader.project("demo-pkg")
    assert "Authorization" not in faulty.headers_seen[0]


def test_file_longer_than_its_limit_is_unreachable(faulty: FaultyIndex) -> None:
    """Hashing a file stops at the limit in bytes."""
    with reader_of(faulty) as reader, pytest.raises(IndexUnreachable, match="longer than 4 bytes"):
        reader.sha256_of(f"{faulty.address}/files/{WHEEL}", limit_bytes=4)


def test_missing_file_is_unreachable(faulty: FaultyIndex) -> None:
    """A file that the page lists and the index does not give has no sha256."""
    with reader_of(faulty) as reader, pytest.raises(IndexUnreachable, match="404"):
        reader.sha256_of(f"{faulty.address}/files/gone-1.0.tar.gz")


HTML = {"Content-Type": "text/html; charset=utf-8"}
LINK = "<a href='https://files.example/x/demo_pkg-1.0.tar.gz'>{}</a>"


@pytest.mark.parametrize(
    "page",
    [
        LINK.format("demo_pkg-1.0.tar.gz"),
        LINK.format("demo_pkg-1.0.t..&gt;"),
        "<meta name='pypi:repository-version' content='1.0'>",
        "<h1>Links for demo-pkg</h1>",
        "<h1>root/dev: Links for Demo_Pkg</h1>",
    ],
)
def test_page_that_says_what_it_is_counts(page: str) -> None:
    """A file of the project, a repository version, or the servers' title makes a page the project's."""
    found = read_page(
        f"<html><body>{page}</body></html>".encode(), HTML, url="https://i.example/", name="demo-pkg"
    )
    assert found.exists
    assert [file.filename for file in found.files] == ["demo_pkg-1.0.tar.gz"] * ("<a" in page)


@pytest.mark.parametrize(
    "page",
    [
        "<h1>Welcome</h1>",
        "<h1>Links for demo-pkg-extras</h1>".replace("-extras", "x"),
        "<a href='other-1.0.tar.gz'>other-1.0.tar.gz</a>",
        LINK.format("demo_pkg-1.0.tar.gz") + "<form></form>",
    ],
)
def test_page_of_another_kind_does_not(page: str) -> None:
    """A welcome page, another project's page or a form is not read as an empty project."""
    with pytest.raises(PageUnreadable):
        read_page(
            f"<html><body>{page}</body></html>".encode(), HTML, url="https://i.example/", name="demo-pkg"
        )
