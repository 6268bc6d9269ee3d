"""The gate `wheel_is_reproducible`: the same sdist, built again elsewhere, gives the same wheel.

Add here how two builds become a verdict.
Not here: building and comparing (craft/building).
"""

import dagster as dg

from foundry_assets.assets.distribution import build_settings
from foundry_assets.craft.building import Built, differing_members
from foundry_assets.craft.sandbox import isolation
from foundry_assets.evidence import verdicts
from foundry_assets.release_checks import gate
from foundry_assets.steps import Step, Workbench, open_step
from foundry_assets.store import Manifest
from foundry_assets.wheel_builds import CHECK as NAME
from foundry_assets.wheel_builds import second_build


@gate(NAME, asset="wheel", blocking=False)
def wheel_is_reproducible(context: dg.AssetCheckExecutionContext, bench: Workbench) -> dg.AssetCheckResult:
    """A second build, in another folder, second and umask, gives a wheel with the same sha256.

    Where it does not, this warns and names the members whose contents differ: such a wheel cannot be
    proven to come from its sdist, but many honest packages are built so.
    """
    with open_step(context, bench, NAME) as step:
        wheel = step.shelf.manifest("wheel")
        known = {verdict.check: verdict for verdict in verdicts(step.shelf, ["wheel"])}.get(NAME)
        if step.is_frozen and known:
            return step.again("wheel", [NAME])[0]
        sdist = step.shelf.manifest("sdist")
        with second_build(step, sdist, wheel, build_settings(step)) as again:
            same = again is None or again.sha256 == wheel.sha256
            message = "a second build gave the same bytes" if same else _differing(step, wheel, again)
        step.say(message)
        judged = {"wheel": wheel, "sdist": sdist}
        apart = {"isolation": isolation()}
        return step.judge(NAME, passed=same, severity="WARN", message=message, judged=judged, details=apart)


def _differing(step: Step, wheel: Manifest, again: Built | None) -> str:
    assert again is not None
    step.shelf.fetch("wheel", step.scratch / "first")
    differing = differing_members(step.scratch / "first" / wheel.file.path, again.path)
    return f"a second build differs in {', '.join(differing[:10]) or 'the archive alone'}"
