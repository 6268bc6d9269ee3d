"""A home of a thousand releases, or Dagster's history of fifty thousand, grown from one real release.

Add here what else a release leaves in a home.
Not here: what is then measured (ageing, viewing), and the rows of Dagster's tables (history_rows).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from foundry_assets.craft.summary import read_entries, write_entries
from foundry_assets.craft.summary.form import ReleaseEntry
from foundry_assets.places import Home
from foundry_tests.benchmarks.history_rows import ids_spanned, opened, repeat_events, repeat_run

MODEL, MODEL_VERSION = "bench-00000", "1.900000"
"""The real release; these texts mean nothing else in any file."""
_OF_ONE_NAME = 10


@dataclass(frozen=True)
class Copy:
    """One more release: what is written in place of the model's words."""

    number: int
    run_id: str

    @property
    def name(self) -> str:
        """Every tenth release is one of the model's own package, the others are of nine packages more."""
        return f"bench-{self.number % _OF_ONE_NAME:05}"

    @property
    def version(self) -> str:
        """One that no other copy has."""
        return f"1.9{self.number:05}"

    @property
    def key(self) -> str:
        """The release."""
        return f"{self.name}=={self.version}"

    def words(self, model_run: str) -> dict[str, str]:
        """Give what is replaced by what."""
        return {
            MODEL: self.name,
            MODEL.replace("-", "_"): self.name.replace("-", "_"),
            MODEL_VERSION: self.version,
            model_run: self.run_id,
        }


def rewritten(text: str, words: Mapping[str, str]) -> str:
    """Give a text with the model's words replaced."""
    for old, new in words.items():
        text = text.replace(old, new)
    return text


def copies(count: int) -> Iterator[Copy]:
    """Give the copies that make a home of `count` releases, the real one included."""
    return (Copy(number, str(uuid.uuid4())) for number in range(1, count))


def grow(home: Home, count: int) -> None:
    """Make a home that holds the model's release into one of `count` releases.

    That one was made for real. The others are copies of all that it left, under names, versions and run ids
    of the same length: records, ledger, page and the log of a run file by file, runs and events row by row,
    the entry in the summary by the foundry's own call. Bytes in `blobs/` are shared, since the copies hold
    the same files; a copy's ledger does not verify, since its lines carry the sha256 of the model's.
    """
    model_run = _run_of_model(home)
    entries = {}
    told = read_entries(home.summary)[f"{MODEL}=={MODEL_VERSION}"].model_dump_json()
    for copy in copies(count):
        words = copy.words(model_run)
        _copy_files(home.store / MODEL / MODEL_VERSION, home.store / copy.name / copy.version, words)
        page = home.change_control / f"{MODEL}-{MODEL_VERSION}.md"
        _copy_file(page, home.change_control / f"{copy.name}-{copy.version}.md", words)
        history = home.dagster / "history" / "runs"
        _copy_file(history / f"{model_run}.db", history / f"{copy.run_id}.db", words)
        entries[copy.key] = ReleaseEntry.model_validate_json(rewritten(told, words))
    write_entries(home.summary, entries)
    grow_history(home, count)


def grow_history(home: Home, count: int, *, event_types: frozenset[str] = frozenset()) -> None:
    """Register `count` releases in Dagster's history: partitions, runs with tags, and its index of events.

    With `event_types`, only events of these types are repeated, and no check's result. The logs of single
    runs are not.
    """
    model_run = _run_of_model(home)
    every = list(copies(count))
    with closing(opened(home, "history/runs.db")) as runs, runs:
        for copy in every:
            repeat_run(runs, model_run, partial(rewritten, words=copy.words(model_run)))
    with closing(opened(home, "history/runs/index.db")) as index, index:
        first, span = ids_spanned(index)
        for copy in every:
            repeat_events(
                index,
                model_run,
                partial(rewritten, words=copy.words(model_run)),
                shift=first + span * (copy.number - 1),
                event_types=event_types,
            )
        index.executemany(
            "INSERT INTO dynamic_partitions (partitions_def_name, partition) VALUES ('releases', ?)",
            [(copy.key,) for copy in every],
        )


def _run_of_model(home: Home) -> str:
    with closing(opened(home, "history/runs.db")) as runs:
        ((run_id,),) = runs.execute("SELECT run_id FROM runs").fetchall()
    return str(run_id)


def _copy_files(source: Path, target: Path, words: Mapping[str, str]) -> None:
    for file in source.rglob("*"):
        if file.is_file():
            _copy_file(file, target / rewritten(file.relative_to(source).as_posix(), words), words)


def _copy_file(source: Path, target: Path, words: Mapping[str, str]) -> None:
    """Copy a file, the words replaced in its bytes: they are of the same length, so a database stays one."""
    content = source.read_bytes()
    for old, new in words.items():
        content = content.replace(old.encode(), new.encode())
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
