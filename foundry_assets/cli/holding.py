"""The command `lift-hold`: a person's written reason that opens a held release again.

Add here what concerns holds and corrections at the terminal.
Not here: what a hold means (evidence).
"""

from __future__ import annotations

import getpass

import click


@click.command(name="lift-hold")
@click.argument("key", metavar="NAME==VERSION")
@click.option("--index", required=True, help="The index where the release is held.")
@click.option("--because", required=True, help="What was found out and what has changed; kept as evidence.")
def lift_hold(key: str, index: str, because: str) -> None:
    """Lift the hold that a failed or doubtful upload left.

    The reason becomes part of the evidence. Lifting sends nothing: the next `foundry release` asks the
    index first and sends only files that it does not hold.
    """
    from foundry_assets import evidence
    from foundry_assets.hold_page import show_correction
    from foundry_assets.home import Foundry
    from foundry_assets.launching.history import open_instance
    from foundry_assets.launching.line_run import shelf_of
    from foundry_assets.release import Release
    from foundry_assets.settling import anchor
    from foundry_assets.step_ends import show_page

    release = Release.parse(key)
    foundry = Foundry()
    shelf = shelf_of(release, foundry=foundry)
    correction = evidence.lift_hold(shelf, index, because=because, by=getpass.getuser())
    published = anchor(foundry.home, shelf)
    click.echo(
        f"{release} at {index}: hold {correction.number} is lifted; foundry release sends what is absent",
        err=True,
    )
    with open_instance(foundry.home) as instance:
        show_correction(instance, correction)
        if published:
            show_page(instance, release, published)
