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
from foundry_assets.craft.typing_signal import Rules, TypingSignal, add_typing_signal, judge_signal, rows_of
from foundry_assets.left_trees import leave_tree, take_tree
from foundry_assets.release import releases
from foundry_assets.release_checks import free_check
from foundry_assets.settling import MADE_FROM
from foundry_assets.steps import Step, Workbench, open_step
from foundry_assets.store import Manifest
from foundry_assets.tables import table

_UNTOUCHED = "nothing_of_the_author_is_overwritten"
_NEVER_WORSE = "typing_signal_is_never_worse"
_CHECKS = (_UNTOUCHED, _NEVER_WORSE)
_COLUMNS = ("where", "decision", "why")


@dg.asset(
    deps=["staged_workspace"],
    partitions_def=releases,
    group_name="release",
    kinds={"python"},
    owners=["team:release"],
    code_version="2",
    check_specs=[
        free_check(
            _UNTOUCHED,
            asset="stubbed_tree",
            blocking=True,
            description="Every file of the copy is still as its author wrote it, include settings excepted.",
        ),
        free_check(
            _NEVER_WORSE,
            asset="stubbed_tree",
            blocking=True,
            description="No type checker knows less of the package with what was added than without it.",
        ),
    ],
)
def stubbed_tree(context: dg.AssetExecutionContext, bench: Workbench) -> dg.MaterializeResult:
    """The staged copy plus what tells type checkers about the package, where that is proven to do no harm.

    Stubs are made from the source's own syntax, holes filled with what type checkers infer; `py.typed` goes
    where PEP 561 allows it, and the build backend is told to put both into the archives. Then the package is
    asked about as a consumer would see it, before and after, and whatever made anything worse is dropped.
    Nothing of the package is executed. "Left alone" is a good answer; the table says why.
    """
    with open_step(context, bench, "stubbed_tree") as step:
        if step.is_frozen:
            manifest = step.shelf.manifest("stubbed_tree")
            return step.made(manifest, step.again("stubbed_tree", _CHECKS), frozen=True)
        tree = step.scratch / "tree"
        staged = take_tree(step, "staged_workspace", tree)
        signal = add_typing_signal(
            tree,
            distribution=step.release.name,
            rules=Rules(step.package.typing_mode, step.package.typing_modules),
            scratch=step.scratch / "typing",
            memory=bench.proofs(),
        )
        rows = rows_of(signal)
        manifest = step.shelf.put_tree(
            "stubbed_tree",
            tree,
            listing=list_tree(tree),
            facts={MADE_FROM: staged.sha256, **_facts(step, tree, signal, rows)},
        )
        leave_tree(step, tree, manifest)
        step.say(_decided(signal))
        checks = [_judge(step, staged, manifest, signal), _judge_signal(step, manifest, signal)]
        return step.made(manifest, checks, backend=signal.backend, **_told(signal, rows))


def _told(signal: TypingSignal, rows: list[dict[str, str]]) -> dict[str, Any]:
    """Give what the asset's page shows: the plan, and figures that are plotted over releases."""
    proof = signal.proof
    plotted = {
        "stubs_added": sum(module.decision == "stub added" for module in signal.modules),
        "typed_before": signal.before.typed,
        "typed_after": signal.after.typed,
        "any_after": signal.after.any,
        "untyped_before": signal.before.untyped,
        "untyped_after": signal.after.untyped,
        "typed_share": round(signal.after.share, 4),
    }
    gains = {
        f"better_for_{checker}": count for checker, count in (proof.total("gains") if proof else {}).items()
    }
    return {"typing": table(rows, _COLUMNS), **plotted, **gains}


def _facts(step: Step, tree: Path, signal: TypingSignal, rows: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "roots": [asdict(root) for root in find_import_roots(tree, step.release.name)],
        "exclusions": asdict(find_exclusions(tree)),
        "carried": list(signal.carried),
        "backend": signal.backend,
        "typing_table": rows,
        "typing_proof": judge_signal(signal).message,
        "typing_checkers": dict(signal.proof.checkers) if signal.proof else {},
    }


def _decided(signal: TypingSignal) -> str:
    told = [f"py.typed {marker.decision} in {marker.package}" for marker in signal.markers]
    added = [module.module for module in signal.modules if module.decision == "stub added"]
    told += [f"stubs added for {len(added)} modules"] if added else []
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
    return step.judge(_UNTOUCHED, passed=not changed, message=message, judged=judged)


def _judge_signal(step: Step, stubbed: Manifest, signal: TypingSignal) -> dg.AssetCheckResult:
    told = judge_signal(signal)
    return step.judge(
        _NEVER_WORSE,
        passed=told.passed,
        severity="WARN" if told.is_wanted else "ERROR",
        message=told.message,
        judged={"stubbed_tree": stubbed},
    )
