"""The command `order`: a batch order from an orchestrator, JSON in and JSON out.

Add here an option of it, and how its input is had.
Not here: the forms of order and result (ordering), and carrying it out (launching/batch_order).
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from foundry_assets.errors import FoundryError
    from foundry_assets.launching.batch_order import CarriedOut

_EXIT_CODES = {"good": 0, "bad": 1, "stopped": 130}
_EXIT_ORDER_IS_WRONG = 2


@click.command()
@click.option("--json-file", "file", required=True, metavar="FILE", help="The order; `-` is standard input.")
@click.option(
    "--index", default="", help="local, testpypi, pypi or a name from foundry.toml; naming it is consent."
)
@click.option("--jobs", default=1, type=click.IntRange(1), help="How many releases at the same time.")
def order(file: str, index: str, jobs: int) -> None:
    """Carry out a batch order: release many packages, in order.

    Stdout gets one JSON object, people read stderr. `foundry schema order` and `foundry schema order-result`
    print the forms of both. The order may name the index too (parameters.context.index) and rehearse
    (parameters.context.dry_run); without an index, the catalog's counts, which is `local` until somebody
    decides otherwise.

    The result's status is `completed` where every entry was published (or rehearsed, as ordered), `error`
    where at least one failed, else `attention`: some were there before, or are still to be done.

    Exit code 0: every version is on its index, or rehearsed as ordered; 1: at least one is not; 2: the order
    is wrong, nothing was begun, and stdout tells all that is wrong; 130: stopped by hand, with the result so
    far.
    """
    from foundry_assets.errors import FoundryError

    try:
        done = _carry_out(_text(file), index=index, jobs=jobs)
    except FoundryError as error:
        _tell(_failure(error))
        click.echo(f"foundry: {error}", err=True)
        sys.exit(_EXIT_ORDER_IS_WRONG)
    except Exception as error:
        _tell(_unexpected(error))
        raise
    _tell(done.result.as_json())
    sys.exit(_EXIT_CODES[done.ending])


def _text(file: str) -> str:
    from foundry_assets.errors import CallIsWrong

    name = "standard input" if file == "-" else f"`{file}`"
    try:
        with click.open_file(file, "rb") as stream:
            data: bytes = stream.read()
        return data.decode(json.detect_encoding(data))  # PowerShell writes UTF-16, or a mark before UTF-8
    except OSError as error:
        why = error.strerror or type(error).__name__
    except UnicodeDecodeError:
        why = "it is neither UTF-8 nor UTF-16"
    raise CallIsWrong(f"the order in {name} cannot be read: {why}", remedy="give a JSON file, or `-`")


def _carry_out(text: str, *, index: str, jobs: int) -> CarriedOut:
    from foundry_assets.cli.telling_batch import BatchTeller
    from foundry_assets.launching.batch_order import carry_out
    from foundry_assets.ordering.reading import read_order

    ordered = read_order(text)
    with BatchTeller(len(ordered.parameters.entries), as_json=False) as teller:
        done = carry_out(ordered, index=index, jobs=jobs, on_event=teller.event, on_end=teller.outcome)
        teller.close(None)
    return done


def _failure(error: FoundryError) -> str:
    from foundry_assets.errors import FaultsFound
    from foundry_assets.ordering.result import FailureDetails, OrderFailure

    if isinstance(error, FaultsFound):
        faults = [(fault.where, fault.what, fault.remedy) for fault in error.faults]
    else:
        faults = [("order", error.happened, error.remedy)]
    told = tuple({"where": where, "what": what, "remedy": remedy} for where, what, remedy in faults)
    return OrderFailure(message=error.happened, details=FailureDetails(faults=told)).as_json()


def _unexpected(error: Exception) -> str:
    """Give what a program is told of a fault of our own: it was promised one JSON object."""
    from foundry_assets.ordering.result import OrderFailure

    told = f"unexpected {type(error).__name__}; `foundry status` tells what was done before it"
    return OrderFailure(message=told).as_json()


def _tell(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
