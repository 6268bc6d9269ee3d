"""The asset `wheel`: what people install.

Add here what its page in the UI shows.
Not here: building and normalising (craft/building), installing it (checks/installs).
"""

import dagster as dg

from foundry_assets.assets.distribution import (
    build_settings,
    check_names,
    check_specs,
    facts_of,
    judge_contents,
    judge_metadata,
)
from foundry_assets.release import releases
from foundry_assets.steps import Workbench, open_step
from foundry_assets.trials import begin_trial
from foundry_assets.wheel_builds import begin_second_build, first_build

_NOW = "nothing: three gates judge it next, and their verdicts are added to this page"


@dg.asset(
    deps=["sdist"],
    partitions_def=releases,
    group_name="release",
    kinds={"python", "file"},
    owners=["team:release"],
    code_version="1",
    check_specs=check_specs("wheel"),
)
def wheel(context: dg.AssetExecutionContext, bench: Workbench) -> dg.MaterializeResult:
    """The wheel, built in isolation from the sdist and from nothing else.

    So the sdist is proven to hold what a build needs. All of the package's code and data must be in it,
    counted from the tree; two more gates install it in a fresh environment and build it a second time, and
    both begin here and go on beside the rest. With it lie the release's provenance (in-toto, SLSA) and a bill
    of what the wheel declares to need (CycloneDX).
    """
    from foundry_assets.assets.provenance import write_provenance

    with open_step(context, bench, "wheel") as step:
        if step.is_frozen:
            manifest = step.shelf.manifest("wheel")
            return step.made(manifest, step.again("wheel", check_names("wheel")), frozen=True)
        sdist, settings = step.shelf.manifest("sdist"), build_settings(step)
        with first_build(step, sdist, settings) as ready:
            first = begin_second_build(step, sdist, settings)
            built = ready.build(step.scratch / "out", first=first)
        manifest = step.shelf.put_file("wheel", built.path, facts=facts_of(built, made_from=sdist))
        begin_trial(step, manifest)
        step.say(f"{built.path.name}, {built.bytes:,} bytes")
        written = write_provenance(step, built, sdist, manifest)
        tree = step.shelf.manifest("stubbed_tree")
        checks = [*judge_metadata(step, built, manifest), judge_contents(step, built, manifest, tree)]
        return step.made(
            manifest,
            checks,
            now=_NOW,
            requirements=built.requirements,
            normalised=list(built.normalised),
            isolation=built.isolation,
            **written,
        )
