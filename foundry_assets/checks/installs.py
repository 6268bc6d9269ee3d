"""The gate `wheel_installs_and_imports`: the wheel as a stranger meets it.

Add here how the outcome of trying a wheel becomes a verdict.
Not here: installing and importing (craft/installing).
"""

import dagster as dg

from foundry_assets.craft.installing import Tried, try_wheel
from foundry_assets.craft.sandbox import isolation
from foundry_assets.steps import Workbench, open_step

NAME = "wheel_installs_and_imports"


@dg.asset_check(asset="wheel", name=NAME, blocking=True)
def wheel_installs_and_imports(
    context: dg.AssetCheckExecutionContext, bench: Workbench
) -> dg.AssetCheckResult:
    """The wheel installs in a fresh environment, and every public top-level name of it imports there.

    The import runs outside the source, so a module that was not shipped is missed here as a user would
    miss it.
    """
    with open_step(context, bench, NAME) as step:
        manifest = step.shelf.fetch("wheel", step.scratch)
        tried = try_wheel(
            step.scratch / manifest.file.path,
            scratch=step.scratch,
            find_links=[folder for folder in [bench.foundry.home.index] if folder.is_dir()],
            tree=step.shelf.manifest("stubbed_tree").listing,
        )
        failed = "\n".join(str(failure) for failure in tried.failed)
        told = failed or _told(tried)
        step.say(told)
        return step.judge(
            NAME,
            passed=not tried.failed and not tried.extras,
            severity="ERROR" if tried.failed else "WARN",
            message=told,
            judged={"wheel": manifest},
            details={"installed": tried.installed, "isolation": isolation()},
        )


def _told(tried: Tried) -> str:
    names = ", ".join(tried.imported) or "nothing importable, as its kind of wheel has it"
    extras = f" only with the extra {', '.join(tried.extras)}" if tried.extras else ""
    return f"installs with {len(tried.installed) - 1} other distributions; imports {names}{extras}"
