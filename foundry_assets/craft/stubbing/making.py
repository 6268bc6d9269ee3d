"""Making the stubs of a distribution: what was proven before is taken, the rest is drafted and proven.

Add here what is kept of a proof, and what follows from one for a marker.
Not here: drafting and asking (drafting).
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from foundry_assets.craft.stubbing.drafting import Drafting
from foundry_assets.craft.stubbing.recognising import Recogniser
from foundry_assets.craft.stubbing.records import Memory, ModuleProof, NoMemory, Proof
from foundry_assets.craft.stubbing.wish import EVERY, Wish


def make_stubs(wish: Wish, *, scratch: Path, memory: Memory | None = None) -> Proof:
    """Give the stubs of a distribution with their proof; what was proven before is not asked again.

    Runs checkers on copies in `scratch`; nothing of the package is imported or executed. Raises
    `CheckerFailed` where a checker breaks down, `BuildFailed` where no environment can be made.
    """
    began = time.monotonic()
    memory = NoMemory() if memory is None else memory
    versions = {checker.name: checker.version for checker in EVERY}
    marks = [*(f"{root} there" for root in wish.marked), *(f"{root} new" for root in wish.markable)]
    recogniser = Recogniser(wish.sources, checkers=versions, marked=marks, requirements=wish.requirements)
    keys = {name: recogniser.key(wish.source_of(name), mode) for name, mode in wish.judged.items()}
    kept = _recalled(wish, memory, keys)
    proof = Drafting(wish, scratch, kept).proof() if len(kept) < len(keys) else Proof()
    known = kept | {found.module: found for found in proof.modules}
    known = {
        name: found.model_copy(update={"beside": _beside(wish, name, known)}) for name, found in known.items()
    }
    for name, found in known.items():
        if name not in kept and not proof.missing:
            memory.keep(keys[name], found)
    modules = tuple(known[name] for name in sorted(known))
    return proof.model_copy(
        update={
            "modules": modules,
            "checkers": versions,
            "kept": len(kept),
            "withheld": _withheld(wish, modules),
            "seconds": round(time.monotonic() - began, 3),
        }
    )


def _recalled(wish: Wish, memory: Memory, keys: Mapping[str, str]) -> dict[str, ModuleProof]:
    """Give what is known from earlier, as far as the stubs beside which it was proven are the same today."""
    found = {name: proof for name, key in keys.items() if (proof := memory.recall(key)) is not None}
    while stale := [name for name, proof in found.items() if proof.beside != _beside(wish, name, found)]:
        for name in stale:
            del found[name]
    return found


def _beside(wish: Wish, name: str, proofs: Mapping[str, ModuleProof]) -> str:
    """Give the sha256 of the stubs among the modules that a module reaches."""
    others = sorted(wish.sources.reached_from(name) - {name})
    stubs = [(other, proofs[other].stub) for other in others if other in proofs and proofs[other].stub]
    return hashlib.sha256(json.dumps(stubs).encode()).hexdigest() if stubs else ""


def _withheld(wish: Wish, modules: Iterable[ModuleProof]) -> dict[str, str]:
    """Give the roots whose new marker would do harm that nobody asked for, and the first harm."""
    found: dict[str, str] = {}
    for module in modules:
        root = wish.source_of(module.module).root.name
        if root in wish.markable and any(module.harm.values()) and wish.mode_of(module.module) == "auto":
            found.setdefault(root, module.told[0])
    return found
