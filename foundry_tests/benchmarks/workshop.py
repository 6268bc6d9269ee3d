"""What every row works with: a folder, how much to do, the index server, and the peers' environment.

Add here what several rows need and what is made once.
Not here: what is measured (the rows), and running and timing a program (timing).
"""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType

from foundry_assets.catalog import Index
from foundry_tests.benchmarks.foundry import House
from foundry_tests.benchmarks.peers import Peers
from foundry_tests.servers import pypiserver


@dataclass(frozen=True)
class Scale:
    """How much is done: runs a row, and sizes; `warms_each` row with runs that do not count."""

    warms_each: bool
    runs: int
    short_runs: int
    packages: int
    files: int
    releases: int
    watched: int
    tree_files: int
    megabytes: int
    registered: int


FULL = Scale(
    warms_each=True,
    runs=5,
    short_runs=9,
    packages=20,
    files=2000,
    releases=1000,
    watched=1000,
    tree_files=10_000,
    megabytes=200,
    registered=50_000,
)
QUICK = Scale(
    warms_each=False,
    runs=1,
    short_runs=2,
    packages=2,
    files=300,
    releases=100,
    watched=1000,
    tree_files=2000,
    megabytes=20,
    registered=2000,
)


class IndexServer:
    """The one index that everybody uploads to, in a process of its own."""

    def __init__(self, index: Index, files: Path) -> None:
        self.index = index
        self._files = files

    def empty(self) -> None:
        """Take away what was uploaded, so that every run finds the same index."""
        for file in self._files.iterdir():
            file.unlink()

    def require(self, count: int) -> None:
        """Refuse a run that did not upload what it should have; raises `RuntimeError`."""
        found = sorted(file.name for file in self._files.iterdir())
        if len(found) != count:
            raise RuntimeError(f"{count} files should be on the index, and there are {found}")


class Workshop:
    """Everything is made when it is first asked for, and ends with the context.

    `profile` is where `added-cpu` writes one, `houses` what several rows share, by name.
    """

    def __init__(self, folder: Path, scale: Scale, *, profile: Path | None = None) -> None:
        self.folder = folder
        self.scale = scale
        self.profile = profile
        self.houses: dict[str, House] = {}
        self._ends = contextlib.ExitStack()

    def __enter__(self) -> Workshop:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.close()

    @cached_property
    def server(self) -> IndexServer:
        """The index server, started."""
        folder = self.folder / "index"
        index = self._ends.enter_context(pypiserver(folder))
        return IndexServer(index, folder / "files")

    @cached_property
    def peers(self) -> Peers:
        """The peers, installed in their own environment."""
        self.say("installing build, twine and uv into an environment of their own")
        return Peers.installed(self.folder / "peers")

    def room(self, name: str) -> Path:
        """Give a new folder for a row."""
        room = self.folder / name
        room.mkdir(parents=True)
        return room

    def say(self, words: str) -> None:
        """Tell a person what goes on."""
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()
