"""Proofs about typing, kept in the store across releases and machines, by the sha256 of all they depend on.

Add here how a proof is kept and found again.
Not here: what a proof says and what its key is made of (craft/stubbing).
"""

from __future__ import annotations

from pydantic import ValidationError

from foundry_assets.craft.stubbing.records import ModuleProof
from foundry_assets.medium import Medium


class Proofs:
    """The store's memory of proven modules; a damaged one counts as none, since it can be made again."""

    def __init__(self, medium: Medium) -> None:
        self._medium = medium

    def recall(self, key: str) -> ModuleProof | None:
        """Give the proof kept under a key, or None."""
        kept = self._medium.read(_place(key))
        try:
            return None if kept is None else ModuleProof.model_validate_json(kept)
        except ValidationError:
            return None

    def keep(self, key: str, proof: ModuleProof) -> None:
        """Keep a proof; readers see all of it or none."""
        self._medium.replace(_place(key), proof.model_dump_json().encode())


def _place(key: str) -> str:
    """Give where a proof lies; no package can have a name that begins with an underscore (PEP 508)."""
    return f"_proofs/typing/{key[:2]}/{key}.json"
