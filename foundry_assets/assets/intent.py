"""What a release is for: found in the staged copy's changelog, else in the catalog, and kept as evidence.

Add here another place where an author says it.
Not here: reading a changelog (craft/changelog), and showing it (craft/change_control).
"""

from pathlib import Path, PurePosixPath

import dagster as dg

from foundry_assets.catalog import CATALOG_NAME
from foundry_assets.content import hash_file
from foundry_assets.craft.changelog import changelogs_among, decoded, section_of
from foundry_assets.craft.staging import Staged
from foundry_assets.records import StatedIntent
from foundry_assets.release_entry import INTENT_RECORD
from foundry_assets.steps import Step
from foundry_assets.store import Manifest

INTENT = "intent_is_told"
"""The check that misses a changelog's section; it never blocks."""
_MOST_CHARACTERS = 16_000


def keep_intent(step: Step, tree: Path, staged: Staged, manifest: Manifest) -> dg.AssetCheckResult:
    """Find what the release is for, in the copy alone, record it with the tree's sha256, and judge it."""
    stated, why_not = _from_changelog(step, tree, staged)
    if stated is None:
        told = step.package.intent.strip()
        stated = StatedIntent(
            text=told, said_in=CATALOG_NAME if told else "", missing="" if told else why_not
        )
    stated = stated.model_copy(update={"tree_sha256": manifest.sha256})
    step.shelf.write(INTENT_RECORD, stated)
    return _judge(step, stated, manifest)


def judge_kept_intent(step: Step, manifest: Manifest) -> dg.AssetCheckResult:
    """Judge what was recorded when the release was staged; nothing is read from the source again."""
    kept = step.shelf.read(INTENT_RECORD, StatedIntent)
    return _judge(step, kept or StatedIntent(missing="none was recorded when this was staged"), manifest)


def _judge(step: Step, stated: StatedIntent, manifest: Manifest) -> dg.AssetCheckResult:
    said = stated.heading or stated.text.partition("\n")[0]
    message = f"{stated.said_in}: {said}" if stated.text else f"{stated.missing} ({_remedy()})"
    return step.judge(
        INTENT,
        passed=bool(stated.text),
        severity="WARN",
        message=message,
        judged={"staged_workspace": manifest},
        details={"said_in": stated.said_in},
    )


def _remedy() -> str:
    return f"write that section, or `intent` into the package's entry in {CATALOG_NAME}"


def _from_changelog(step: Step, tree: Path, staged: Staged) -> tuple[StatedIntent | None, str]:
    """Give the section of this version, or None and why there is none."""
    found = _changelogs(staged)
    for name in found:
        section = section_of(decoded((tree / name).read_bytes()), step.release.version)
        if section:
            text = section.text
            if len(text) > _MOST_CHARACTERS:
                text = f"{text[:_MOST_CHARACTERS]}\n\n(cut here; {len(text)} characters in {name})"
            digest = hash_file(tree / name)[0]
            told = StatedIntent(text=text, heading=section.heading, said_in=name, file_sha256=digest)
            return told, ""
    if found:
        return None, f"{', '.join(found)} has no section for {step.release.version}"
    return None, "there is no changelog that says what this release is for"


def _changelogs(staged: Staged) -> list[str]:
    """Give the changelogs at the top of the copy, then those beside the code of a layout that we made."""
    names = [member.path for member in staged.listing.members]
    found = changelogs_among([name for name in names if "/" not in name])
    folder = PurePosixPath("src", staged.import_package)
    if staged.import_package:
        beside = [PurePosixPath(name).name for name in names if PurePosixPath(name).parent == folder]
        found += [str(folder / name) for name in changelogs_among(beside)]
    return found
