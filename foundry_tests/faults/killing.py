"""A run in a process of its own, which ends itself at a named point as if by SIGKILL: nothing is tidied up.

Add here another object through which a sending passes, so that there are points around it.
Not here: which points there are, and what must come of each (test_kills).
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil
from pydantic import BaseModel

from foundry_assets.catalog import Index
from foundry_assets.craft.attestations import Attested
from foundry_assets.craft.uploading import Answer, UploadProcess
from foundry_assets.index import IndexReader, ProjectOnIndex
from foundry_assets.store import Shelf
from foundry_tests.faults.driving import Attempt, Limits, attempt, shelf_at, upload_process

_STARTING_SECONDS = 30.0
_quickest = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
CONTEXT: Any = multiprocessing.get_context(_quickest)
if _quickest == "forkserver":
    CONTEXT.set_forkserver_preload([__name__])


@dataclass
class Fuse:
    """Ends this process when `point` is reached, after telling which processes it leaves behind."""

    point: str
    pipe: Connection

    def at(self, point: str) -> None:
        """Reach a point."""
        if self.point and point.startswith(self.point):
            self.pipe.send([child.pid for child in psutil.Process().children(recursive=True)])
            psutil.Process().kill()  # SIGKILL, and on Windows TerminateProcess


@dataclass(frozen=True)
class FusedShelf(Shelf):
    """A shelf with a point before and after each record."""

    fuse: Fuse

    def create(self, path: str, record: BaseModel) -> bool:
        """Write a record where there is none."""
        self.fuse.at(f"before create {_short(path)}")
        is_new = super().create(path, record)
        self.fuse.at(f"after create {_short(path)}")
        return is_new

    def write(self, path: str, record: BaseModel) -> None:
        """Write a record."""
        self.fuse.at(f"before write {_short(path)}")
        super().write(path, record)
        self.fuse.at(f"after write {_short(path)}")


class FusedReader(IndexReader):
    """A reader with a point before each page and after each file, counted."""

    def __init__(self, index: Index, fuse: Fuse) -> None:
        super().__init__(index, read_seconds=10)
        self._fuse = fuse
        self._pages = self._files = 0

    def project(self, name: str) -> ProjectOnIndex:
        """Ask for a page."""
        self._pages += 1
        self._fuse.at(f"before page {self._pages}")
        return super().project(name)

    def sha256_of(self, url: str, *, limit_bytes: int = 4 << 30) -> tuple[str, int]:
        """Ask for a file."""
        found = super().sha256_of(url, limit_bytes=limit_bytes)
        self._files += 1
        self._fuse.at(f"after file {self._files}")
        return found


@dataclass
class FusedSender:
    """A sender with a point after each POST, while its body is under way, and when it is out."""

    inner: UploadProcess
    fuse: Fuse

    def send(
        self,
        path: Path,
        *,
        sha256: str,
        deadline_seconds: float,
        on_progress: Callable[[int, int], None] | None = None,
        attestations: Sequence[Attested] = (),
    ) -> Answer:
        """Send once."""

        def watch(sent: int, total: int) -> None:
            self.fuse.at(f"body {'out' if sent >= total else 'under way'} {path.name}")
            if on_progress:
                on_progress(sent, total)

        answer = self.inner.send(
            path,
            sha256=sha256,
            deadline_seconds=deadline_seconds,
            on_progress=watch,
            attestations=attestations,
        )
        self.fuse.at(f"after send {path.name}")
        return answer


def _short(path: str) -> str:
    return path.removeprefix("upload_receipt/faulty/")


@dataclass
class Run:
    """An attempt in a process of its own; `ends` are its attempt, or the processes that it left behind."""

    process: Any
    pipe: Connection

    def ends(self) -> Attempt | list[int]:
        """Wait for its end."""
        assert self.pipe.poll(_STARTING_SECONDS), "the run told nothing"
        told: Attempt | list[int] = self.pipe.recv()
        self.process.join(_STARTING_SECONDS)
        self.process.close()
        self.pipe.close()
        return told


def start(folder: Path, index: Index, paths: Sequence[Path], *, limits: Limits, killed_at: str = "") -> Run:
    """Start an attempt, in a fresh process, that is killed when it reaches a point; "" is none."""
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_attempt, args=(theirs, folder, index, paths, limits, killed_at))
    process.start()
    theirs.close()
    return Run(process, ours)


def _attempt(
    pipe: Connection, folder: Path, index: Index, paths: Sequence[Path], limits: Limits, killed_at: str
) -> None:
    fuse = Fuse(killed_at, pipe)
    plain = shelf_at(folder)
    shelf = FusedShelf(plain.release, plain._medium, plain._base, fuse)
    with upload_process(index, limits) as sending:
        made = attempt(
            shelf,
            index,
            paths,
            limits=limits,
            sender=FusedSender(sending, fuse),
            reader=FusedReader(index, fuse),
        )
    pipe.send(made)
