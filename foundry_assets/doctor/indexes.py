"""The indexes that releases go to: where each one's credential is, and whether it answers.

Add here what can be known of an index without sending anything.
Not here: finding a credential (credentials) and reading a page (index); no secret's value comes here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from foundry_assets.catalog import Catalog, Index
from foundry_assets.credentials import declared_credential
from foundry_assets.doctor.findings import Finding
from foundry_assets.embedded_index import embedded_index
from foundry_assets.errors import CredentialsUnusable, IndexUnreachable
from foundry_assets.index import IndexReader

_CONNECT_SECONDS, _READ_SECONDS = 5.0, 15.0
_ANY_PROJECT = "packaging"


def in_use(catalog: Catalog) -> list[str]:
    """Give the names of the indexes that the catalog's releases go to."""
    named = {catalog.index_for(package) for package in catalog.packages.values()}
    return sorted({catalog.default_index, *named})


def credential(index: Index) -> Iterator[Finding]:
    """Resolve an index's credential as a release would, by source, username and fingerprint."""
    check = f"credential for {index.name}"
    try:
        source = declared_credential(index)
    except CredentialsUnusable as error:
        yield Finding(check, "blocks", error.details or error.happened, error.remedy)
        return
    yield Finding(check, "good", source.told)


def answers(index: Index, *, project: str = _ANY_PROJECT) -> Iterator[Finding]:
    """Ask an index for a project's simple page; the embedded one is opened over an empty folder for it."""
    if not index.is_local:
        yield _answer(index, project)
        return
    with (
        tempfile.TemporaryDirectory(prefix="foundry-", ignore_cleanup_errors=True) as folder,
        embedded_index(Path(folder)) as served,
    ):
        yield _answer(served, project)


def asked_about(catalog: Catalog, index: str) -> str:
    """Give a project to ask an index about: one of those that go there."""
    going = (name for name, package in catalog.packages.items() if catalog.index_for(package) == index)
    return next(going, _ANY_PROJECT)


def _answer(index: Index, project: str) -> Finding:
    check = f"index {index.name}"

    try:
        with IndexReader(index, connect_seconds=_CONNECT_SECONDS, read_seconds=_READ_SECONDS) as reader:
            found = reader.project(project)
    except IndexUnreachable as error:
        return Finding(check, "blocks", error.happened, error.remedy)

    versions = len(found.versions)
    told = f"holds {versions} versions of it" if found.exists and versions != 1 else "holds 1 version of it"
    return Finding(check, "good", f"answers about `{project}`: {told if found.exists else 'not there'}")
