"""Staging a large tree, which copies and hashes it, against copying it.

Add here another step whose cost is that of the files it moves.
Not here: whole releases of many files (releasing).
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from foundry_tests.benchmarks.figures import Line
from foundry_tests.benchmarks.peers import surroundings
from foundry_tests.benchmarks.projects import many_files
from foundry_tests.benchmarks.timing import in_turn, timed
from foundry_tests.benchmarks.workshop import Workshop


def staging(shop: Workshop) -> Iterator[Line]:
    """What `staged_workspace` does to the source: choose, copy, hash, hold to the release, set times.

    Putting the tree into the store afterwards is told beside it. The peer is `cp -r`, on Windows
    `shutil.copytree`.
    """
    from foundry_assets.craft.staging import Staged, stage
    from foundry_assets.garbage import collect_rarely
    from foundry_assets.release import Release
    from foundry_assets.store import ArtefactStore

    collect_rarely()  # as the command `foundry` does
    room = shop.room("staging")
    source = many_files(room / "bench-data", "1.0", files=shop.scale.tree_files)
    shutil.rmtree(source / ".git")
    release = Release.of("bench-data", "1.0")
    target, copy = room / "tree", room / "copy"
    kept: list[float] = []

    def ours(number: int) -> float:
        began = time.perf_counter()
        staged: Staged = stage(source, release, target=target, scratch=room)
        seconds = time.perf_counter() - began
        shelf = ArtefactStore(root=str(room / f"store{number}")).shelf(release)
        shelf.put_tree("staged_workspace", target, listing=staged.listing, facts={})
        kept.append(time.perf_counter() - began - seconds)
        shutil.rmtree(target)
        shutil.rmtree(room / f"store{number}")
        return seconds

    def peer(_: int) -> float:
        seconds = _copied(source, copy)
        shutil.rmtree(copy)
        return seconds

    seconds, theirs = in_turn(shop.scale.short_runs, ours, peer)
    what = f"staging and hashing {shop.scale.tree_files:,} files"
    note = f"putting the staged tree into a new store then took {min(kept):.2f} - {max(kept):.2f} s"
    yield Line("staging", what, "cp -r", "x", 2.0, seconds, theirs, note=note)


def _copied(source: Path, copy: Path) -> float:
    if os.name != "nt":
        return timed(["cp", "-r", source, copy], cwd=source.parent, env=surroundings())
    began = time.perf_counter()
    shutil.copytree(source, copy)
    return time.perf_counter() - began
