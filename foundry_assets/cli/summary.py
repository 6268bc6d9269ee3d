"""The commands about `make_all_summary.json`: `summary` looks at it or rebuilds it, `schema` tells its form.

Add here what a person may do with that file.
Not here: writing it (craft/summary), rebuilding it (rebuilding), and which schemas there are (schemas).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from foundry_assets.rebuilding import Rebuilt

_MOST_LINES = 20


@click.command()
@click.argument("name", default="")
def schema(name: str) -> None:
    """Print the JSON Schema NAME (2020-12); without NAME, list them.

    `summary` is the one that lies beside make_all_summary.json.
    """
    from foundry_assets.schemas import SCHEMAS, schema_text_of

    if name:
        click.echo(schema_text_of(name), nl=False)
        return
    for known, published in SCHEMAS.items():
        click.echo(f"{known:<14}{published.is_of}")


@click.command()
@click.option("--rebuild", is_flag=True, help="Write every release that the store knows into it again.")
def summary(rebuild: bool) -> None:
    """Tell where make_all_summary.json lies and what it holds.

    The file is always in the home, where other programs write to it too. Each release is also kept in the
    store, on a folder as on an object store; --rebuild puts what is missing or older in the file in its
    place, and leaves everybody else's keys as they are. Exit code 1: something in the store cannot be read.
    """
    from foundry_assets.craft.summary import read_entries
    from foundry_assets.places import place_of

    if rebuild:
        sys.exit(_rebuild())
    place = place_of()
    entries = read_entries(place.summary)
    rehearsals = sum(key != f"{entry.name}=={entry.version}" for key, entry in entries.items())
    click.echo(f"{len(entries) - rehearsals} releases and {rehearsals} rehearsals in {place.summary}")


def _rebuild() -> int:
    """Rebuild, tell it, and give 1 where something in the store cannot be read."""
    from foundry_assets.home import Foundry
    from foundry_assets.rebuilding import rebuild
    from foundry_assets.store import ArtefactStore

    foundry = Foundry()
    rebuilt = rebuild(foundry.home, ArtefactStore(root=foundry.store_root))
    _tell(rebuilt)
    return 1 if rebuilt.unreadable else 0


def _tell(rebuilt: Rebuilt) -> None:
    click.echo(
        f"{len(rebuilt.written)} written and {len(rebuilt.unchanged)} as they were, "
        f"of {rebuilt.found} in the store: {rebuilt.path}"
    )
    for title in rebuilt.written[:_MOST_LINES]:
        click.echo(f"  written: {title}")
    for title in rebuilt.elsewhere[:_MOST_LINES]:
        click.echo(f"  not in the store, left as it was: {title}", err=True)
    for told in rebuilt.unreadable:
        click.echo(f"  cannot be read: {told}", err=True)
    if rebuilt.remark:
        click.echo(f"  {rebuilt.remark}", err=True)
