"""The command `foundry`: what a person types, and how an expected fault reads.

Add here a command's registration.
Not here: what commands do (one module a family), drawing (telling); heavy libraries load inside commands.
"""

from __future__ import annotations

import sys

import click

from foundry_assets.cli.attesting import attest
from foundry_assets.cli.beginning import init
from foundry_assets.cli.doctoring import doctor
from foundry_assets.cli.holding import lift_hold
from foundry_assets.cli.looking import show, status
from foundry_assets.cli.ordering import order
from foundry_assets.cli.purging import purge
from foundry_assets.cli.releasing import demo, rehearse, release
from foundry_assets.cli.serving import ui
from foundry_assets.cli.summary import schema, summary
from foundry_assets.cli.typing_plan import typing
from foundry_assets.cli.verifying import verify
from foundry_assets.errors import FoundryError
from foundry_assets.garbage import collect_rarely

EXIT_CALL_IS_WRONG = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.version_option(package_name="release-foundry", prog_name="foundry")
def foundry() -> None:
    """Release Python packages, and be able to prove afterwards what was released.

    \b
    Begin here:
      foundry demo                releases three packages to this machine's index
      foundry release --path DIR  releases the package in DIR to that index
      foundry init                writes foundry.toml from the packages it finds
      foundry doctor              checks this machine and tells what to mend
      foundry ui                  shows releases and their lineage in the browser
      foundry status              lists what was released

    Nothing leaves this machine until an index is named, by --index or in foundry.toml.
    """  # noqa: D301 - click wants the character itself, not its escape


for command in (
    demo,
    release,
    rehearse,
    order,
    status,
    show,
    verify,
    attest,
    lift_hold,
    summary,
    schema,
    typing,
    init,
    doctor,
    ui,
    purge,
):
    foundry.add_command(command)


def main() -> None:
    """Run the command line; expected faults end with their remedy and exit code 2, without a traceback."""
    collect_rarely()
    try:
        foundry.main(standalone_mode=False, prog_name="foundry")
    except FoundryError as error:
        click.echo(f"foundry: {error}", err=True)
        sys.exit(EXIT_CALL_IS_WRONG)
    except OSError as error:  # a full disk, a folder that is not ours, a store that does not answer
        click.echo(f"foundry: {error}\n  -> see to that, then give the same command again", err=True)
        sys.exit(EXIT_CALL_IS_WRONG)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_CALL_IS_WRONG)
    except (click.Abort, KeyboardInterrupt):
        click.echo(
            "foundry: stopped; what was finished is kept, and the same command goes on from there", err=True
        )
        sys.exit(130)
