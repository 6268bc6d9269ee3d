"""A request is made ready to its last byte, with the credential, and nothing of it reaches the index.

Add here another way in which making ready can fail.
Not here: sending (test_process).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.content import hash_file
from foundry_assets.craft.uploading import UploadProcess
from foundry_assets.credential_source import CredentialSource
from foundry_assets.credentials import find_credentials
from foundry_tests.craft.uploading.miniature import write_sdist, write_wheel
from foundry_tests.faulty_index import faulty_index

SECRET = "a-password-of-nobody"


def test_a_prepared_request_carries_file_and_credential_and_stays_here(tmp_path: Path) -> None:
    """Both files are ready, longer than their bytes alone; the index has seen no request at all."""
    environ = {"TWINE_USERNAME": "releaser", "TWINE_PASSWORD": SECRET}
    paths = [write_wheel(tmp_path, padding=b"\0" * (4 << 20)), write_sdist(tmp_path)]
    with faulty_index() as server:
        found = find_credentials(server.index, environ, pypirc=tmp_path / ".pypirc")
        with UploadProcess(
            index=server.index, credential=found, pypirc=tmp_path / ".pypirc", environ=environ
        ) as process:
            ready = [process.prepare(path, sha256=hash_file(path)[0], deadline_seconds=60) for path in paths]
        assert server.total_posts == 0
        assert server.headers_seen == []
    for path, prepared in zip(paths, ready, strict=True):
        assert prepared.problem == ""
        assert path.stat().st_size < prepared.bytes < path.stat().st_size + 10_000
        assert prepared.has_credential
        assert SECRET not in repr(prepared)


@pytest.mark.parametrize("wrong", ["other bytes", "no distribution", "no credential"])
def test_what_cannot_be_made_ready_is_told(tmp_path: Path, wrong: str) -> None:
    """Changed bytes, a file that is no distribution, and a credential that is gone are problems, no raise."""
    path = write_wheel(tmp_path)
    sha256 = hash_file(path)[0]
    credential = CredentialSource("none")
    match wrong:
        case "other bytes":
            sha256 = "0" * 64
        case "no distribution":
            path = tmp_path / "notes.txt"
            path.write_text("nothing", encoding="utf-8")
            sha256 = hash_file(path)[0]
        case _:
            credential = CredentialSource("TWINE_API_TOKEN", "__token__", "f" * 12)
    with (
        faulty_index() as server,
        UploadProcess(
            index=server.index, credential=credential, pypirc=tmp_path / ".pypirc", environ={}
        ) as process,
    ):
        prepared = process.prepare(path, sha256=sha256, deadline_seconds=60)
        assert server.total_posts == 0
    assert prepared.problem
    assert (prepared.bytes, prepared.has_credential) == (0, False)
