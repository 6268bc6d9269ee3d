"""The asset `sdist`: the source distribution.

Add here what its page in the UI shows.
Not here: building and normalising (craft/building), judging its contents (assets/distribution).
"""

import dagster as dg

from foundry_assets.ahead import taken
from foundry_assets.assets.distribution import (
    build_settings,
    check_names,
    check_specs,
    facts_of,
    judge_contents,
    judge_metadata,
)
from foundry_assets.craft.building import build_sdist
from foundry_assets.left_trees import take_tree
from foundry_assets.release import releases
from foundry_assets.steps import Workbench, open_step
from foundry_assets.wheel_builds import begin_wheel


@dg.asset(
    deps=["stubbed_tree"],
    partitions_def=releases,
    group_name="release",
    kinds={"python", "file"},
    owners=["team:release"],
    code_version="1",
    check_specs=check_specs("sdist"),
)
def sdist(context: dg.AssetExecutionContext, bench: Workbench) -> dg.MaterializeResult:
    """The source distribution, built by the package's own backend in an isolated environment.

    The build sees no credential and a scratch home folder, and its time is the source's
    (SOURCE_DATE_EPOCH). Times, owners and order inside the archive are set to fixed values, so that the
    same source gives the same bytes; contents stay as the backend made them.
    """
    with open_step(context, bench, "sdist") as step:
        if step.is_frozen:
            manifest = step.shelf.manifest("sdist")
            return step.made(manifest, step.again("sdist", check_names("sdist")), frozen=True)
        folder = step.scratch / f"{step.release.name}-{step.release.version}"
        tree = take_tree(step, "stubbed_tree", folder)
        staged = step.shelf.manifest("staged_workspace")
        settings = build_settings(step)
        with taken(step, "sdist", ""):  # the environment that was got ready while the source was staged
            built = build_sdist(
                folder,
                step.scratch / "out",
                scratch=step.scratch,
                repository_tag=str(staged.facts["needs_repository"]),
                **settings,
            )
        manifest = step.shelf.put_file("sdist", built.path, facts=facts_of(built, made_from=tree))
        begin_wheel(step, manifest, settings)
        step.say(f"{built.path.name}, {built.bytes:,} bytes")
        checks = [*judge_metadata(step, built, manifest), judge_contents(step, built, manifest, tree)]
        return step.made(
            manifest,
            checks,
            requirements=built.requirements,
            normalised=list(built.normalised),
            isolation=built.isolation,
        )
