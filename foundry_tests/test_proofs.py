"""Proofs kept in the store: found again by their key, and never in the way of a release.

Add here a promise about what is kept across releases.
Not here: what a key is made of (craft/stubbing/test_recognising).
"""

from __future__ import annotations

from pathlib import Path

from foundry_assets.craft.stubbing.records import ModuleProof
from foundry_assets.proofs import Proofs
from foundry_assets.store import ArtefactStore

_PROOF = ModuleProof(module="demo.core", stub="x: int\n", why="proven not worse", gains={"mypy": 1})
_KEY = "ab" + "0" * 62


def test_a_kept_proof_is_recalled_by_another_opening_of_the_store(tmp_path: Path) -> None:
    """It holds across releases and processes, on a folder and on other media."""
    for root in (str(tmp_path / "store"), "memory://proofs"):
        Proofs(ArtefactStore(root=root).medium).keep(_KEY, _PROOF)
        assert Proofs(ArtefactStore(root=root).medium).recall(_KEY) == _PROOF
        assert Proofs(ArtefactStore(root=root).medium).recall("cd" + "0" * 62) is None


def test_a_damaged_proof_counts_as_none(tmp_path: Path) -> None:
    """It can be made again, so nobody is bothered with it."""
    proofs = Proofs(ArtefactStore(root=str(tmp_path)).medium)
    proofs.keep(_KEY, _PROOF)
    (kept,) = tmp_path.rglob(f"{_KEY}.json")
    kept.write_text('{"module": ')
    assert proofs.recall(_KEY) is None
    proofs.keep(_KEY, _PROOF)
    assert proofs.recall(_KEY) == _PROOF


def test_no_package_can_have_the_name_of_their_folder(tmp_path: Path) -> None:
    """A project's name begins with a letter or a digit (PEP 508), so the two never meet."""
    Proofs(ArtefactStore(root=str(tmp_path)).medium).keep(_KEY, _PROOF)
    assert [path.name for path in tmp_path.iterdir()] == ["_proofs"]
