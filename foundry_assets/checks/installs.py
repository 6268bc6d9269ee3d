"""The gate `wheel_installs_and_imports`: the wheel as a stranger meets it.

Add here how the outcome of trying a wheel becomes a verdict.
Not here: installing and importing (craft/installing), and when that begins (trials).
"""

from typing import TYPE_CHECKING

import dagster as dg

from foundry_assets.craft.sandbox import isolation
from foundry_assets.release_checks import gate
from foundry_assets.steps import Workbench, open_step
from foundry_assets.trials import CHECK as NAME
from foundry_assets.trials import outcome_of_trial

if TYPE_CHECKING:
    from foundry_assets.craft.installing import Tried


@gate(NAME, asset="wheel", blocking=True)
def wheel_installs_and_imports(
    context: dg.AssetCheckExecutionContext, bench: Workbench
) -> dg.AssetCheckResult:
    """The wheel installs in a fresh environment, and every public top-level name of it imports there.

    The import runs outside the source, so a module that was not shipped is missed here as a user would
    miss it. Of all other modules the text is read: an import that finds nothing blocks where the module has
    to work, warns where it may be meant to, and is only noted for plug-ins, tests and the like. Releases of
    the same batch that it needs are waited for, and come from their own files alone; so do those that this
    foundry published at the same index before.
    """
    with open_step(context, bench, NAME) as step:
        manifest = step.shelf.manifest("wheel")
        tried = outcome_of_trial(step, manifest)
        told = "\n".join(map(str, tried.failed)) or _told(tried)
        step.say(told)
        return step.judge(
            NAME,
            passed=not (tried.failed or tried.extras or tried.doubts),
            severity="ERROR" if tried.failed else "WARN",
            message=told,
            judged={"wheel": manifest},
            details={
                "installed": tried.installed,
                "needed": bench.settings.needs,
                "isolation": isolation(),
                "optional": [str(found) for found in tried.optional],
            },
        )


def _told(tried: "Tried") -> str:
    names = ", ".join(tried.imported) or "nothing importable, as its kind of wheel has it"
    extras = f" only with the extra {', '.join(tried.extras)}" if tried.extras else ""
    told = f"installs with {len(tried.installed) - 1} other distributions; imports {names}{extras}"
    return "\n".join([told, *map(str, tried.doubts)])
