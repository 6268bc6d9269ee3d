"""Telling people what was decided about typing: the plan as rows, the proof as one verdict.

Add here how the plan and the proof read.
Not here: deciding and proving.
"""

from __future__ import annotations

from dataclasses import dataclass

from foundry_assets.craft.stubbing.records import Proof
from foundry_assets.craft.typing_signal.records import TypingSignal

COLUMNS = ("where", "decision", "why")


@dataclass(frozen=True)
class Told:
    """The verdict on a typing signal: whether a consumer loses nothing, and whether a loss was asked for."""

    passed: bool
    is_wanted: bool
    message: str


def rows_of(signal: TypingSignal) -> list[dict[str, str]]:
    """Give the plan as rows: markers, include settings, then module by module."""
    rows = [(marker.path, f"py.typed {marker.decision}", marker.why) for marker in signal.markers]
    rows += [(edit.path, "include setting", edit.change) for edit in signal.inclusions]
    rows += [(module.module, module.decision, module.why) for module in signal.modules]
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def judge_signal(signal: TypingSignal) -> Told:
    """Judge what the checkers saw: nothing worse passes; a loss is wanted where the mode is not `auto`."""
    added = sum(module.decision == "stub added" for module in signal.modules)
    marked = sum(marker.decision == "added" for marker in signal.markers)
    what = f"{_counted(added, 'stub')} and {_counted(marked, 'marker')} added"
    if signal.proof is None:
        return Told(True, True, _unproven(signal, what))
    harm = {checker: count for checker, count in signal.proof.total("harm").items() if count}
    if not added and not marked:
        return Told(True, True, f"{what}: every type is said already, or would be said worse")
    if not harm:
        return Told(True, True, f"{what}; {_seen(signal.proof)}; worse for none of them")
    lost = ", ".join(f"{count} for {checker}" for checker, count in harm.items())
    first = next(text for module in signal.proof.modules for text in module.told)
    message = f"{what}; {_seen(signal.proof)}; worse: {lost}, such as {first}"
    return Told(False, signal.mode != "auto", message)


def _unproven(signal: TypingSignal, what: str) -> str:
    if signal.mode == "off":
        return "nothing is added where `typing` is off"
    if signal.unasked:
        return f"{what}, by the text alone: {signal.unasked}"
    return f"{what}: nothing of what was decided depends on what a checker infers"


def _seen(proof: Proof) -> str:
    gains = ", ".join(f"{count} for {checker}" for checker, count in proof.total("gains").items() if count)
    asked = [f"{proof.asked} questions asked"] if proof.asked else []
    asked += [f"{_counted(proof.kept, 'module')} proven earlier"] if proof.kept else []
    return f"symbols known better: {gains or 'none'} ({', '.join(asked)})"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
