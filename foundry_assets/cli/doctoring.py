"""The command `doctor`: one table of all that a release stands on, with verdicts and remedies.

Add here how findings look.
Not here: looking (doctor).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from foundry_assets.doctor import Finding

_COLOURS = {"good": "green", "warning": "yellow", "blocks": "red"}


@click.command()
@click.option("--index", default="", help="Look at this index instead of those that the catalog uses.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every finding on stdout.")
def doctor(index: str, as_json: bool) -> None:
    """Check tools, catalog, home, credentials and indexes.

    Nothing is sent or built, and no credential is used or shown. Exit code 0: nothing stands in a release's
    way; 1: something does, with its remedy; 2: the call is wrong.
    """
    from rich.console import Console

    from foundry_assets.doctor import examine
    from foundry_assets.home import Foundry

    found = []
    with Console(stderr=True).status("looking") as status:
        for finding in examine(Foundry(), index=index):
            status.update(f"looked at: {finding.check}")
            found.append(finding)
    blocks = any(finding.verdict == "blocks" for finding in found)
    if as_json:
        click.echo(
            json.dumps({"blocks": blocks, "findings": [asdict(finding) for finding in found]}, indent=2)
        )
    else:
        _draw(found)
    sys.exit(1 if blocks else 0)


def _draw(found: Sequence[Finding]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE)
    for heading in ("check", "verdict", "what was found", "remedy"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "verdict")
    for finding in found:
        verdict = Text(finding.verdict, style=_COLOURS[finding.verdict])
        table.add_row(Text(finding.check), verdict, Text(finding.found), Text(finding.remedy))
    console = Console()
    console.print(table)
    counts = {verdict: sum(one.verdict == verdict for one in found) for verdict in _COLOURS}
    told = f"{counts['good']} good, {counts['warning']} warnings, {counts['blocks']} in a release's way"
    console.print(Text(told))
