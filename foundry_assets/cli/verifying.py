"""The command `verify`: whether all that is kept of a release still fits together.

Add here how what was found is told at the terminal.
Not here: comparing (verifying).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from foundry_assets.craft.summary import ReleaseEntry
    from foundry_assets.home import Foundry
    from foundry_assets.store import Shelf
    from foundry_assets.verifying import Finding, Verified

_MOST_LINES = 10


@click.command()
@click.argument("key", metavar="NAME==VERSION")
@click.option("--online", is_flag=True, help="Compare with what each index serves now, too.")
@click.option(
    "--anchor", default="", metavar="HEAD", help="The ledger's head (sha256) as you wrote it down elsewhere."
)
@click.option("--rehearsal", is_flag=True, help="The newest rehearsal of it instead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every finding on stdout.")
def verify(key: str, online: bool, anchor: str, rehearsal: bool, as_json: bool) -> None:
    """Tell whether all that is kept of a release still fits.

    Hashes every stored byte again, replays the release's ledger, compares both with what the summary and the
    Change Control page tell, and says the first thing that does not fit.

    Somebody who can write store, ledger and summary can rewrite all three together: keep the ledger's head
    (its Change Control page and `foundry release --json` tell it) where they cannot write, and give it as
    --anchor.

    Exit code 0: everything fits; 1: something does not, or nobody can say; 2: the call is wrong.
    """
    from foundry_assets.errors import CallIsWrong
    from foundry_assets.home import Foundry
    from foundry_assets.verifying import verify as verify_release

    if anchor and not re.fullmatch("[0-9a-f]{64}", anchor := anchor.strip().lower()):
        raise CallIsWrong("--anchor is no sha256", remedy="give all 64 hexadecimal digits of the head")
    if online and rehearsal:
        raise CallIsWrong(
            "a rehearsal sent nothing that an index could serve", remedy="leave out one of the two"
        )
    foundry = Foundry()
    shelf, entry = find(key, foundry, rehearsal=rehearsal)
    found = verify_release(shelf, foundry, entry=entry, anchor=anchor, online=online)
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=2))
    else:
        for line in told(found):
            click.echo(line)
    sys.exit(0 if found.status == "fits" else 1)


def find(key: str, foundry: Foundry, *, rehearsal: bool) -> tuple[Shelf, ReleaseEntry | None]:
    """Give a release's place and entry; raises `UnknownRelease` where neither store nor summary has it."""
    from foundry_assets.craft.summary import read_entries
    from foundry_assets.errors import UnknownRelease
    from foundry_assets.release import Release
    from foundry_assets.store import ArtefactStore

    shelf = ArtefactStore(root=foundry.store_root).shelf(Release.parse(key), rehearsal=rehearsal)
    entry = read_entries(foundry.home.summary).get(shelf.title)
    if entry is None and not shelf.places():
        raise UnknownRelease(
            f"{shelf.title} was never begun in {foundry.home.root}", remedy="foundry status lists what was"
        )
    return shelf, entry


def told(found: Verified) -> Iterator[str]:
    """Give what people read: how it stands, the first thing that does not fit in full, the rest in a line."""
    first = found.first
    if first is None:
        yield f"{found.release} fits"
    else:
        is_fault = first.weight == "fault"
        yield f"{found.release} {'does not fit' if is_fault else 'cannot be verified'}"
        yield from _in_full(first)
        others = [other for other in [*found.of("fault"), *found.of("unknown")] if other is not first]
        yield from (f"  also: {other.where}: {other.what}" for other in others[:_MOST_LINES])
        if len(others) > _MOST_LINES:
            yield f"  and {len(others) - _MOST_LINES} more: --json lists everything"
    yield from (f"  note: {note.where}: {note.what}" for note in found.of("note")[:_MOST_LINES])
    if found.ledger:
        yield f"  ledger   {found.ledger.lines} lines, head {found.ledger.head}"
    yield f"  hashed   {found.counted.records} records and {found.counted.files} files"
    yield from (f"  at {served.index}: {served.filename} {served.state}" for served in found.served)


def _in_full(finding: Finding) -> Iterator[str]:
    yield f"  {finding.where}: {finding.what}"
    for name, text in (("expected", finding.expected), ("found", finding.found)):
        if text:
            yield f"    {name:<8} {text}"
    if finding.remedy:
        yield f"    -> {finding.remedy}"
