"""The gate `wheel_installs_and_imports`: the wheel as a stranger meets it.

Add here how the outcome of trying a wheel becomes a verdict.
Not here: installing and importing (craft/installing).
"""

from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from foundry_assets.craft.sandbox import isolation
from foundry_assets.craft.staging import given_by
from foundry_assets.ordered_names import BATCH_TAG, names_of
from foundry_assets.release_checks import gate
from foundry_assets.steps import Step, Workbench, open_step

if TYPE_CHECKING:
    from foundry_assets.craft.installing import Around, Tried

NAME = "wheel_installs_and_imports"


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
    from foundry_assets.craft.installing import try_wheel
    from foundry_assets.needed import fetch_needed
    from foundry_assets.published_before import fetch_published

    with open_step(context, bench, NAME) as step:
        manifest = step.shelf.fetch("wheel", step.scratch)
        wheel = step.scratch / manifest.file.path
        needed = fetch_needed(step, step.scratch / "needed")
        if not step.index.is_local:
            needed |= fetch_published(step, wheel, step.scratch / "published", apart=needed)
        tried = try_wheel(
            wheel,
            scratch=step.scratch,
            find_links=_links(step),
            bound=needed,
            around=_around(step),
        )
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


def _links(step: Step) -> list[Path]:
    """Give the embedded index's files to a release that goes there: elsewhere a stranger lacks them."""
    folder = step.bench.foundry.home.index
    return [folder] if step.index.is_local and folder.is_dir() else []


def _around(step: Step) -> "Around":
    """Gather what is known around the wheel: its source, its entry, and the packages of the catalog."""
    from foundry_assets.craft.installing import Around, Catalogued, Origin

    given, source = given_by(step.package), step.package.source
    moved = step.shelf.manifest("staged_workspace").facts.get("moved")
    origin = Origin(
        tree=step.shelf.manifest("stubbed_tree").listing,
        moved={name: str(place) for name, place in moved.items()} if isinstance(moved, dict) else {},
        folder=source if isinstance(source, Path) else None,
    )
    packages = step.bench.foundry.catalog.packages.values()
    ordered = names_of(step.bench.foundry.home, step.context.run.tags.get(BATCH_TAG, ""))
    return Around(
        origin=origin,
        distributions=Catalogued(packages, apart=step.release.name),
        main_module=given.main_module if given else "",
        ordered={name: one for name, one in ordered.items() if one != step.release.name},
    )


def _told(tried: "Tried") -> str:
    names = ", ".join(tried.imported) or "nothing importable, as its kind of wheel has it"
    extras = f" only with the extra {', '.join(tried.extras)}" if tried.extras else ""
    told = f"installs with {len(tried.installed) - 1} other distributions; imports {names}{extras}"
    return "\n".join([told, *map(str, tried.doubts)])
