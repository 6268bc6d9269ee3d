"""The asset `stubbed_tree`: the copy with its typing signal.

Add here its free checks and what its page in the UI shows.
Not here: deciding on markers and editing include settings (craft/typing_signal).
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import dagster as dg

from foundry_assets.content import list_tree
from foundry_assets.craft.exclusions import find_exclusions
from foundry_assets.craft.import_roots import find_import_roots
from foundry_assets.craft.typing_signal import TypingSignal, add_typing_signal
from foundry_assets.release import releases
from foundry_assets.settling import MADE_FROM
from foundry_assets.steps import Step, Workbench, open_step
from foundry_assets.store import Manifest
from foundry_assets.tables import table

_CHECK = "nothing_of_the_author_is_overwritten"
_COLUMNS = ("where", "decision", "why")


@dg.asset(
    deps=["staged_workspace"],
    partitions_def=releases,
    group_name="release",
    kinds={"python"},
    owners=["team:release"],
    code_version="1",
    check_specs=[
        dg.AssetCheckSpec(
            _CHECK,
            asset="stubbed_tree",
            blocking=True,
            description="Every file of the copy is still as its author wrote it, include settings excepted.",
        )
    ],
)
def stubbed_tree(context: dg.AssetExecutionContext, bench: Workbench) -> dg.MaterializeResult:
    """The staged copy plus what tells type checkers that the package is typed.

    Adds the `py.typed` marker where PEP 561 allows it and it does no harm, and the build backend's own
    setting that puts marker and stubs into both archives. The table says for each module and package
    what was done and why; "left alone" is a good answer.
    """
    with open_step(context, bench, "stubbed_tree") as step:
        if step.is_frozen:
            manifest = step.shelf.manifest("stubbed_tree")
            return step.made(manifest, step.again("stubbed_tree", [_CHECK]), frozen=True)
        tree = step.scratch / "tree"
        staged = step.shelf.fetch("staged_workspace", tree)
        signal = add_typing_signal(tree, distribution=step.release.name, mode=step.package.typing)
        rows = _rows(signal)
        manifest = step.shelf.put_tree(
            "stubbed_tree",
            tree,
            listing=list_tree(tree),
            facts={MADE_FROM: staged.sha256, **_facts(step, tree, signal, rows)},
        )
        step.say(_decided(signal))
        return step.made(
            manifest,
            [_judge(step, staged, manifest, signal)],
            backend=signal.backend,
            typing=table(rows, _COLUMNS),
        )


def _facts(step: Step, tree: Path, signal: TypingSignal, rows: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "roots": [asdict(root) for root in find_import_roots(tree, step.release.name)],
        "exclusions": asdict(find_exclusions(tree)),
        "carried": list(signal.carried),
        "backend": signal.backend,
        "typing_table": rows,
    }


def _rows(signal: TypingSignal) -> list[dict[str, str]]:
    rows = [(marker.path, f"py.typed {marker.decision}", marker.why) for marker in signal.markers]
    rows += [(edit.path, "include setting", edit.change) for edit in signal.inclusions]
    rows += [(module.module, module.decision, module.why) for module in signal.modules]
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


def _decided(signal: TypingSignal) -> str:
    told = [f"py.typed {marker.decision} in {marker.package}" for marker in signal.markers]
    return "; ".join(told) or "no package that could carry a marker"


def _judge(step: Step, staged: Manifest, stubbed: Manifest, signal: TypingSignal) -> dg.AssetCheckResult:
    edited = {edit.path for edit in signal.inclusions}
    now = {member.path: member.sha256 for member in stubbed.members}
    changed = [m.path for m in staged.members if m.path not in edited and now.get(m.path) != m.sha256]
    message = (
        f"changed or gone: {', '.join(changed[:10])}"
        if changed
        else f"{len(staged.members)} files as they were"
    )
    judged = {"stubbed_tree": stubbed, "staged_workspace": staged}
    return step.judge(_CHECK, passed=not changed, message=message, judged=judged)
