"""The command `purge`: old runs leave Dagster's history; evidence, index and pages stay as they are.

Add here what a person may choose about it.
Not here: which runs are kept (launching/purging).
"""

from __future__ import annotations

import click


@click.command()
@click.option(
    "--older-than",
    "days",
    default=90,
    show_default=True,
    metavar="DAYS",
    type=click.IntRange(0, 36500),
    help="Runs that were created more days ago than this.",
)
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
def purge(days: int, dry_run: bool) -> None:
    """Take old runs out of the browser's history.

    The newest run of each release, its newest good one and every run at work stay. Nothing else is touched:
    `foundry status`, `show` and `verify` tell afterwards what they told before.
    """
    from datetime import UTC, datetime, timedelta

    from foundry_assets.home import Foundry
    from foundry_assets.launching.history import open_instance
    from foundry_assets.launching.purging import old_runs, purge_runs

    before = datetime.now(UTC) - timedelta(days=days)
    home = Foundry().home
    with open_instance(home) as instance:
        found = (old_runs if dry_run else purge_runs)(instance, before=before)
    runs = "1 run" if len(found) == 1 else f"{len(found)} runs"
    what = "would leave" if dry_run else "left"
    click.echo(f"{runs} older than {days} days {what} the history in {home.dagster}", err=True)
