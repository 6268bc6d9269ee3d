"""The command `attest`: attestations that somebody signed are kept, to go with a release's files.

Add here how attestations are named and told at the terminal.
Not here: what one must hold (craft/attestations), which of them go where (craft/attaching), and signing.
"""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from foundry_assets.craft.attestations import Attested
    from foundry_assets.store import Shelf


@click.command()
@click.argument("key", metavar="NAME==VERSION")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--withdraw", is_flag=True, help="Keep those named FILE no longer, so that they never go.")
def attest(key: str, files: tuple[Path, ...], withdraw: bool) -> None:
    """Keep attestations (PEP 740) that go with a release's files.

    FILE is an attestation named FILENAME.publish.attestation or the like, or a folder that holds some;
    without FILE, those that are kept are listed. The foundry signs nothing itself:

    \b
    foundry rehearse demo-pkg                                builds the files
    foundry show demo-pkg==1.0 --rehearsal --export DIR      writes them
    pypi-attestations sign DIR/*.whl DIR/*.tar.gz            or any other signer
    foundry attest demo-pkg==1.0 DIR                         this command
    foundry release demo-pkg                                 builds the same bytes

    Each must speak of the very bytes of a file of this release, or of its rehearsal; that is compared
    again before it goes, and one about other bytes stays here. Signatures are not verified: the index
    does that. They go to an index whose table has attestations = true, and to pypi and testpypi where the
    credential is trusted publishing. An index takes them with a file only, never later.
    """  # noqa: D301 - click wants the character itself, not its escape
    from foundry_assets import attesting
    from foundry_assets.errors import CallIsWrong, UnknownRelease
    from foundry_assets.home import Foundry
    from foundry_assets.release import Release
    from foundry_assets.settling import anchor
    from foundry_assets.store import ArtefactStore

    release, foundry = Release.parse(key), Foundry()
    store = ArtefactStore(root=foundry.store_root)
    shelf, by = store.shelf(release), getpass.getuser()
    if withdraw and not files:
        raise CallIsWrong("no attestation is named", remedy="name those that are to be withdrawn")
    if not files and not shelf.places():
        raise UnknownRelease(f"{release} was never begun", remedy="foundry status lists what was")
    if withdraw:
        attesting.withdraw(shelf, [file.name for file in files], by=by)
    elif files:
        attesting.keep(shelf, files, rehearsal=store.shelf(release, rehearsal=True), by=by)
    if files:
        anchor(foundry.home, shelf)
    with foundry.home.scratch() as scratch:
        _tell(shelf, attesting.fetch(shelf, scratch))


def _tell(shelf: Shelf, kept: list[Attested]) -> None:
    from foundry_assets import evidence

    click.echo(f"{shelf.release}: {len(kept) or 'no'} attestation{'' if len(kept) == 1 else 's'} kept")
    for attested in kept:
        subject = attested.subject
        click.echo(f"  {attested.member.path}")
        click.echo(f"    sha256 {subject.sha256[:12]} of its file; {subject.predicate_type}")
    for receipt in evidence.receipts(shelf):
        there = [file.filename for file in receipt.files if file.verdict in ("created", "already_identical")]
        if kept and there:
            click.echo(f"  note: {receipt.index} has {', '.join(there)} already; nothing can be added there")
