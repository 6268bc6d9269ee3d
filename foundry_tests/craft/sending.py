"""A release that is ready to be sent, beside an index that fails on purpose, and ways to end in the middle.

Add here what tests of sending whole releases share.
Not here: promises (the tests), and the index's own faults (faulty_index).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from foundry_assets import evidence
from foundry_assets.catalog import Index
from foundry_assets.craft.attestations import Attested
from foundry_assets.craft.publishing import Dispatch, Sender, publish
from foundry_assets.craft.uploading import Answer
from foundry_assets.craft.uploading.one_post import OnePost, post
from foundry_assets.index import IndexReader
from foundry_assets.records import Credential, Intent, Receipt
from foundry_assets.store import Shelf
from foundry_tests.craft.uploading.miniature import member_of
from foundry_tests.faulty_index import FaultyIndex

WHEEL, SDIST = "demo_pkg-1.0-py3-none-any.whl", "demo_pkg-1.0.tar.gz"
_RUNS = itertools.count(1)


class Killed(BaseException):
    """The foundry ends at this point, as by SIGKILL: nothing after it is carried out."""


@dataclass
class PostingSender:
    """Makes the real POST, in this process: the upload process's own code without its start-up time."""

    index: Index
    after: Callable[[str], None] = lambda _: None

    def send(self, path: Path, *, sha256: str, attestations: Sequence[Attested] = (), **_: object) -> Answer:
        """Send one file once."""
        assert member_of(path).sha256 == sha256
        adapter = OnePost(
            connect_seconds=2, read_seconds=0.3, on_begin=lambda: None, on_progress=lambda *_: None
        )
        answer = post(
            path,
            upload_url=self.index.upload_url,
            secret=None,
            adapter=adapter,
            attestations=[attested.path for attested in attestations],
        )
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
    attested: list[Attested] = field(default_factory=list)
    takes_attestations: bool = False

    @property
    def index(self) -> Index:
        """The index as the foundry knows it."""
        update: dict[str, object] = {"upload_url": self.upload_url} if self.upload_url else {}
        return self.faulty.index.model_copy(update=update | {"attestations": self.takes_attestations})

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
                attested=self.attested,
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


def verdicts(receipt: Receipt) -> dict[str, str]:
    """Give each file's verdict."""
    return {file.filename: file.verdict for file in receipt.files}


def does(upload: str) -> Callable[[FaultyIndex], object]:
    """Set the index's behaviour."""
    return lambda faulty: setattr(faulty, "upload", upload)


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
