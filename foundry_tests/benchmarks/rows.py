"""The rows of the table by their short names, in the table's order.

Add here a row: its name, what it measures, and the function that does.
Not here: measuring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import click

from foundry_tests.benchmarks import adding, ageing, copying, memory, releasing, viewing, watching
from foundry_tests.benchmarks.figures import Line
from foundry_tests.benchmarks.workshop import Workshop


@dataclass(frozen=True)
class Row:
    """A row's short name, what it measures in a few words, and how; it may give several lines."""

    name: str
    what: str
    measure: Callable[[Workshop], Iterable[Line]]


_ALL = (
    Row("one-small", "one small release, in a home that exists and in a new one", releasing.one_small),
    Row("twenty", "many small packages, against loops of build + twine and of uv", releasing.twenty),
    Row("many-files", "a release of many files, against build + twine", releasing.many),
    Row("added-cpu", "CPU seconds that the foundry adds to one release", adding.added_cpu),
    Row("thousandth", "the 1,000th release of a home against its 10th", ageing.thousandth),
    Row("status", "foundry status with 1,000 releases", ageing.status),
    Row("help", "foundry --help, and what it imports", ageing.help_text),
    Row("tick", "a tick of version_bumps over 1,000 unchanged packages", watching.tick),
    Row("staging", "staging and hashing a tree of 10,000 files against cp -r", copying.staging),
    Row("memory", "peak memory of a release with a 200 MB wheel", memory.memory),
    Row("ui", "what the browser asks, with 50,000 releases registered", viewing.pages),
)
ROWS = {row.name: row for row in _ALL}


def chosen(names: Sequence[str]) -> list[Row]:
    """Give the rows of these names in the table's order, all without names; raises `click.UsageError`."""
    if unknown := [name for name in names if name not in ROWS]:
        raise click.UsageError(f"no row is called {', '.join(unknown)}; there are: {', '.join(ROWS)}")
    return [row for row in ROWS.values() if not names or row.name in names]
