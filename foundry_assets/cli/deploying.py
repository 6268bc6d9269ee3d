"""What `foundry init --deploy` says: which files it wrote, what is still missing, what to do next.

Add here another thing that a person has to do by hand.
Not here: the files (beginning/deploying).
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

_NEXT = """\
next, on every machine, in {folder}:
  pip install "release-foundry[postgres,s3,celery]"
  set what environment.example names; it tells which machine needs what
  bash        mkdir -p "$DAGSTER_HOME" && cp -i dagster.yaml "$DAGSTER_HOME"
  PowerShell  mkdir -Force "$env:DAGSTER_HOME"; Copy-Item -Confirm dagster.yaml "$env:DAGSTER_HOME"
  foundry doctor
then, on one machine: foundry ui
and on the others, with Celery: the worker's command, which stands in dagster.yaml
each home tells of its own runs; of all releases in the store: foundry summary --rebuild"""


def deploy(folder: Path, *, dry_run: bool) -> None:
    """Write the instance files into `deploy/` below a folder, or print them, and end with the exit code."""
    from foundry_assets.beginning.deploying import FOLDER, deployment, not_shared, place_deployment
    from foundry_assets.errors import CallIsWrong

    if not folder.is_dir():
        raise CallIsWrong(
            f"{folder} is no folder", remedy="give the folder of foundry.toml: foundry init DIR --deploy"
        )
    if dry_run:
        for name, text in deployment().items():
            click.echo(f"# ===== {FOLDER}/{name}\n{text}")
        return
    placed = place_deployment(folder / FOLDER)
    for one in placed:
        how = "written" if one.is_new else "as it was" if not one.is_other else "another one, left as it is"
        click.echo(f"{one.file}: {how}", err=True)
    if any(one.is_other for one in placed):
        click.echo("to compare with what would be written: foundry init --deploy --dry-run", err=True)
    left = list(not_shared(folder))
    for fault in left:
        click.echo(f"no      {fault.where}: {fault.what}\n        -> {fault.remedy}", err=True)
    click.echo(_NEXT.format(folder=folder / FOLDER), err=True)
    sys.exit(1 if left or any(one.is_other for one in placed) else 0)
