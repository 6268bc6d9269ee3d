"""`python -m foundry_tests.benchmarks`: every row, or those that are named, as one table.

Add here an option of the whole.
Not here: rows (rows names them, the other modules measure).
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import click
from rich.console import Console

from foundry_tests.benchmarks.figures import Line
from foundry_tests.benchmarks.rows import ROWS, chosen
from foundry_tests.benchmarks.table import draw, for_programs
from foundry_tests.benchmarks.workshop import FULL, QUICK, Workshop

_NAMES = "\n".join(f"  {row.name:<16}{row.what}" for row in ROWS.values())
file = click.Path(path_type=Path, dir_okay=False)


@click.command(epilog=f"\b\nRows:\n{_NAMES}")
@click.option("--quick", is_flag=True, help="Fewer runs of smaller sizes, in under two minutes.")
@click.option("--only", multiple=True, metavar="ROW", help="Only this row; may be given several times.")
@click.option("--json", "json_file", type=file, help="Write the table into this file too, every run in it.")
@click.option("--profile", type=file, help="Write a cProfile of the release that `added-cpu` measures.")
@click.option("--folder", type=click.Path(path_type=Path), help="Work in this new folder, and leave it.")
def benchmarks(
    quick: bool, only: tuple[str, ...], json_file: Path | None, profile: Path | None, folder: Path | None
) -> None:
    """Measure what the foundry costs, in runs taken in turn with those of a peer, and draw one table.

    Exit code 0: every aim holds; 1: one does not; 2: the call is wrong.
    """
    rows = chosen(only)
    with tempfile.TemporaryDirectory(prefix="foundry-bench-", ignore_cleanup_errors=True) as scratch:
        work = folder.resolve() if folder else Path(scratch).resolve()
        work.mkdir(parents=True, exist_ok=True)
        lines: list[Line] = []
        began = time.monotonic()
        with Workshop(work, QUICK if quick else FULL, profile=profile) as workshop:
            for row in rows:
                workshop.say(f"{row.name}: {row.what}")
                lines += row.measure(workshop)
    took = f"{time.monotonic() - began:.0f} s"
    draw(lines, Console(), said=f"{'quick: small sizes, few runs; ' if quick else ''}{took} in all")
    if json_file:
        json_file.write_text(json.dumps(for_programs(lines, quick=quick), indent=2) + "\n", encoding="utf-8")
    sys.exit(0 if all(line.holds for line in lines) else 1)


if __name__ == "__main__":
    benchmarks()
