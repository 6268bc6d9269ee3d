"""A file is sent at most once an intent, whatever the index does and wherever the foundry is killed.

Add here another way in which sending a whole release can go wrong.
Not here: one POST by itself (uploading), and reading the index (test_index, test_probing).
"""

from __future__ import annotations

import errno
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Barrier

import pytest

from foundry_assets import evidence
from foundry_assets.catalog import Index
from foundry_assets.content import blake2b_256
from foundry_assets.craft.publishing import Dispatch, Sender, publish
from foundry_assets.craft.uploading import Answer, UploadProcess
from foundry_assets.craft.uploading.one_post import OnePost, post
from foundry_assets.credentials import CredentialSource
from foundry_assets.errors import (
    ChecksumChanged,
    IndexUnreachable,
    ReleaseBusy,
    ReleaseHeld,
    Status,
    UploadInDoubt,
)
from foundry_assets.index import IndexReader
from foundry_assets.medium import Medium
from foundry_assets.records import Credential, Intent, Receipt
from foundry_assets.store import Shelf
from foundry_tests.craft.uploading.miniature import member_of, write_sdist, write_wheel
from foundry_tests.faulty_index import FaultyIndex, faulty_index

WHEEL, SDIST = "demo_pkg-1.0-py3-none-any.whl", "demo_pkg-1.0.tar.gz"
_RUNS = itertools.count(1)


class Killed(BaseException):
    """The foundry ends at this point, as by SIGKILL: nothing after it is carried out."""


@dataclass
class PostingSender:
    """Makes the real POST, in this process: the upload process's own code without its start-up time."""

    index: Index
    after: Callable[[str], None] = lambda _: None

    def send(self, path: Path, *, sha256: str, **_: object) -> Answer:
        """Send one file once."""
        assert member_of(path).sha256 == sha256
        adapter = OnePost(
            connect_seconds=2, read_seconds=0.3, on_begin=lambda: None, on_progress=lambda *_: None
        )
        answer = post(path, upload_url=self.index.upload_url, secret=None, adapter=adapter)
        self.after(path.name)
        return answer


@dataclass
class House:
    """A release that is ready to be sent, and the index that it is sent to."""

    shelf: Shelf
    faulty: FaultyIndex
    paths: list[Path]
    said: list[str] = field(default_factory=list)
    upload_url: str = ""

    @property
    def index(self) -> Index:
        """The index as the foundry knows it."""
        update = {"upload_url": self.upload_url} if self.upload_url else {}
        return self.faulty.index.model_copy(update=update)

    def publish(
        self, *, sender: Sender | None = None, limit_seconds: float = 0.1, run_id: str = ""
    ) -> Receipt:
        """Send the release, as a fresh launch does."""
        with IndexReader(self.index, connect_seconds=1, read_seconds=1) as reader:
            dispatch = Dispatch(
                shelf=self.shelf,
                index=self.index,
                reader=reader,
                sender=sender or PostingSender(self.index),
                credential=Credential(source="none"),
                run_id=run_id or f"run-{next(_RUNS)}",
                say=self.said.append,
                serve_limit_seconds=limit_seconds,
            )
            return publish(dispatch, self.paths, [member_of(path) for path in self.paths])

    @property
    def is_held(self) -> bool:
        """Whether a hold stands."""
        return evidence.standing_hold(self.shelf, self.index.name) is not None

    def lift(self) -> None:
        """Write the correction that a person would write."""
        evidence.lift_hold(self.shelf, self.index.name, because="the index lost it", by="me")

    @property
    def intents(self) -> list[Intent]:
        """Every intent of both files."""
        index = self.index.name
        return [past for name in (WHEEL, SDIST) for past in evidence.intents(self.shelf, index, name)]


@pytest.fixture
def house(shelf: Shelf, tmp_path: Path) -> Iterator[House]:
    """A wheel and an sdist beside an empty index that takes uploads."""
    folder = tmp_path / "dist"
    folder.mkdir()
    with faulty_index() as faulty:
        yield House(shelf, faulty, [write_sdist(folder), write_wheel(folder)])


def verdicts(receipt: Receipt) -> dict[str, str]:
    """Give each file's verdict."""
    return {file.filename: file.verdict for file in receipt.files}


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


@dataclass(frozen=True)
class Case:
    """What the index does with an upload, and what must be said of it."""

    behave: Callable[[FaultyIndex], object]
    verdict: str
    status: Status


def does(upload: str) -> Callable[[FaultyIndex], object]:
    """Set the index's behaviour."""
    return lambda faulty: setattr(faulty, "upload", upload)


CASES = {
    "500, lost": Case(lambda f: f.answers(500, "Oops"), "unknown", "in_doubt"),
    "502, lost": Case(lambda f: f.answers(502, "Bad Gateway"), "unknown", "in_doubt"),
    "503, lost": Case(lambda f: f.answers(503, "Later"), "unknown", "in_doubt"),
    "200, lost": Case(lambda f: f.answers(200, "OK"), "unknown", "in_doubt"),
    "429": Case(lambda f: f.answers(429, "Too Many"), "unknown", "in_doubt"),
    "413": Case(lambda f: f.answers(413, "Too Large"), "unknown", "in_doubt"),
    "400": Case(lambda f: f.answers(400, "Invalid value for classifiers"), "refused", "refused"),
    "403": Case(lambda f: f.answers(403, "Invalid authentication"), "refused", "refused"),
    "400, name used": Case(
        lambda f: f.answers(400, "Bad Request", "This filename was previously used by a deleted file"),
        "reserved",
        "refused",
    ),
    "400, closed": Case(
        lambda f: f.answers(400, "New files cannot be added to releases older than 14 days"),
        "closed",
        "refused",
    ),
    "409, lost": Case(lambda f: f.answers(409, "Conflict"), "conflict", "blocked"),
    "redirect": Case(does("redirect"), "refused", "refused"),
    "200, other bytes": Case(does("other bytes"), "conflict", "blocked"),
    "reset before the body": Case(does("reset before body"), "unknown", "in_doubt"),
    "reset during the body": Case(does("reset during body"), "unknown", "in_doubt"),
    "reset after the body": Case(does("reset after body, lost"), "unknown", "in_doubt"),
    "never answers": Case(does("never answers, lost"), "unknown", "in_doubt"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_bad_end_is_one_post_and_a_hold(house: House, case: Case) -> None:
    """Whatever is not a clear yes: one POST, a hold, the sdist stays here, and a restart sends nothing."""
    case.behave(house.faulty)
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == (case.status, {WHEEL: case.verdict, SDIST: "not_sent"})
    assert receipt.files[0].message
    assert receipt.files[0].remedy
    assert (house.faulty.total_posts, house.is_held) == (1, True)
    with pytest.raises(ReleaseHeld, match=case.verdict):
        house.publish()
    assert (house.faulty.total_posts, len(evidence.holds(house.shelf, "faulty"))) == (1, 1)
    assert evidence.receipt_at(house.shelf, "faulty") == receipt


@pytest.mark.parametrize("name", sorted(set(CASES) - {"200, other bytes"}))
def test_a_correction_resumes_the_release(house: House, name: str) -> None:
    """After a person's correction, the absent files are sent, the same bytes, and it ends published."""
    CASES[name].behave(house.faulty)
    house.publish()
    house.lift()
    house.faulty.upload = "ok"
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == ("published", {WHEEL: "created", SDIST: "created"})
    assert (house.faulty.posts[SDIST], house.faulty.total_posts) == (1, 3)
    assert [past.number for past in evidence.intents(house.shelf, "faulty", WHEEL)] == [1, 2]
    assert len({past.sha256 for past in evidence.intents(house.shelf, "faulty", WHEEL)}) == 1
    assert not house.is_held


def test_a_correction_opens_one_intent_only(house: House) -> None:
    """A correction is used up by the next attempt; when that fails too, another is needed."""
    house.faulty.answers(500)
    house.publish()
    house.lift()
    house.publish()
    assert (house.faulty.total_posts, house.is_held) == (2, True)
    with pytest.raises(ReleaseHeld):
        house.publish()
    assert house.faulty.total_posts == 2


def test_a_conflict_is_not_lifted_into_a_second_post(house: House) -> None:
    """Where the index holds other bytes, a correction does not make the foundry send against them."""
    house.faulty.upload = "other bytes"
    house.publish()
    house.lift()
    house.faulty.upload = "ok"
    receipt = house.publish()
    assert (receipt.status, house.faulty.total_posts) == ("blocked", 1)


@pytest.mark.parametrize(
    "behave",
    [
        lambda f: f.answers(500, "Oops", stored=True),
        lambda f: f.answers(503, "Later", stored=True),
        does("reset after body, stored"),
        does("never answers, stored"),
    ],
    ids=["500", "503", "reset", "never answers"],
)
def test_a_file_that_arrived_all_the_same_is_created(
    house: House, behave: Callable[[FaultyIndex], object]
) -> None:
    """What is seen decides: an index that failed and yet serves our bytes has the file."""
    behave(house.faulty)
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == ("published", {WHEEL: "created", SDIST: "created"})
    assert (dict(house.faulty.posts), house.is_held) == ({WHEEL: 1, SDIST: 1}, False)


def test_a_no_of_an_index_that_has_our_bytes_is_no_conflict(house: House) -> None:
    """A 409 for bytes that are then seen there means that they were there already."""
    house.faulty.answers(409, "Conflict", stored=True)
    receipt = house.publish()
    assert (receipt.status, receipt.files[0].verdict) == ("published", "already_identical")
    assert receipt.files[0].status == 409


def test_a_page_that_lags_is_waited_for(house: House) -> None:
    """An index whose page shows a file late is asked again, not sent to again."""
    house.faulty.stale_polls = 2
    receipt = house.publish(limit_seconds=10)
    assert (receipt.status, dict(house.faulty.posts)) == ("published", {WHEEL: 1, SDIST: 1})
    assert any("not yet on the project's page" in line for line in house.said)


def test_an_unreachable_upload_address_leaves_a_hold(house: House) -> None:
    """Nothing left this machine; still the intent stands, and only a correction opens the next."""
    house.upload_url = "http://127.0.0.1:1/legacy/"
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == ("failed", {WHEEL: "not_sent", SDIST: "not_sent"})
    assert (house.faulty.total_posts, house.is_held) == (0, True)
    house.upload_url = ""
    with pytest.raises(ReleaseHeld):
        house.publish()
    house.lift()
    assert house.publish().status == "published"


def test_other_bytes_than_the_frozen_ones_are_never_sent(house: House, tmp_path: Path) -> None:
    """After the first intent, a file with other bytes is refused, even with a correction."""
    house.faulty.answers(500)
    house.publish()
    house.lift()
    (tmp_path / "again").mkdir()
    house.paths[1] = write_wheel(tmp_path / "again", padding=b"other")
    with pytest.raises(ChecksumChanged, match="is not the file that an earlier run meant to send"):
        house.publish()
    assert house.faulty.total_posts == 1


def test_killed_between_intent_and_post(house: House) -> None:
    """An intent without a receipt is doubt: nobody knows that nothing was sent, so nothing is sent."""
    with pytest.raises(Killed):
        house.publish(sender=KilledSender(), run_id="killed")
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == ("in_doubt", {WHEEL: "unknown", SDIST: "not_sent"})
    assert "run killed meant to send it" in receipt.files[0].message
    assert (house.faulty.total_posts, house.is_held) == (0, True)
    house.lift()
    assert house.publish().status == "published"


class KilledSender:
    """Is killed before the first byte."""

    def send(self, *_: object, **__: object) -> Answer:
        """End here."""
        raise Killed


def kill_after(name: str) -> Callable[[str], None]:
    """Give what ends the foundry when a file's POST is over, before anything is written about it."""

    def kill(sent: str) -> None:
        if sent == name:
            raise Killed

    return kill


@pytest.mark.parametrize("name", [WHEEL, SDIST])
def test_killed_between_post_and_receipt(house: House, name: str) -> None:
    """A restart after the POST finds the file on the index, sends only what lacks, and ends published."""
    with pytest.raises(Killed):
        house.publish(sender=PostingSender(house.index, after=kill_after(name)))
    assert evidence.receipt_at(house.shelf, "faulty") is None
    receipt = house.publish()
    assert (receipt.status, dict(house.faulty.posts)) == ("published", {WHEEL: 1, SDIST: 1})
    assert not house.is_held


def test_killed_after_a_post_that_was_lost(house: House) -> None:
    """A restart that does not find the file sends nothing: the dead run's POST may still come to light."""
    house.faulty.answers(500)
    with pytest.raises(Killed):
        house.publish(sender=PostingSender(house.index, after=kill_after(WHEEL)))
    assert not house.is_held
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == ("in_doubt", {WHEEL: "unknown", SDIST: "not_sent"})
    assert (house.faulty.total_posts, house.is_held) == (1, True)


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch, *, survivors: int) -> Iterator[None]:
    """Let the store take some more writes, and none after them."""
    writes = itertools.count()

    def guarded(write: Callable[..., object]) -> Callable[..., object]:
        def attempt(*arguments: object) -> object:
            if next(writes) >= survivors:
                raise OSError(errno.ENOSPC, "no space left on device")
            return write(*arguments)

        return attempt

    with monkeypatch.context() as patch:
        patch.setattr(Medium, "create", guarded(Medium.create))
        patch.setattr(Medium, "replace", guarded(Medium.replace))
        yield


@pytest.mark.parametrize("survivors", range(4))
def test_a_disk_that_fills_up_never_makes_a_second_post(
    house: House, monkeypatch: pytest.MonkeyPatch, survivors: int
) -> None:
    """Full at either intent, the receipt's history or the receipt: told, and a restart ends well."""
    full = full_disk(monkeypatch, survivors=survivors)
    with full, pytest.raises(UploadInDoubt, match="no space left") as told:
        house.publish()
    assert f"{WHEEL}: {'created' if survivors else 'not_sent'}" in told.value.happened
    assert evidence.receipt_at(house.shelf, "faulty") is None
    assert len(house.intents) == min(survivors, 2) == house.faulty.total_posts
    receipt = house.publish()
    assert (receipt.status, dict(house.faulty.posts)) == ("published", {WHEEL: 1, SDIST: 1})
    assert not house.is_held


def test_a_disk_that_fills_up_in_doubt_stays_in_doubt(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Full before the hold of a doubtful upload: the intent alone keeps the next run from sending."""
    house.faulty.answers(500)
    with full_disk(monkeypatch, survivors=1), pytest.raises(UploadInDoubt, match=f"{WHEEL}: unknown"):
        house.publish()
    assert not house.is_held
    assert (house.publish().status, house.faulty.total_posts, house.is_held) == ("in_doubt", 1, True)


@pytest.mark.parametrize("survivors", [2, 3])
def test_the_hold_is_there_before_the_receipt(
    house: House, monkeypatch: pytest.MonkeyPatch, survivors: int
) -> None:
    """Full between the hold and the receipt: the next run is refused by the hold."""
    house.faulty.answers(500)
    with full_disk(monkeypatch, survivors=survivors), pytest.raises(UploadInDoubt):
        house.publish()
    with pytest.raises(ReleaseHeld):
        house.publish()
    assert house.faulty.total_posts == 1


def race(house: House) -> list[Receipt]:
    """Launch a release twice at the same moment, and give the receipts of those that were let through."""
    start = Barrier(2)

    def launch(number: int) -> Receipt | None:
        start.wait()
        try:
            return house.publish(limit_seconds=5, run_id=f"run {number}")
        except ReleaseBusy as busy:
            assert "wait for that run" in busy.remedy
            return None

    with ThreadPoolExecutor(2) as pool:
        return [receipt for receipt in pool.map(launch, range(2)) if receipt]


@pytest.mark.parametrize("machines", ["one", "two"])
def test_two_runs_at_once_send_once(house: House, monkeypatch: pytest.MonkeyPatch, machines: str) -> None:
    """However two launches of one release overlap, each file is sent once, and it ends published.

    On one machine the second launch is turned away; on two, no lock reaches, and the intents decide.
    """
    if machines == "two":
        monkeypatch.setattr(Medium, "alone", lambda *_: nullcontext(True))
    for number in range(4):
        turn = replace(house, shelf=replace(house.shelf, _base=f"turn-{number}"))
        house.faulty.files.clear()
        house.faulty.posts.clear()
        receipts = race(turn)
        assert receipts
        assert dict(house.faulty.posts) == {WHEEL: 1, SDIST: 1}
        assert {receipt.status for receipt in receipts} == {"published"}
        assert not turn.is_held


def test_a_run_that_is_overtaken_sends_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking for an intent and writing it another run may write its own; then that one counts."""
    looks, rest = evidence.next_intent, iter(["another run"])

    def overtaken(shelf: Shelf, index: str, filename: str) -> int | None:
        number = looks(shelf, index, filename)
        for _ in rest:
            with pytest.raises(Killed):
                house.publish(sender=KilledSender(), run_id="another")
        return number

    monkeypatch.setattr(Medium, "alone", lambda *_: nullcontext(True))
    monkeypatch.setattr(evidence, "next_intent", overtaken)
    receipt = house.publish()
    assert (receipt.status, verdicts(receipt)) == ("failed", {WHEEL: "not_sent", SDIST: "not_sent"})
    assert (house.faulty.total_posts, house.is_held) == (0, False)


def test_a_run_beside_another_waits_for_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that finds another's intent asks the index for a while before it speaks of doubt."""
    monkeypatch.setattr(Medium, "alone", lambda *_: nullcontext(True))
    late: list[Receipt] = []

    def meanwhile(name: str) -> None:
        if name == WHEEL and not late:
            house.faulty.stale_polls = 2
            late.append(house.publish(limit_seconds=5))

    house.publish(sender=PostingSender(house.index, after=meanwhile), limit_seconds=5)
    assert verdicts(late[0]) == {WHEEL: "already_identical", SDIST: "created"}
    assert dict(house.faulty.posts) == {WHEEL: 1, SDIST: 1}
    assert not house.is_held
