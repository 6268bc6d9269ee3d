"""The table for people, and the same for programs.

Add here another column.
Not here: what a line says (figures).
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from foundry_tests.benchmarks.figures import Line

_COLUMNS = ("row", "what", "against", "aim", "median", "spread", "ours", "theirs", "runs", "holds")
_ON_THE_RIGHT = frozenset({"aim", "median", "spread", "ours", "theirs", "runs"})
_WIDTH_OF_A_FILE = 160


def draw(lines: Sequence[Line], console: Console, *, said: str) -> None:
    """Draw the table, with what is to be known of each line and of the machine below it."""
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_FILE
    table = Table(box=None, pad_edge=False, title=said, title_justify="left")
    for column in _COLUMNS:
        table.add_column(column, justify="right" if column in _ON_THE_RIGHT else "left")
    for line in lines:
        table.add_row(*(Text(cell) for cell in cells(line)))
    console.print(table)
    for line in lines:
        for words in (line.problem, line.note):
            if words:
                console.print(Text(f"{line.row}: {words}"), soft_wrap=True)
    console.print(Text(machine()), soft_wrap=True)


def cells(line: Line) -> list[str]:
    """Give a line's cells, in the order of the columns."""
    own = "MB" if line.unit == "MB" else line.unit if line.unit == "CPU s" else "s"
    low, high = line.spread
    unit = "" if line.unit == "x" else f" {line.unit}"
    return [
        line.row,
        line.what,
        line.against,
        f"<= {line.aim:g}{unit}",
        f"{line.middle:.2f}",
        f"{low:.2f} - {high:.2f}",
        f"{median(line.ours):.2f} {own}",
        f"{median(line.theirs):.2f} {own}" if line.theirs else "-",
        str(len(line.ours)),
        "yes" if line.holds else "NO",
    ]


def machine() -> str:
    """Say on what the figures were taken."""
    from foundry_assets.craft.sandbox import isolation

    cores = os.cpu_count()
    return (
        f"{platform.system()} {platform.machine()}, {cores} cores, Python {platform.python_version()}, "
        f"builds of ours kept apart by: {isolation()}"
    )


def for_programs(lines: Sequence[Line], *, quick: bool) -> dict[str, Any]:
    """Give the table as JSON."""
    return {"quick": quick, "machine": machine(), "lines": [line.told() for line in lines]}
