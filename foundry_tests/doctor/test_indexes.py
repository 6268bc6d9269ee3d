"""Indexes in use are looked at by their credential's source and by whether they answer; nothing is sent.

Add here another state of an index or of its credential.
Not here: which credentials are found (test_credentials), and that none is shown (cli/test_doctoring).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from foundry_assets.catalog import Catalog, Index
from foundry_assets.catalog_file import read_catalog
from foundry_assets.doctor import indexes
from foundry_tests.faulty_index import FaultyIndex, faulty_index
from foundry_tests.secret_scene import TOKEN

CATALOG = """
[foundry]
index = "testpypi"
[indexes.company]
upload_url = "https://i.example/legacy/"
simple_url = "https://i.example/simple/"
[indexes.unused]
upload_url = "https://u.example/legacy/"
simple_url = "https://u.example/simple/"
[[package]]
name = "a"
source = "a"
index = "company"
[[package]]
name = "b"
source = "b"
"""


@pytest.fixture
def faulty() -> Iterator[FaultyIndex]:
    """Serve an index that holds one wheel."""
    with faulty_index(files={"demo_pkg-1.0-py3-none-any.whl": b"bytes"}) as state:
        yield state


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """A catalog with an index that nobody uses."""
    (tmp_path / "foundry.toml").write_text(CATALOG)
    return read_catalog(tmp_path / "foundry.toml")


def test_indexes_in_use_are_those_that_releases_go_to(catalog: Catalog) -> None:
    """The default and those that packages name are in use; a table alone is not."""
    assert indexes.in_use(catalog) == ["company", "testpypi"]
    asked = [indexes.asked_about(catalog, name) for name in ("company", "testpypi", "unused")]
    assert asked == ["a", "b", "packaging"]


def test_an_index_that_answers_is_good_and_gets_no_post(faulty: FaultyIndex) -> None:
    """What it holds of a project is told; only its simple page was read."""
    (found,) = indexes.answers(faulty.index, project="demo-pkg")
    assert (found.verdict, "answers about `demo-pkg`" in found.found) == ("good", True)
    (absent,) = indexes.answers(faulty.index, project="other")
    assert absent.verdict == "good"
    assert faulty.total_posts == 0


def test_the_embedded_index_is_opened_for_it() -> None:
    """`local` is served for the moment, so that loopback and its server are known to work."""
    local = Index(name="local", upload_url="http://127.0.0.1/", simple_url="http://127.0.0.1/simple/")
    (found,) = indexes.answers(local)
    assert (found.verdict, found.check) == ("good", "index local")


@pytest.mark.parametrize("how", ["unreachable", "status"])
def test_an_index_that_does_not_answer_is_a_finding(faulty: FaultyIndex, how: str) -> None:
    """Nobody there, or an answer that says nothing, blocks and has its remedy."""
    faulty.reading = "status"
    nowhere = Index(name="company", upload_url="http://127.0.0.1:9/", simple_url="http://127.0.0.1:9/simple/")
    (found,) = indexes.answers(faulty.index if how == "status" else nowhere)
    assert found.verdict == "blocks"
    assert found.remedy


def test_a_credential_is_told_by_source_and_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, catalog: Catalog
) -> None:
    """Found, it is good; with none, all that could be done is the remedy."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (none,) = indexes.credential(catalog.index("company"))
    assert (none.verdict, "there is none" in none.found) == ("blocks", True)
    monkeypatch.setenv("TWINE_API_TOKEN", TOKEN)
    (found,) = indexes.credential(catalog.index("company"))
    assert found.verdict == "good"
    assert found.found.startswith("TWINE_API_TOKEN as `__token__`, fingerprint ")
