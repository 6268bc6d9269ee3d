"""The same faults, tried against the foundry, twine and uv: run this module for the table side by side.

Add here another program that uploads, with the arguments that make it as careful as it can be.
Not here: the cases (cases), and what must come of the foundry's attempts (test_faults).
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from foundry_assets.catalog import Index
from foundry_assets.subprocesses import ProgramFailed, run
from foundry_assets.surroundings import clean_environment
from foundry_tests.faults.carrying import full_when_writing, index_by, posts, recover
from foundry_tests.faults.cases import CASES, Case
from foundry_tests.faults.driving import Attempt, attempt, is_held, lift, shelf_at, write_release
from foundry_tests.faulty_index import FaultyIndex, faulty_index

PATIENCE_SECONDS = 18.0
"""How long a peer may take for two tiny files; then it hangs, and is ended."""
_AT_ONCE = 4
_HEADS = ("case", "foundry: POSTs, verdicts", "then", "twine: exit, POSTs", "uv: exit, POSTs")


def twine(index: Index, paths: Sequence[Path]) -> list[str]:
    """Give twine's command; its `--skip-existing` is for the public indexes alone, and refused for others."""
    options = ["--repository-url", index.upload_url, "--non-interactive", "--disable-progress-bar"]
    files = [str(path) for path in paths]
    return [sys.executable, "-m", "twine", "upload", *options, "-u", "u", "-p", "p", *files]


def uv(index: Index, paths: Sequence[Path]) -> list[str]:
    """Give uv's command, with its check of what the index holds."""
    options = ["--publish-url", index.upload_url, "--check-url", index.simple_url]
    quiet = ["--no-progress", "--color", "never", "--trusted-publishing", "never", "--no-config"]
    files = [str(path) for path in paths]
    return [sys.executable, "-m", "uv", "publish", *options, *quiet, "-u", "u", "-p", "p", *files]


PEERS = {"twine": twine, "uv": uv}


@contextmanager
def happening(case: Case) -> Iterator[tuple[FaultyIndex, Index, list[Path], Path]]:
    """Have a case happen at an index of its own, with a release in a folder of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, faulty_index() as server:
        server.begin_anew(**case.faults)
        yield server, index_by(case, server), write_release(Path(scratch, "dist")), Path(scratch)


def foundry_row(case: Case) -> tuple[str, str]:
    """Try the foundry: its first attempt, and what comes of starting again, with a correction where held."""
    with happening(case) as (server, index, paths, folder):
        shelf = shelf_at(folder)
        first = attempt(full_when_writing(shelf, case.unwritable), index, paths, limits=case.limits)
        told = f"{_counted(server)} {_told(first)}{', held' if is_held(shelf, index) else ''}"
        recover(server)
        second = attempt(shelf, server.index, paths, limits=case.limits)
        then = f"{second.status} {_counted(server)}"
        if is_held(shelf, index):
            lift(shelf, index)
            third = attempt(shelf, server.index, paths, limits=case.limits)
            then += f"; lifted: {third.status} {_counted(server)}"
        return told, then


def peer_row(peer: str, case: Case) -> str:
    """Try a peer: exit code, POSTs, and whether what it claims is so."""
    if case.unwritable:
        return "keeps no receipt"
    with happening(case) as (server, index, paths, folder):
        environment = clean_environment(folder) | {"PATH": os.environ["PATH"]}
        command = PEERS[peer](index, paths)
        told = "0"
        try:
            run(command, cwd=folder, env=environment, timeout_seconds=PATIENCE_SECONDS)
        except ProgramFailed as error:
            told = "hangs" if "limit" in error.outcome else error.outcome.rpartition(" ")[2]
        return f"{told}, {_counted(server)}{_judged(told, server, paths)}"


def rows() -> Iterator[tuple[str, str, str, str, str]]:
    """Try every case against all three."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        ours = [pool.submit(foundry_row, case) for case in CASES]
        theirs = [{peer: pool.submit(peer_row, peer, case) for peer in PEERS} for case in CASES]
        for case, our, their in zip(CASES, ours, theirs, strict=True):
            yield (case.name, *our.result(), their["twine"].result(), their["uv"].result())


def _judged(told: str, server: FaultyIndex, paths: Sequence[Path]) -> str:
    """Say where an exit code misleads: a success of which the index lacks a file, or the reverse."""
    is_served = all(server.files.get(path.name) == path.read_bytes() for path in paths)
    if told == "0":
        return "" if is_served else ", **not there**"
    return ", all there" if is_served else ""


def _counted(server: FaultyIndex) -> str:
    wheel, sdist = posts(server)
    return f"{wheel}+{sdist}"


def _told(made: Attempt) -> str:
    verdicts = ", ".join(made.verdicts)
    return f"{made.status} ({verdicts})" if verdicts else made.status


def main() -> None:
    """Print the table."""
    lines = [_HEADS, ("---",) * len(_HEADS), *rows()]
    for line in lines:
        sys.stdout.write("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n")


if __name__ == "__main__":
    main()
