"""The asset `summary_json`: the release's part of `make_all_summary.json`, and its Change Control page.

Add here what its page in the UI shows.
Not here: merging the file (craft/summary), writing the page (craft/change_control).
"""

import dagster as dg

from foundry_assets.craft.summary import read_back
from foundry_assets.errors import ArtefactMissing
from foundry_assets.evidence import receipt_at
from foundry_assets.release import releases
from foundry_assets.release_checks import free_check
from foundry_assets.step_ends import page_metadata, settle_step
from foundry_assets.steps import Step, Workbench, open_step

_CHECK = "summary_holds_this_release"


@dg.asset(
    deps=["upload_receipt"],
    partitions_def=releases,
    group_name="release",
    kinds={"json"},
    owners=["team:release"],
    code_version="1",
    check_specs=[
        free_check(
            _CHECK,
            asset="summary_json",
            blocking=True,
            description="The summary was read back; it fits its schema and holds this release.",
        )
    ],
)
def summary_json(context: dg.AssetExecutionContext, bench: Workbench) -> dg.MaterializeResult:
    """This release's part of the shared summary file, and its page in Change Control.

    The summary belongs to an orchestrator that writes other keys; those survive. The page is for people:
    what the release was made from, which bytes left, what judged them, and what the index answered.
    """
    with open_step(context, bench, "summary_json") as step:
        receipt = receipt_at(step.shelf, step.index.name)
        if receipt is None:
            raise ArtefactMissing(
                f"{step.release} has no receipt from `{step.index.name}`",
                remedy="run the whole `release` job",
            )
        message = "; ".join(f"{file.filename}: {file.verdict}" for file in receipt.files)
        settled = settle_step(step, receipt.status, message)
        text = settled.entry.model_dump_json(indent=2) + "\n"
        manifest = step.shelf.put_text(f"summary_json/{step.index.name}", "entry.json", text, facts={})
        step.say("; ".join(filter(None, [f"{step.release} is {receipt.status}", settled.summary.remark])))
        return step.made(
            manifest,
            [_judge(step)],
            now=f"nothing: {step.release} is {receipt.status}; foundry show {step.release} tells it all",
            ledger=step.shelf.ledger.head().model_dump(),
            **page_metadata(settled),
        )


def _judge(step: Step) -> dg.AssetCheckResult:
    manifest = step.shelf.manifest(f"summary_json/{step.index.name}")
    told = read_back(step.bench.foundry.home.summary, step.shelf.title)
    held = told.entry is not None and told.entry.run_id == step.run_id
    message = f"{told.count} releases, this one among them" if held else "this release is not in the file"
    return step.judge(
        _CHECK, passed=held, message=message, judged={f"summary_json/{step.index.name}": manifest}
    )
