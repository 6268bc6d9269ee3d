"""The command `typing`: plan and proof of the typing signal for a source folder, without releasing it.

Add here how plan and proof are drawn at the terminal.
Not here: deciding and proving (craft/typing_signal, craft/stubbing).
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from foundry_assets.craft.typing_signal import TypingSignal

_MODES = ("auto", "full", "marker", "off")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--mode", type=click.Choice(_MODES), default="auto", help="As the key `typing` in foundry.toml."
)
@click.option(
    "--stubs", "folder", type=click.Path(path_type=Path), help="Write what is added into this folder."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object with plan and proof on stdout.")
def typing(path: Path, mode: str, folder: Path | None, as_json: bool) -> None:
    """Show what a release of PATH would add for typing.

    The plan names stubs and markers, the proof what type checkers know with and without them.

    The source is not touched and nothing of it is executed. Exit code 0: nobody would lose a type; 1: a type
    checker would know less, as `full` and `marker` allow; 2: the call is wrong.
    """
    from foundry_assets.craft.typing_signal import judge_signal

    with tempfile.TemporaryDirectory(prefix="foundry-typing-", ignore_cleanup_errors=True) as scratch:
        tree = _copy(path, Path(scratch))
        before = {found for found in tree.rglob("*") if found.is_file()}
        signal = _signal(path, tree, Path(scratch), mode)
        if folder is not None:
            _write(tree, before, folder)
    told = judge_signal(signal)
    if as_json:
        click.echo(json.dumps(_as_json(signal), indent=2))
    else:
        _draw(signal)
    sys.exit(0 if told.passed else 1)


def _copy(path: Path, scratch: Path) -> Path:
    from foundry_assets.craft.staging.choosing import choose_files
    from foundry_assets.craft.staging.copying import copy_files
    from foundry_assets.craft.staging.project_files import require_folder

    tree = scratch / "tree"
    copy_files(choose_files(require_folder(path).resolve()).files, into=tree)
    return tree


def _signal(path: Path, tree: Path, scratch: Path, mode: str) -> TypingSignal:
    from packaging.utils import canonicalize_name

    from foundry_assets.craft.staging import quick_declared
    from foundry_assets.craft.typing_signal import Rules, add_typing_signal
    from foundry_assets.home import Foundry
    from foundry_assets.proofs import Proofs
    from foundry_assets.store import ArtefactStore

    declared = quick_declared(tree)
    name = canonicalize_name(declared.name if declared else path.resolve().name)
    memory = Proofs(ArtefactStore(root=Foundry().store_root).medium)
    rules = Rules(mode)  # type: ignore[arg-type]
    return add_typing_signal(tree, distribution=name, rules=rules, scratch=scratch / "typing", memory=memory)


def _write(tree: Path, before: set[Path], folder: Path) -> None:
    """Write the files that were added, as they would lie in the source."""
    for found in sorted(path for path in tree.rglob("*") if path.is_file() and path not in before):
        target = folder / found.relative_to(tree)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(found.read_bytes())


def _as_json(signal: TypingSignal) -> dict[str, object]:
    from dataclasses import asdict

    from foundry_assets.craft.typing_signal import judge_signal, rows_of

    proof = (
        signal.proof.model_dump(mode="json", exclude={"modules": {"__all__": {"stub"}}})
        if signal.proof
        else None
    )
    return {
        "mode": signal.mode,
        "backend": signal.backend,
        "verdict": asdict(judge_signal(signal)),
        "plan": rows_of(signal),
        "proof": proof,
        "figures": {"before": asdict(signal.before), "after": asdict(signal.after)},
    }


def _draw(signal: TypingSignal) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from foundry_assets.craft.typing_signal import judge_signal, rows_of

    console = Console()
    table = Table("where", "decision", "why", box=box.SIMPLE)
    for row in rows_of(signal):
        table.add_row(*(Text(row[key]) for key in ("where", "decision", "why")))
    console.print(table)
    if signal.proof:
        proof = Table("type checker", "version", "known better", "widened", "worse", box=box.SIMPLE)
        totals = [signal.proof.total(what) for what in ("gains", "widened", "harm")]
        for checker, version in signal.proof.checkers.items():
            proof.add_row(checker, version, *(str(total.get(checker, 0)) for total in totals))
        console.print(proof)
    console.print(Text(f"places for types: {signal.before}; with what is added: {signal.after}"))
    console.print(Text(judge_signal(signal).message))
