"""The gate `wheel_is_reproducible`: the same sdist, built again elsewhere, gives the same wheel.

Add here how two builds become a verdict.
Not here: building and comparing (craft/building).
"""

import dagster as dg

from foundry_assets.assets.distribution import build_settings
from foundry_assets.craft.building import differing_members, rebuild_wheel
from foundry_assets.craft.sandbox import isolation
from foundry_assets.evidence import verdicts
from foundry_assets.steps import Workbench, open_step

NAME = "wheel_is_reproducible"


@dg.asset_check(asset="wheel", name=NAME, blocking=False)
def wheel_is_reproducible(context: dg.AssetCheckExecutionContext, bench: Workbench) -> dg.AssetCheckResult:
    """A second build, in another folder and at another time, gives a wheel with the same sha256.

    Where it does not, this warns and names the members whose contents differ: such a wheel cannot be
    proven to come from its sdist, but many honest packages are built so.
    """
    with open_step(context, bench, NAME) as step:
        manifest = step.shelf.manifest("wheel")
        known = {verdict.check: verdict for verdict in verdicts(step.shelf, ["wheel"])}.get(NAME)
        if step.is_frozen and known:
            return step.again("wheel", [NAME])[0]
        sdist = step.shelf.fetch("sdist", step.scratch / "sdist")
        again = rebuild_wheel(
            step.scratch / "sdist" / sdist.file.path,
            step.scratch / "second" / "out",
            as_made=str(manifest.facts.get("as_made", "")),
            scratch=step.scratch / "second",
            **build_settings(step),
        )
        same = again is None or again.sha256 == manifest.sha256
        message = "a second build gave the same bytes"
        if again is not None and not same:
            step.shelf.fetch("wheel", step.scratch / "first")
            differing = differing_members(step.scratch / "first" / manifest.file.path, again.path)
            message = f"a second build differs in {', '.join(differing[:10]) or 'the archive alone'}"
        step.say(message)
        judged = {"wheel": manifest, "sdist": sdist}
        apart = {"isolation": isolation()}
        return step.judge(NAME, passed=same, severity="WARN", message=message, judged=judged, details=apart)
