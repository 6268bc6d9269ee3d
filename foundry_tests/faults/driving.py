"""One attempt to send a release, as a fresh launch makes it, and what a test wants to know of it.

Add here what every test of faults does alike.
Not here: the faults (cases), and ending the process in the middle (killing).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from foundry_assets import evidence
from foundry_assets.catalog import Index
from foundry_assets.craft.publishing import Dispatch, Sender, publish
from foundry_assets.craft.uploading import UploadProcess
from foundry_assets.credential_source import CredentialSource
from foundry_assets.errors import FoundryError
from foundry_assets.index import IndexReader
from foundry_assets.records import Credential
from foundry_assets.release import Release
from foundry_assets.store import ArtefactStore, Shelf
from foundry_tests.craft.uploading.miniature import member_of, write_sdist, write_wheel

WHEEL, SDIST = "demo_pkg-1.0-py3-none-any.whl", "demo_pkg-1.0.tar.gz"
RELEASE = Release.of("demo-pkg", "1.0")


@dataclass(frozen=True)
class Limits:
    """How long an attempt waits: for the index to serve a file, for answers to reading and to sending."""

    serve_seconds: float = 0.3
    page_seconds: float = 10.0
    answer_seconds: float = 10.0
    upload_seconds: float = 20.0


@dataclass(frozen=True)
class Attempt:
    """How an attempt ended; `told` are (message, remedy) of all that did not end well."""

    status: str
    verdicts: tuple[str, ...]
    told: tuple[tuple[str, str], ...]


def write_release(folder: Path, *, padding: bytes = b"") -> list[Path]:
    """Write the two files of a release."""
    folder.mkdir(parents=True, exist_ok=True)
    return [write_wheel(folder, padding=padding), write_sdist(folder)]


def shelf_at(folder: Path) -> Shelf:
    """Give the release's place in a store below a folder."""
    return ArtefactStore(root=str(folder / "store")).shelf(RELEASE)


def upload_process(index: Index, limits: Limits) -> UploadProcess:
    """Give the real upload process, with no credential."""
    return UploadProcess(
        index=index,
        credential=CredentialSource("none"),
        pypirc=Path("no.pypirc"),
        connect_seconds=limits.answer_seconds,
        read_seconds=limits.answer_seconds,
    )


def attempt(
    shelf: Shelf,
    index: Index,
    paths: Sequence[Path],
    *,
    limits: Limits,
    sender: Sender | None = None,
    reader: IndexReader | None = None,
) -> Attempt:
    """Publish once, as a fresh launch does; an expected end becomes an attempt without verdicts."""
    with (
        reader or IndexReader(index, connect_seconds=5, read_seconds=limits.page_seconds) as asking,
        upload_process(index, limits) as sending,
    ):
        dispatch = Dispatch(
            shelf=shelf,
            index=index,
            reader=asking,
            sender=sender or sending,
            credential=Credential(source="none"),
            run_id=uuid.uuid4().hex,
            say=lambda _: None,
            serve_limit_seconds=limits.serve_seconds,
            upload_limit_seconds=limits.upload_seconds,
        )
        try:
            receipt = publish(dispatch, paths, [member_of(path) for path in paths])
        except FoundryError as error:
            return Attempt(error.status, (), ((error.happened, error.remedy),))
    bad = tuple((file.message, file.remedy) for file in receipt.files if file.remedy)
    return Attempt(receipt.status, tuple(file.verdict for file in receipt.files), bad)


def is_held(shelf: Shelf, index: Index) -> bool:
    """Tell whether a hold stands."""
    return evidence.standing_hold(shelf, index.name) is not None


def lift(shelf: Shelf, index: Index) -> None:
    """Write the correction that a person would write."""
    evidence.lift_hold(shelf, index.name, because="the index was asked", by="somebody")


def intents_of(shelf: Shelf, index: Index) -> dict[str, int]:
    """Count the intents of each file."""
    return {name: len(evidence.intents(shelf, index.name, name)) for name in (WHEEL, SDIST)}


def gone(pids: Sequence[int], *, within_seconds: float) -> bool:
    """Tell whether these processes end by themselves."""
    ends_at = time.monotonic() + within_seconds
    while alive := [pid for pid in pids if psutil.pid_exists(pid) and _lives(pid)]:
        if time.monotonic() > ends_at:
            raise AssertionError(f"still alive: {alive}")
        time.sleep(0.02)
    return True


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
