"""The command `init`: a first `foundry.toml` from the packages that are found, or files for several machines.

Add here how the findings are told.
Not here: finding and writing (beginning), and what `--deploy` says (deploying).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from foundry_assets.beginning import Draft, Survey


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--file", "name", default="foundry.toml", show_default=True, help="The file, as seen from DIR.")
@click.option("--add", is_flag=True, help="Add to a file that is there what it does not name.")
@click.option("--dry-run", is_flag=True, help="Print the file on stdout, and write nothing.")
@click.option("--deploy", "is_deployment", is_flag=True, help="Write instance files for several machines.")
def init(folder: Path, name: str, add: bool, dry_run: bool, is_deployment: bool) -> None:
    """Write foundry.toml from the packages below a folder.

    Looks for pyproject.toml, setup.cfg, setup.py and flat x_make_* folders; leaves out hidden, vendored and
    built ones, and what lies in a package's tests, docs and examples. Nothing is executed, and a file that
    is there is never overwritten.

    With --deploy it writes DIR/deploy instead: commented files for Dagster over a shared PostgreSQL and an
    S3-compatible store, with what to do next.

    Exit code 0: all is in the file; 1: something is left for a person, told with its remedy; 2: the call is
    wrong, or nothing was found.
    """
    from foundry_assets.beginning import check, place, survey
    from foundry_assets.cli.deploying import deploy

    if is_deployment:
        deploy(folder, dry_run=dry_run)
        return
    file = folder / name
    found, draft, before = _drafted(survey(folder), file)
    _tell(found, file)
    if dry_run:
        check(draft, file)
        click.echo(draft.text, nl=False)
    elif before is None or (add and draft.added):
        place(draft, file, instead_of=before)
        click.echo(f"{file}: written, and read back", err=True)
    elif draft.added:
        click.echo(f"{file}: left as it is; to add these packages: foundry init --add", err=True)
    is_left = draft.added and before is not None and not (add or dry_run)
    if draft.added and not dry_run and not is_left:
        first = draft.added[0].name
        told = f"next: foundry doctor, then foundry rehearse {first}, then foundry release {first}"
        click.echo(told, err=True)
    is_whole = not found.faults and not found.same_names() and not any(one.todo for one in found.packages)
    sys.exit(0 if is_whole and not is_left else 1)


def _drafted(found: Survey, file: Path) -> tuple[Survey, Draft, bytes | None]:
    """Give what the file does not name yet, its text with that, and the bytes that are there."""
    from foundry_assets.beginning import add_to, draft_catalog
    from foundry_assets.catalog_file import read_catalog
    from foundry_assets.errors import CallIsWrong

    if file.exists():
        before, known = file.read_bytes(), read_catalog(file)
        fresh = found.beside(known)
        if named := len(found.packages) - len(fresh.packages):
            click.echo(f"{file} names {_count(named, 'package')} of these already", err=True)
        return fresh, add_to(before.decode("utf-8-sig"), fresh, file=file), before
    if not found.packages:
        raise CallIsWrong(
            "\n".join(
                [
                    f"no package was found in {found.root} ({_count(found.folders, 'folder')})",
                    *map(str, found.faults),
                ]
            ),
            remedy="give the folder below which packages lie, such as: foundry init DIR",
        )
    return found, draft_catalog(found, file=file), None


def _tell(found: Survey, file: Path) -> None:
    from foundry_assets.beginning import source_of

    for package in found.named_once():
        where = source_of(package.folder, file)
        click.echo(f"found   {package.release}  in {where}  ({package.how})", err=True)
        if package.todo:
            click.echo(f"        -> {package.todo}", err=True)
    for name, sources in found.same_names().items():
        places = " and ".join(source_of(one.folder, file) for one in sources)
        click.echo(f"twice   {name} has several sources: {places}", err=True)
        click.echo("        -> a catalog takes one: write, or uncomment, the entry that is meant", err=True)
    for copy in found.left_out:
        click.echo(f"left    {source_of(copy, file)}: an unpacked sdist, a copy of a package", err=True)
    for fault in found.faults:
        click.echo(f"no      {fault.where}: {fault.what}\n        -> {fault.remedy}", err=True)
    faults = f", {len(found.faults)} not readable" if found.faults else ""
    folders = _count(found.folders, "folder")
    click.echo(f"{_count(len(found.packages), 'package')} in {folders}{faults}", err=True)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
