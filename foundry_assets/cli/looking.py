"""The commands that look: `status` lists releases, `show` gives the evidence of one.

Add here another way of looking at what is written down.
Not here: anything that changes it.
"""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a release on stdout.")
def status(as_json: bool) -> None:
    """List every release of this home and how it stands."""
    from foundry_assets.craft.summary import read_entries
    from foundry_assets.home import Foundry

    home = Foundry().home
    entries = read_entries(home.summary)
    if as_json:
        for key, entry in entries.items():
            click.echo(json.dumps({"release": key, **entry.model_dump(mode="json")}))
        return
    if not entries:
        click.echo(f"nothing was released yet in {home.root}; begin with: foundry demo", err=True)
        return
    rows = [("release", "status", "index", "when (UTC)")]
    rows += [
        (key, entry.status, entry.index, entry.updated_at[:16].replace("T", " "))
        for key, entry in entries.items()
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    for row in rows:
        told = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False))
        click.echo(f"{told}  {row[3]}")


@click.command()
@click.argument("key", metavar="NAME==VERSION")
@click.option("--rehearsal", is_flag=True, help="The newest rehearsal of it instead.")
@click.option("--json", "as_json", is_flag=True, help="The summary's entry as JSON on stdout.")
def show(key: str, rehearsal: bool, as_json: bool) -> None:
    """Show the evidence of one release, and where its files lie."""
    from pathlib import Path

    from rich.console import Console
    from rich.markdown import Markdown
    from rich.text import Text

    from foundry_assets.craft.summary import read_entries
    from foundry_assets.errors import UnknownRelease
    from foundry_assets.home import Foundry
    from foundry_assets.release import Release

    release = Release.parse(key)
    home = Foundry().home
    wanted = f"{release} (rehearsal)" if rehearsal else str(release)
    entry = read_entries(home.summary).get(wanted)
    if entry is None:
        raise UnknownRelease(
            f"{wanted} was never begun in {home.root}", remedy="foundry status lists what was"
        )
    if as_json:
        click.echo(json.dumps({"release": wanted, **entry.model_dump(mode="json")}, indent=2))
        return
    console = Console()
    page = Path(entry.change_control)
    console.print(Markdown(page.read_text(encoding="utf-8")) if page.is_file() else entry.message)
    for file in entry.files:
        console.print(Text(f"{file.filename}: {file.path}"), soft_wrap=True)
