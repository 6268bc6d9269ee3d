"""Every answer of an index that is known, and every kind of silence, means one thing.

Add here a wording when an index is seen to use it.
Not here: how an answer comes about (test_process).
"""

from __future__ import annotations

import pytest

from foundry_assets.craft.uploading import Answer, judge
from foundry_assets.craft.uploading.answer_table import SILENCE, TABLE

WORDINGS = [
    (200, "OK", "", "accepted"),
    (200, "OK", "file already exists with same content", "already_there"),
    (201, "Created", "", "accepted"),
    (299, "Odd", "", "unknown"),
    (301, "Moved Permanently", "", "refused"),
    (308, "Permanent Redirect", "", "refused"),
    (400, "File already exists ('demo.whl', with blake2_256 hash 'x').", "", "conflict"),
    (400, "Bad Request", "Package 'demo-1.0.tar.gz' already exists! You may start server with", "conflict"),
    (400, "Bad Request", "Validation failed: File name has already been taken", "conflict"),
    (400, "Repository does not allow updating assets: pypi", "", "conflict"),
    (400, "This filename was previously used by a file that has since been deleted.", "", "reserved"),
    (400, "Bad Request", "This filename has already been used, use a different version.", "reserved"),
    (400, "Uploading new files to releases older than 14 days is not allowed.", "", "closed"),
    (400, "Project is archived", "", "closed"),
    (400, "Only one sdist may be uploaded per release.", "", "conflict"),
    (400, "File too large. Limit for project 'x' is 100 MB.", "", "refused"),
    (400, "Project size too large. Limit for project 'x' total size is 10 GB.", "", "refused"),
    (400, "The name 'os' isn't allowed (conflict with Python Standard Library).", "", "refused"),
    (400, "The name 'demo' is too similar to an existing project.", "", "refused"),
    (400, "The digest supplied does not match a digest calculated from the uploaded file.", "", "refused"),
    (400, "User 'x' does not have a verified primary email address.", "", "refused"),
    (400, "Invalid attestations supplied during upload", "", "refused"),
    (400, "Non-user identities cannot create new projects.", "", "refused"),
    (400, "'Private :: x' is not a valid classifier", "", "refused"),
    (400, "", "", "refused"),
    (401, "Unauthorized", "", "refused"),
    (403, "Invalid or non-existent authentication information.", "", "refused"),
    (403, "The user 'x' isn't allowed to upload to project 'demo'.", "", "refused"),
    (403, "Two factor authentication is not enabled.", "", "refused"),
    (403, "Read-only mode: Uploads are temporarily disabled.", "", "unknown"),
    (403, "Forbidden", "Uploads are disabled. See https://status.example", "unknown"),
    (403, "New project registration temporarily disabled.", "", "refused"),
    (404, "Not Found", "", "refused"),
    (405, "Method Not Allowed", "", "refused"),
    (408, "Request Timeout", "", "unknown"),
    (409, "Conflict", "File exists", "conflict"),
    (409, "Conflict", "The feed already contains file 'demo.whl'", "conflict"),
    (409, "Project name conflicts with an existing one", "", "conflict"),
    (410, "Gone", "", "refused"),
    (413, "Request Entity Too Large", "", "unknown"),
    (418, "Teapot", "", "refused"),
    (422, "Unprocessable", "", "refused"),
    (429, "Too many new projects created", "", "unknown"),
    (500, "Internal Server Error", "File already exists", "unknown"),
    (502, "Bad Gateway", "", "unknown"),
    (503, "Service Unavailable", "", "unknown"),
    (600, "Odd", "", "unknown"),
]


@pytest.mark.parametrize(("status", "reason", "text", "verdict"), WORDINGS)
def test_wording(status: int, reason: str, text: str, verdict: str) -> None:
    """Each known wording has its verdict, says what was answered, and what to do unless it was a yes."""
    judged = judge(Answer(status, reason, text, began_sending=True), index_name="company")
    assert judged.verdict == verdict
    assert f"`company` answered {status}" in judged.message
    assert bool(judged.remedy) == (verdict not in ("accepted", "already_there"))


def test_every_row_is_reached() -> None:
    """No row of the table is hidden by one above it."""
    reached = {
        next(row for row in TABLE if row.fits(status, f"{reason}\n{text}"))
        for status, reason, text, _ in WORDINGS
    }
    assert reached == set(TABLE)


@pytest.mark.parametrize("error", SILENCE)
@pytest.mark.parametrize("began", [True, False])
def test_silence(error: str, began: bool) -> None:
    """Without an answer the outcome is unknown, unless it is certain that nothing left."""
    judged = judge(Answer(None, error=error, began_sending=began), index_name="company")
    assert judged.verdict == (SILENCE[error][0] if began else "not_sent")
    assert judged.remedy


def test_redirect_names_its_target() -> None:
    """A person learns which address the index would have had instead."""
    answer = Answer(301, "Moved", began_sending=True, redirect="https://company.example/legacy/")
    assert "https://company.example/legacy/" in judge(answer, index_name="company").message
