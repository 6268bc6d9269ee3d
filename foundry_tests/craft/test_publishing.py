"""A release is sent in one order, and only what the index lacks of it; its receipt tells what was seen.

Add here what holds when an index does what it should, or when it is asked beforehand.
Not here: indexes that fail (test_bad_ends), and a foundry that is cut short (test_cut_short).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets import evidence
from foundry_assets.content import blake2b_256
from foundry_assets.craft.uploading import UploadProcess
from foundry_assets.credential_source import CredentialSource
from foundry_assets.errors import (
    IndexUnreachable,
)
from foundry_tests.craft.sending import (
    SDIST,
    WHEEL,
    House,
    PostingSender,
    verdicts,
)
from foundry_tests.craft.uploading.miniature import member_of


def test_wheels_go_first_and_the_sdist_last(house: House) -> None:
    """Both files are sent once, the sdist last, and the release is published when the index serves them."""
    receipt = house.publish()
    assert list(house.faulty.posts.items()) == [(WHEEL, 1), (SDIST, 1)]
    assert (receipt.status, verdicts(receipt)) == ("published", {WHEEL: "created", SDIST: "created"})
    assert [file.filename for file in receipt.files] == [WHEEL, SDIST]
    assert not house.is_held
    assert evidence.receipt_at(house.shelf, "faulty") == receipt


def test_a_receipt_holds_what_was_answered_and_seen(house: House) -> None:
    """Each file's entry names its bytes here and there, the answer, its times and its address."""
    receipt = house.publish()
    path = next(path for path in house.paths if path.name == WHEEL)
    member, told = member_of(path), receipt.files[0]
    assert (told.kind, told.sha256, told.sha256_there, told.bytes) == (
        "wheel",
        member.sha256,
        member.sha256,
        member.bytes,
    )
    assert told.blake2b_256 == blake2b_256(path)
    assert (told.status, told.reason, told.url) == (200, "OK", f"{house.faulty.address}/files/{WHEEL}")
    assert told.sent_at <= told.answered_at <= receipt.at
    assert told.uploaded_at.startswith("2026-01-02T03:04:05")
    assert receipt.upload_url == house.index.upload_url
    assert set(receipt.tools) >= {"twine", "build", "uv"}
    assert any("asking the index what it serves" in line for line in house.said)


def test_an_intent_comes_before_its_first_byte(house: House) -> None:
    """When a file's POST arrives, its intent is on record and freezes both files; the next one's is not."""
    seen: list[list[str]] = []
    sender = PostingSender(house.index, after=lambda _: seen.append([i.filename for i in house.intents]))
    house.publish(sender=sender, run_id="run-x")
    assert seen == [[WHEEL], [WHEEL, SDIST]]
    frozen = {path.name: member_of(path).sha256 for path in house.paths}
    assert all((i.number, i.frozen, i.run_id) == (1, frozen, "run-x") for i in house.intents)
    assert evidence.is_frozen(house.shelf)


def test_the_upload_process_sends_a_release(house: House, tmp_path: Path) -> None:
    """The short-lived process that alone reads the secret carries out the same order of things."""
    source, pypirc = CredentialSource("none"), tmp_path / ".pypirc"
    with UploadProcess(index=house.index, credential=source, pypirc=pypirc) as sender:
        receipt = house.publish(sender=sender)
    assert (receipt.status, list(house.faulty.posts.items())) == ("published", [(WHEEL, 1), (SDIST, 1)])


def test_what_the_index_serves_is_not_sent(house: House) -> None:
    """Where the index holds the very bytes, nothing is sent, no intent is written, and all is well."""
    house.publish()
    house.faulty.posts.clear()
    past = house.intents
    receipt = house.publish()
    assert verdicts(receipt) == {WHEEL: "already_identical", SDIST: "already_identical"}
    assert (receipt.status, house.faulty.total_posts, house.intents) == ("published", 0, past)


def test_only_what_is_absent_is_sent(house: House) -> None:
    """A release of which the index has one file gets the other."""
    house.faulty.files[WHEEL] = next(path for path in house.paths if path.name == WHEEL).read_bytes()
    receipt = house.publish()
    assert verdicts(receipt) == {WHEEL: "already_identical", SDIST: "created"}
    assert dict(house.faulty.posts) == {SDIST: 1}


def test_a_conflict_stops_everything(house: House) -> None:
    """Other bytes under a name of ours: nothing is sent, nothing after it either, and no hold is left."""
    house.faulty.files[WHEEL] = b"other"
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == ("blocked", {WHEEL: "conflict", SDIST: "not_sent"})
    assert "raise the version" in receipt.files[0].remedy
    assert (house.faulty.total_posts, house.intents, house.is_held) == (0, [], False)


def test_a_conflict_of_the_sdist_stops_the_wheel(house: House) -> None:
    """A conflict is known beforehand: no wheel goes out alone, to a release that can never be whole."""
    house.faulty.files[SDIST] = b"other"
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == ("blocked", {WHEEL: "not_sent", SDIST: "conflict"})
    assert (house.faulty.total_posts, house.intents, house.is_held) == (0, [], False)


@pytest.mark.parametrize("reading", ["status", "truncated json", "reset", "login page"])
def test_an_index_that_does_not_answer_gets_nothing(house: House, reading: str) -> None:
    """What an index holds is unknown: nothing is sent, and no intent, receipt or hold is left."""
    house.faulty.reading = reading  # type: ignore[assignment]
    with pytest.raises(IndexUnreachable):
        house.publish()
    assert (house.faulty.total_posts, house.intents, house.is_held) == (0, [], False)
    assert not evidence.is_frozen(house.shelf)
    assert evidence.receipt_at(house.shelf, "faulty") is None


def test_a_page_that_lags_is_waited_for(house: House) -> None:
    """An index whose page shows a file late is asked again, not sent to again."""
    house.faulty.stale_polls = 2
    receipt = house.publish(limit_seconds=10)
    assert (receipt.status, dict(house.faulty.posts)) == ("published", {WHEEL: 1, SDIST: 1})
    assert any("not yet on the project's page" in line for line in house.said)
