"""Releases beside those of build + twine and of uv: one small one, many at once, one of many files.

Add here another release that is compared with a peer's.
Not here: what a release costs by itself (adding, memory), and growing homes (ageing).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from foundry_tests.benchmarks.figures import Line
from foundry_tests.benchmarks.foundry import House
from foundry_tests.benchmarks.projects import many_files, small
from foundry_tests.benchmarks.timing import in_turn
from foundry_tests.benchmarks.workshop import Workshop

Writer = Callable[[Path, str], Path]
_TWINE, _UV = "build + twine", "uv build + publish"
_TWO_JOBS = ("--all", "--jobs", "2")


def one_small(shop: Workshop) -> Iterator[Line]:
    """A cold `foundry release NAME`: in a home that has released before, and where there is no home yet.

    The second makes tables, folders and the environment for builds in the run.
    """
    contest = Contest(shop, "one-small", small, ["bench-words"])
    contest.prepare()
    sides = (contest.foundry("bench-words"), contest.foundry("bench-words", in_new_home=True), contest.twine)
    ours, anew, theirs = in_turn(shop.scale.runs, *sides)
    yield Line("one-small", "one small release, cold; a home that exists", _TWINE, "x", 1.0, ours, theirs)
    yield Line("one-small", "one small release, cold; a new home", _TWINE, "x", 1.0, anew, theirs)


def twenty(shop: Workshop) -> Iterator[Line]:
    """Many small packages at once, two jobs, against two loops over the same packages."""
    names = [f"bench-words{number}" for number in range(shop.scale.packages)]
    contest = Contest(shop, "twenty", small, names)
    contest.prepare()
    sides = (contest.foundry(*_TWO_JOBS), contest.twine, contest.uv)
    ours, twine, uv = in_turn(max(1, shop.scale.runs // 2), *sides)
    what = f"{len(names)} small packages, --all --jobs 2"
    yield Line("twenty", what, f"a loop of {_TWINE}", "x", 0.35, ours, twine)
    yield Line("twenty", what, f"a loop of {_UV}", "x", 1.0, ours, uv)


def many(shop: Workshop) -> Iterator[Line]:
    """One package of many files, JSON as in botocore, built by setuptools."""
    files = shop.scale.files
    contest = Contest(shop, "many-files", partial(many_files, files=files), ["bench-data"])
    contest.prepare()
    ours, theirs = in_turn(max(1, shop.scale.runs // 2), contest.foundry("bench-data"), contest.twine)
    yield Line("many-files", f"one release with {files:,} files", _TWINE, "x", 1.1, ours, theirs)


class Contest:
    """The same packages twice, one copy for each side; every run releases a version that nobody has seen."""

    def __init__(self, shop: Workshop, name: str, write: Writer, names: Sequence[str]) -> None:
        self._room = shop.room(name)
        self._shop, self._write, self._names = shop, write, names
        self._ours = [self._room / "ours" / one for one in names]
        self._theirs = [self._room / "theirs" / one for one in names]
        index = shop.server.index
        self._house = House.made(self._room, self._ours, index, home=shop.folder / "home")
        self._new_house = House.made(self._room, self._ours, index, home=self._room / "home")
        self._written = 0

    def prepare(self) -> None:
        """Release once, untimed: homes, caches and compiled modules are as after yesterday.

        A quick benchmark does so on our side and for its first contest only; all contests share the home, and
        the peers have their requirements in their cache from the beginning.
        """
        if self._shop.scale.warms_each:
            self.twine(0)
        if self._shop.scale.warms_each or not self._house.home.exists():
            self.foundry("--all")(0)

    def foundry(self, *words: str, in_new_home: bool = False) -> Callable[[int], float]:
        """Give the foundry's side: `foundry release` with these words."""
        house = self._new_house if in_new_home else self._house

        def release(_: int) -> float:
            if in_new_home:
                shutil.rmtree(house.home, ignore_errors=True)
            self._begin(self._ours)
            return self._ended(house.command("release", *words))

        return release

    def twine(self, _: int) -> float:
        """Take build's and twine's turn."""
        self._begin(self._theirs)
        return self._ended(self._shop.peers.build_and_twine(self._theirs, self._shop.server.index))

    def uv(self, _: int) -> float:
        """Take uv's turn."""
        self._begin(self._theirs)
        return self._ended(self._shop.peers.uv(self._theirs, self._shop.server.index))

    def _begin(self, sources: Sequence[Path]) -> None:
        self._shop.peers  # noqa: B018 - installed before anything is timed
        self._written += 1
        for source in sources:
            self._write(source, f"1.{self._written}")
        self._shop.server.empty()

    def _ended(self, seconds: float) -> float:
        self._shop.server.require(2 * len(self._names))
        return seconds
