"""The asset `staged_workspace`: a clean copy of the source.

Add here its free checks and what its page in the UI shows.
Not here: copying, git, versions from tags (craft/staging).
"""

from dataclasses import asdict
from typing import Any

import dagster as dg

from foundry_assets.assets.credential import CREDENTIAL, Found, find_first, judge_credential
from foundry_assets.assets.intent import INTENT, judge_kept_intent, keep_intent
from foundry_assets.craft.staging import Staged, given_by, stage
from foundry_assets.errors import FoundryError, SourceChanged
from foundry_assets.evidence import receipt_at
from foundry_assets.foreseen import foresee_builds
from foundry_assets.home import refuse_inside
from foundry_assets.launched import LAUNCHER, launch_of
from foundry_assets.left_trees import leave_tree
from foundry_assets.manifest import Manifest
from foundry_assets.release import releases
from foundry_assets.release_checks import free_check
from foundry_assets.senders import begin_sender
from foundry_assets.steps import Step, Workbench, open_step
from foundry_assets.tables import table

_COMMITTED = "source_is_committed"
_SAME = "source_is_what_was_released"


@dg.asset(
    partitions_def=releases,
    group_name="release",
    kinds={"source", "python"},
    owners=["team:release"],
    code_version="1",
    check_specs=[
        free_check(
            _COMMITTED, asset="staged_workspace", description="No uncommitted change was taken along."
        ),
        free_check(
            _SAME,
            asset="staged_workspace",
            blocking=True,
            description="Once bytes may have left, the source is still the one they were made from.",
        ),
        free_check(
            CREDENTIAL,
            asset="staged_workspace",
            description="The index's one credential was found before anything was built; told by its source.",
        ),
        free_check(
            INTENT,
            asset="staged_workspace",
            description="A changelog's section of this version, or the catalog, says what it is for.",
        ),
    ],
)
def staged_workspace(context: dg.AssetExecutionContext, bench: Workbench) -> dg.MaterializeResult:
    """A clean copy of the package's source, taken at one commit or one tree digest.

    The source itself stays byte for byte as it was. Caches, secrets and version-control folders stay
    behind, and so does a source with uncommitted changes unless the run allows them. The version that the
    source declares must be the release's, and before all that, the index's credential must be there. The
    sha256 is that of the tree: paths and contents, nothing else.

    For a source that declares nothing itself, the copy gets a layout and a `pyproject.toml` from its entry in
    the catalog; the table says where each moved file lies in the source, whose own digest is `source_sha256`.
    """
    with open_step(context, bench, "staged_workspace") as step:
        _tag(step)
        bench.settings.require_consent(step.release, step.index)
        credential = find_first(step)
        refuse_inside(bench.foundry.home, step.package.source)
        if step.is_frozen:
            return _again(step, credential)
        foresee_builds(step.run_id, step.bench.foundry.home, lambda: step.package.source)
        begin_sender(step, credential.source)
        staged = _stage(step)
        manifest = step.shelf.put_tree(
            "staged_workspace", step.scratch / "tree", listing=staged.listing, facts=_facts(staged)
        )
        checks = [
            *_judged(step, staged, manifest),
            judge_credential(step, credential, manifest),
            keep_intent(step, step.scratch / "tree", staged, manifest),
        ]
        leave_tree(step, step.scratch / "tree", manifest)
        step.say(_in_a_line(staged))
        left = [{"path": item.path, "reason": item.reason} for item in staged.left_out]
        return step.made(
            manifest,
            checks,
            came_from=f"{step.package.source} at {staged.described or 'no revision'}",
            source=str(step.package.source),
            **_told(staged),
            credential=str(credential),
            left_out=table(left, ["path", "reason"]),
        )


def _judged(step: Step, staged: Staged, manifest: Manifest) -> list[dg.AssetCheckResult]:
    """Tell what was not committed, and that this source is what the release is made of."""
    dirty = ", ".join(staged.dirty[:20])
    return [
        step.judge(
            _COMMITTED,
            passed=not staged.dirty,
            severity="WARN",
            message=f"uncommitted, taken along as allowed: {dirty}" if dirty else "nothing uncommitted",
            judged={"staged_workspace": manifest},
        ),
        step.judge(
            _SAME,
            passed=True,
            message="nothing was sent yet, so this source is the release",
            judged={"staged_workspace": manifest},
        ),
    ]


def _tag(step: Step) -> None:
    """Make a run that was launched in the UI as easy to find there as one from the command line."""
    tags = {
        "package": step.release.name,
        "version": step.release.version,
        "index": step.index.name,
        "mode": step.bench.settings.mode,
        LAUNCHER: launch_of(step.context.run.tags).by,
    }
    missing = {name: value for name, value in tags.items() if name not in step.context.run.tags}
    if missing:
        step.context.instance.add_run_tags(step.run_id, missing)


def _stage(step: Step) -> Staged:
    return stage(
        step.package.source,
        step.release,
        target=step.scratch / "tree",
        scratch=step.scratch,
        given=given_by(step.package),
        allow_dirty=step.bench.settings.allow_dirty,
        memo=step.bench.foundry.home.memo,
    )


def _facts(staged: Staged) -> dict[str, Any]:
    facts = asdict(staged)
    del facts["listing"]
    return facts


def _in_a_line(staged: Staged) -> str:
    told = f"{len(staged.listing.members)} files at {staged.described or 'no revision'}"
    if staged.import_package:
        told += f"; `{staged.import_package}` laid out, {', '.join(staged.generated)} generated"
    return "; ".join([told, *staged.notes])


def _told(staged: Staged) -> dict[str, Any]:
    told: dict[str, Any] = {
        "origin": staged.origin,
        "commit": staged.commit or "none",
        "described": staged.described or "none",
    }
    if staged.import_package:
        rows = [{"file": name, "in the source": origin} for name, origin in staged.moved.items()]
        told |= {
            "source_sha256": staged.source_sha256,
            "import_package": staged.import_package,
            "generated": ", ".join(staged.generated),
            "moved": table(rows, ["file", "in the source"]),
        }
    return told | ({"notes": "; ".join(staged.notes)} if staged.notes else {})


def _again(step: Step, credential: Found) -> dg.MaterializeResult:
    """Keep the stored tree, because an intent froze it, and say whether the source is still the same."""
    manifest = step.shelf.manifest("staged_workspace")
    try:
        now = _stage(step).listing.sha256
        differs = (
            "" if now == manifest.sha256 else f"its tree is {now[:12]} now, and was {manifest.sha256[:12]}"
        )
    except FoundryError as error:
        differs = str(error)
    receipt = receipt_at(step.shelf, step.index.name)
    is_done = receipt is not None and receipt.status == "published"
    if differs and is_done:
        raise SourceChanged(
            f"{step.release} is published at `{step.index.name}`, but its source has changed: {differs}",
            remedy="raise the version to release the change; nothing was built and nothing was sent",
        )
    message = (
        f"the stored tree goes on, although the source has changed: {differs}" if differs else "unchanged"
    )
    same = step.judge(
        _SAME, passed=not differs, severity="WARN", message=message, judged={"staged_workspace": manifest}
    )
    checks = [
        *step.again("staged_workspace", [_COMMITTED]),
        same,
        judge_credential(step, credential, manifest),
        judge_kept_intent(step, manifest),
    ]
    came_from = f"{step.package.source}, as it was when it was first staged"
    return step.made(manifest, checks, came_from=came_from, frozen=True, credential=str(credential))
