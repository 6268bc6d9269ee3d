"""The commands that look: `status` lists releases, `show` gives the evidence of one.

Add here another way of looking at what is written down.
Not here: anything that changes it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a release on stdout.")
def status(as_json: bool) -> None:
    """List every release of this home and how it stands."""
    from foundry_assets.craft.summary import read_entries
    from foundry_assets.places import place_of

    home = place_of().prepare()
    entries = read_entries(home.summary)
    if as_json:
        for key, entry in entries.items():
            click.echo(json.dumps({"release": key, **entry.model_dump(mode="json")}))
        return
    if not entries:
        told = "the summary holds no release, but the store does; write it anew: foundry summary --rebuild"
        told = told if _is_known() else f"nothing was released yet in {home.root}; begin with: foundry demo"
        click.echo(told, err=True)
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


def _is_known() -> bool:
    """Tell whether the store has any release at all."""
    from foundry_assets.home import Foundry
    from foundry_assets.rebuilding import shelves
    from foundry_assets.store import ArtefactStore

    return next(shelves(ArtefactStore(root=Foundry().store_root)), None) is not None


@click.command()
@click.argument("key", metavar="NAME==VERSION")
@click.option("--rehearsal", is_flag=True, help="The newest rehearsal of it instead.")
@click.option("--json", "as_json", is_flag=True, help="The summary's entry as JSON on stdout.")
@click.option(
    "--export", "folder", type=click.Path(path_type=Path), help="Write it all into this new folder."
)
def show(key: str, rehearsal: bool, as_json: bool, folder: Path | None) -> None:
    """Show the evidence of one release, and where its files lie.

    With --export, its files under their own names, every record, the ledger, the Change Control page and
    SHA256SUMS are put into one folder, which can be handed on; exit code 1 where `foundry verify` finds that
    something does not fit.
    """
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.text import Text

    from foundry_assets.craft.summary import read_entries
    from foundry_assets.errors import UnknownRelease
    from foundry_assets.home import Foundry
    from foundry_assets.release import Release
    from foundry_assets.release_entry import page_of
    from foundry_assets.store import ArtefactStore

    release = Release.parse(key)
    foundry = Foundry()
    home = foundry.home
    wanted = f"{release} (rehearsal)" if rehearsal else str(release)
    entry = read_entries(home.summary).get(wanted)
    if entry is None:
        raise UnknownRelease(
            f"{wanted} was never begun in {home.root}", remedy="foundry status lists what was"
        )
    if folder is not None:
        sys.exit(_export(key, folder, rehearsal=rehearsal))
    if as_json:
        click.echo(json.dumps({"release": wanted, **entry.model_dump(mode="json")}, indent=2))
        return
    console = Console()
    shelf = ArtefactStore(root=foundry.store_root).shelf(release, rehearsal=rehearsal)
    page = page_of(home, shelf)
    console.print(Markdown(page.read_text(encoding="utf-8")) if page.is_file() else entry.message)
    for file in entry.files:
        console.print(Text(f"{file.filename}: {file.path}"), soft_wrap=True)


def _export(key: str, folder: Path, *, rehearsal: bool) -> int:
    """Write a release into a folder; gives 1 where something of it does not fit."""
    from foundry_assets.cli.verifying import find, told
    from foundry_assets.errors import UnknownRelease
    from foundry_assets.exporting import export
    from foundry_assets.home import Foundry
    from foundry_assets.verifying import verify

    foundry = Foundry()
    shelf, entry = find(key, foundry, rehearsal=rehearsal)
    if entry is None:
        raise UnknownRelease(f"the summary knows no {shelf.title}", remedy=f"foundry verify {shelf.release}")
    found = verify(shelf, foundry, entry=entry)
    export(shelf, entry, folder, verified=found)
    click.echo(f"written to {folder.resolve()}; look at every file: sha256sum -c SHA256SUMS")
    for line in told(found):
        click.echo(line)
    return 0 if found.status == "fits" else 1
