"""However a run ends, outcome, summary and page say so; and a published release stays published.

Add here another thing that every end of a run writes.
Not here: the forms of file and page (craft), and how a run came to its end (assets).
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from foundry_assets import evidence
from foundry_assets.content import Member
from foundry_assets.craft.summary import read_entries
from foundry_assets.craft.summary.form import EntryLaunch
from foundry_assets.errors import Status
from foundry_assets.home import Home
from foundry_assets.records import Credential, FileReceipt, FileVerdict, Receipt, Verdict, utc_now
from foundry_assets.settling import LINE, MADE_FROM, Settled, settle
from foundry_assets.store import Shelf

WHEEL = "demo_pkg-1.0-py3-none-any.whl"


STAGED = {"origin": "folder", "commit": "", "described": "", "dirty": []}


@pytest.fixture
def made(shelf: Shelf) -> Member:
    """A wheel in the store, with all that it was made from."""
    before = ""
    for asset in LINE:
        facts = {MADE_FROM: before, "blake2b_256": "b" * 64, "typing_table": [], **STAGED}
        name = WHEEL if asset == "wheel" else f"{asset}.txt"
        stored = shelf.put_text(asset, name, asset, facts=facts)
        before = stored.sha256
    return stored.file


def receive(shelf: Shelf, wheel: Member, status: Status, verdict: FileVerdict) -> None:
    """Write a receipt of the embedded index."""
    file = FileReceipt(
        filename=wheel.path,
        kind="wheel",
        sha256=wheel.sha256,
        blake2b_256="b" * 64,
        bytes=wheel.bytes,
        verdict=verdict,
        message="told",
        url=f"http://127.0.0.1/{wheel.path}",
    )
    receipt = Receipt(
        release="demo-pkg==1.0",
        index="local",
        upload_url="http://127.0.0.1/",
        status=status,
        files=(file,),
        credential=Credential(source="none"),
        tools={},
        run_id="run",
        at=utc_now(),
    )
    evidence.record_receipt(shelf, receipt)


def end(home: Home, shelf: Shelf, status: Status, run_id: str = "run", failed_step: str = "") -> Settled:
    """Settle a run."""
    return settle(
        home=home,
        shelf=shelf,
        index="local",
        status=status,
        message=f"it is {status}",
        run_id=run_id,
        began_at=time.time() - 2,
        failed_step=failed_step,
    )


def test_a_blocked_release_is_as_visible_as_a_published_one(home: Home, shelf: Shelf) -> None:
    """A run that ended before it had made anything leaves outcome, summary entry and page."""
    settled = end(home, shelf, "blocked", failed_step="staged_workspace")
    outcome = evidence.outcome_of(shelf, "run")
    assert outcome is not None
    assert (outcome.status, outcome.message, outcome.files) == ("blocked", "it is blocked", ())
    assert [(told.name, told.passed, told.severity) for told in outcome.checks] == [
        ("staged_workspace", False, "ERROR")
    ]
    assert 2 <= outcome.seconds < 60
    assert read_entries(home.summary) == {"demo-pkg==1.0": settled.entry}
    assert settled.page == home.change_control / "demo-pkg-1.0.md"
    assert "**blocked** at `local`" in settled.page.read_text(encoding="utf-8")


def test_a_published_release_is_told_with_its_files(home: Home, shelf: Shelf, made: Member) -> None:
    """The entry names the bytes here, their digests and address, and the checks that judged them."""
    verdict = Verdict(
        check="wheel_holds_every_file",
        asset="wheel",
        passed=True,
        message="12 files",
        judged={"wheel": made.sha256},
        at=utc_now(),
    )
    evidence.record_verdict(shelf, verdict)
    receive(shelf, made, "published", "created")
    entry = end(home, shelf, "published").entry
    (file,) = entry.files
    assert (file.filename, file.sha256, file.verdict, file.blake2b_256) == (
        WHEEL,
        made.sha256,
        "created",
        "b" * 64,
    )
    assert Path(file.path.removeprefix("file://")).read_bytes() == b"wheel"
    assert [told.name for told in entry.checks] == ["wheel_holds_every_file"]
    assert entry.tools["python"]


def test_who_launched_it_and_which_credential_was_found_are_told(home: Home, shelf: Shelf) -> None:
    """A run that was stopped before anything was sent tells both, by name, and what it ran on."""
    staged = shelf.put_text("staged_workspace", "a.txt", "a", facts=STAGED)
    found = Verdict(
        check="credential_is_ready",
        asset="staged_workspace",
        passed=True,
        message="found",
        judged={"staged_workspace": staged.sha256},
        details={"index": "local", "source": "TWINE_API_TOKEN", "fingerprint": "ab12"},
        at=utc_now(),
    )
    evidence.record_verdict(shelf, found)
    launched = EntryLaunch(by="sensor", name="version_bumps", account="ada", machine="desk")
    settled = settle(
        home=home,
        shelf=shelf,
        index="local",
        status="blocked",
        message="told",
        run_id="run",
        began_at=time.time(),
        launched=launched,
    )
    assert settled.entry.launched == launched
    assert settled.entry.credential_source == "TWINE_API_TOKEN"
    assert "the sensor `version_bumps`, as `ada` on `desk`" in settled.page_text
    assert {"python", "implementation", "platform"} <= set(settled.entry.tools)


@pytest.mark.parametrize("later", ["blocked", "failed", "held"])
def test_a_published_release_stays_published(home: Home, shelf: Shelf, made: Member, later: Status) -> None:
    """What an index serves is not unpublished by a later run's trouble; that run's own outcome tells it."""
    receive(shelf, made, "published", "created")
    end(home, shelf, "published", "first")
    settled = end(home, shelf, later, "second", failed_step="wheel")
    assert settled.outcome.status == later
    assert read_entries(home.summary)["demo-pkg==1.0"].status == "published"
    assert "**published**" in settled.page.read_text(encoding="utf-8")


def test_what_left_is_told_when_its_source_is_another(home: Home, shelf: Shelf, made: Member) -> None:
    """A later run that staged another tree, and was stopped, still tells the files that were published."""
    receive(shelf, made, "published", "created")
    shelf.put_text("stubbed_tree", "changed.txt", "changed", facts={MADE_FROM: "of another tree"})
    entry = end(home, shelf, "blocked", failed_step="sdist").entry
    assert [(file.sha256, file.blake2b_256) for file in entry.files] == [(made.sha256, "b" * 64)]
    assert entry.status == "published", entry.message


def test_a_doubtful_release_is_not_published(home: Home, shelf: Shelf, made: Member) -> None:
    """Nobody saw the index serve it, so nothing says published."""
    receive(shelf, made, "in_doubt", "unknown")
    assert end(home, shelf, "in_doubt").entry.status == "in_doubt"
    assert end(home, shelf, "held", "second").entry.status == "held"
