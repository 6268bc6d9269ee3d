"""What an asset's page in the UI answers about one release: what, from what, how checked, what now.

Add here another question that every such page answers.
Not here: what one asset tells beside (assets), and the Change Control page (craft/change_control).
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from foundry_assets import evidence
from foundry_assets.content import Member
from foundry_assets.errors import ArtefactMissing, ChecksumChanged
from foundry_assets.records import Verdict
from foundry_assets.settling import AT_INDEX, LINE
from foundry_assets.store import Manifest
from foundry_assets.tables import table

if TYPE_CHECKING:
    from foundry_assets.steps import Step

_ENDS = ("upload_receipt", "summary_json")
"""The pages where people look for the release as a whole."""
_QUESTIONS = ("question", "answer")
_VERDICTS = ("check", "verdict", "message")
_WORDS = ("passed", "warns", "blocks")
_MOST_CHARACTERS = 400


def answers(step: Step, manifest: Manifest, *, came_from: str = "", now: str = "") -> dict[str, Any]:
    """Give the page's table of answers, its table of verdicts, and both as Markdown to hand on.

    `came_from` stands in for the artefacts before, where there are none; `now` for what to do next.
    """
    verdicts = _verdicts(step)
    rows = [
        ("what", f"{manifest.asset.partition('/')[0]} of {step.release}: {_in_short(manifest.members)}"),
        ("from what", came_from or _origin(step)),
        ("how checked", _tally(verdicts)),
        ("what now", _first_fault(verdicts) or now or "nothing: the run goes on with the next asset"),
    ]
    told = [dict(zip(_QUESTIONS, row, strict=True)) for row in rows]
    judged = [dict(zip(_VERDICTS, _row(verdict), strict=True)) for verdict in verdicts]
    return {
        "about": table(told, _QUESTIONS),
        "checks": table(judged, _VERDICTS),
        "report": dg.MetadataValue.md(_markdown(step, rows, judged)),
    }


def show_verdict(step: Step, verdict: Verdict) -> None:
    """Add a gate's verdict to its release on the asset's page, which was written before the gate judged."""
    told = f"{_word(verdict)}: {verdict.message}"
    now = {"what_now": _mend(verdict)} if verdict.blocks else {}
    step.tell_event(
        dg.AssetObservation(
            asset_key=verdict.asset.partition("/")[0],
            partition=str(step.release),
            description=f"{verdict.check}: {_word(verdict)}",
            metadata={verdict.check: told, **now},
        )
    )


def _verdicts(step: Step) -> list[Verdict]:
    """Give the verdicts of this page: its own, and on the pages that end a release all there are."""
    if step.name not in _ENDS:
        return step.judged
    assets = [*LINE, *(f"{asset}/{step.index.name}" for asset in AT_INDEX)]
    told = {(found.asset, found.check): found for found in evidence.verdicts(step.shelf, assets)}
    told |= {(found.asset, found.check): found for found in step.judged}
    return list(told.values())


def _in_short(members: Sequence[Member]) -> str:
    size = f"{sum(member.bytes for member in members):,} bytes"
    return f"{members[0].path}, {size}" if len(members) == 1 else f"{len(members)} files, {size}"


def _origin(step: Step) -> str:
    """Name the artefacts that it was made from, each by its sha256."""
    told = []
    context = step.context
    if not isinstance(context, dg.AssetExecutionContext):
        return ""
    for key in sorted(context.assets_def.dependency_keys):
        name = key.to_user_string()
        place = f"{name}/{step.index.name}" if name in AT_INDEX else name
        with contextlib.suppress(ArtefactMissing, ChecksumChanged):
            told.append(f"{name} {step.shelf.manifest(place).sha256[:12]}")
    return ", ".join(told) or "nothing that is in the store"


def _tally(verdicts: Sequence[Verdict]) -> str:
    counts = {word: sum(_word(verdict) == word for verdict in verdicts) for word in _WORDS}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "by nothing of its own"


def _word(verdict: Verdict) -> str:
    if verdict.passed:
        return "passed"
    return "blocks" if verdict.blocks else "warns"


def _first_fault(verdicts: Sequence[Verdict]) -> str:
    blocking = [verdict for verdict in verdicts if verdict.blocks]
    return _mend(*blocking) if blocking else ""


def _mend(*blocking: Verdict) -> str:
    named = ", ".join(verdict.check for verdict in blocking)
    return f"mend what {named} found, in the source, then launch the `release` job again"


def _row(verdict: Verdict) -> tuple[str, str, str]:
    message = verdict.message
    return verdict.check, _word(verdict), message[:_MOST_CHARACTERS] + "…" * (len(message) > _MOST_CHARACTERS)


def _markdown(step: Step, rows: Sequence[tuple[str, str]], judged: Sequence[dict[str, str]]) -> str:
    lines = [f"**{step.name}** of **{step.release}**", ""]
    lines += [f"- *{question}*: {answer}" for question, answer in rows]
    if judged:
        lines += ["", "| check | verdict | message |", "|---|---|---|"]
        lines += ["| " + " | ".join(_cell(row[name]) for name in _VERDICTS) + " |" for row in judged]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
