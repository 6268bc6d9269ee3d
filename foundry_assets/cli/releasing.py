"""The commands that release: `demo`, `release`, `rehearse`.

Add here an option of theirs.
Not here: choosing and running (launching), drawing (telling).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from foundry_assets.launching.orders import Choice

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a release on stdout.")
folder = click.Path(path_type=Path)


@click.command()
@as_json
def demo(as_json: bool) -> None:
    """Release the bundled packages to the index on this machine.

    Runs the whole line three times and shows what came of it and where it lies. A second time everything
    is `already_identical`: nothing is ever released twice.
    """
    from foundry_assets.catalog import LOCAL
    from foundry_assets.catalog_file import read_catalog
    from foundry_assets.launching.orders import Choice

    bundled = [package.source for package in read_catalog(None).packages.values()]
    paths = tuple(source for source in bundled if isinstance(source, Path))
    _run(Choice(paths=paths, index=LOCAL), as_json=as_json, jobs=1, closing=True)


@click.command()
@click.argument("names", nargs=-1)
@click.option("--path", "paths", multiple=True, type=folder, help="A source folder; no catalog is needed.")
@click.option("--all", "everything", is_flag=True, help="Every package of foundry.toml.")
@click.option(
    "--index", default="", help="local, testpypi, pypi or a name from foundry.toml; naming it is consent."
)
@click.option("--rehearse", is_flag=True, help="Do everything except change a real index.")
@click.option("--confirm", default="", help="The release, as name==version; refused if it is another.")
@click.option("--allow-dirty", is_flag=True, help="Take uncommitted changes along, and record them.")
@click.option("--jobs", default=1, type=click.IntRange(1), help="How many releases at the same time.")
@as_json
def release(  # noqa: PLR0913, PLR0917 - one parameter an option, as click passes them
    names: tuple[str, ...],
    paths: tuple[Path, ...],
    everything: bool,
    index: str,
    rehearse: bool,
    confirm: str,
    allow_dirty: bool,
    jobs: int,
    as_json: bool,
) -> None:
    """Release packages by NAME, or any source folder by --path.

    \b
    foundry release demo-pkg                     as foundry.toml has it
    foundry release --path . --index testpypi    this folder, to TestPyPI
    foundry release --all --rehearse             everything, changing nothing

    Several packages go in the order of their requirements; one that fails stops only those that need it.

    Exit code 0: all published or rehearsed; 1: at least one was not; 2: the call or the catalog is wrong;
    130: stopped by hand, and the same command goes on from there.
    """  # noqa: D301 - click wants the character itself, not its escape
    from foundry_assets.launching.orders import Choice

    choice = Choice(
        names=names,
        paths=paths,
        everything=everything,
        index=index,
        mode="rehearse" if rehearse else "release",
        confirm=confirm,
        allow_dirty=allow_dirty,
    )
    _run(choice, as_json=as_json, jobs=jobs)


@click.command()
@click.argument("names", nargs=-1)
@click.option(
    "--index", default="", help="The index to rehearse for; else [rehearsal] in foundry.toml, or testpypi."
)
@click.option("--upload", is_flag=True, help="Also upload each package there, under a unique .devN version.")
@as_json
def rehearse(names: tuple[str, ...], index: str, upload: bool, as_json: bool) -> None:
    """Rehearse packages: everything except changing a real index.

    Without NAMES this is the monthly rehearsal, now: every package of the catalog, with freshly installed
    tools, a report, and what is otherwise than last time. With NAMES, these packages go through the line.
    """
    from foundry_assets.home import Foundry
    from foundry_assets.launching.orders import Choice

    if names and upload:
        raise click.UsageError("--upload belongs to the rehearsal of the whole catalog: leave the names out")
    if not names:
        _rehearse_all(index, upload=upload, as_json=as_json)
    index = index or Foundry().catalog.rehearsal.index
    _run(Choice(names=names, index=index, mode="rehearse"), as_json=as_json, jobs=1)


def _rehearse_all(index: str, *, upload: bool, as_json: bool) -> NoReturn:
    from foundry_assets.cli.telling import Teller, rehearsal_lines
    from foundry_assets.home import Foundry
    from foundry_assets.launching.history import open_instance
    from foundry_assets.launching.rehearsal import page_of_month
    from foundry_assets.launching.rehearsal_now import outcomes_of, rehearse_now
    from foundry_assets.progress import listening

    foundry = Foundry()
    with (
        Teller(as_json=as_json) as teller,
        listening(teller.event),
        open_instance(foundry.home) as instance,
    ):
        report = rehearse_now(foundry, instance, index=index, upload=upload)
        for outcome in outcomes_of(report, foundry):
            teller.outcome(outcome)
        teller.close(foundry.home if not as_json else None)
    for line in rehearsal_lines(report):
        click.echo(line, err=True)
    click.echo(f"report: {page_of_month(foundry, report.plan.month)}", err=True)
    sys.exit(0 if report.is_good else 1)


def _run(choice: Choice, *, as_json: bool, jobs: int, closing: bool = False) -> None:
    from foundry_assets.cli.telling import Teller
    from foundry_assets.cli.telling_batch import BatchTeller
    from foundry_assets.home import Foundry
    from foundry_assets.launching.batch import run_orders
    from foundry_assets.launching.orders import resolve

    foundry = Foundry()
    with Teller(as_json=as_json) as reading:
        orders = resolve(choice, foundry, on_line=reading.line)
    one_by_one = closing or len(orders) == 1
    with Teller(as_json=as_json) if one_by_one else BatchTeller(len(orders), as_json=as_json) as teller:
        try:
            outcomes = run_orders(
                orders, foundry=foundry, jobs=jobs, on_event=teller.event, on_end=teller.outcome
            )
        finally:  # also where a person stopped it: what ended is told
            teller.close(foundry.home if closing or not as_json else None)
    good = all(outcome.status in ("published", "rehearsed") for outcome in outcomes)
    sys.exit(0 if good else 1)
