"""A catalog's git sources: asked now and then which commit their ref names, and cloned only after a change.

Add here what spares a clone.
Not here: cloning (staging/cloning), and sources in folders (looking).
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from pathlib import Path

from foundry_assets.catalog import GitSource, Package
from foundry_assets.craft.staging import declared_release, given_by
from foundry_assets.craft.staging.git import git, refusal
from foundry_assets.craft.watching.memory import Memory
from foundry_assets.subprocesses import ProgramFailed

_MEMO_NAME = "remotes.json"
_AGAIN_SECONDS = 300.0
_BUDGET_SECONDS = 20.0
"""How long one tick may ask repositories elsewhere: Dagster gives it sixty seconds in all."""


class RemoteMemo:
    """What was seen of each git source, kept in a folder; asks again after some minutes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._memory = Memory(folder / _MEMO_NAME)
        self._began = time.monotonic()

    def version_of(self, package: Package, source: GitSource) -> str:
        """Give the version that a git source declares, "" where it was never seen and there is no time now.

        Raises `FoundryError` where the repository cannot be reached or read.
        """
        key = _digest(f"{source.git}\n{source.ref}\n{source.subdirectory}")  # an address may hold a secret
        looked_at, state, version = self._memory.recall(key) or (0.0, "", "")
        is_fresh = 0 <= time.time() - float(looked_at) < _AGAIN_SECONDS
        if is_fresh or time.monotonic() - self._began > _BUDGET_SECONDS:
            return str(version)
        now = _state(source)
        if now != state or not version:
            with tempfile.TemporaryDirectory(prefix="foundry-", ignore_cleanup_errors=True) as scratch:
                version = declared_release(
                    source, scratch=Path(scratch).resolve(), given=given_by(package), memo=self._folder
                ).version
        self._memory.remember(key, time.time(), now, str(version))
        return str(version)

    def keep(self) -> None:
        """Write down what was seen, whole or not at all."""
        self._memory.keep()


def _state(source: GitSource) -> str:
    """Give the commit of the ref and every tag, as the repository itself tells them."""
    try:
        words = ["ls-remote", "--exit-code", "--", source.git, source.ref, "refs/tags/*"]
        return _digest(git(words, cwd=Path.home()))
    except ProgramFailed as failure:
        remedy = "mend the source in the catalog; `git ls-remote` of it must work without asking for anything"
        raise refusal(failure, subject=f"{source.git} at {source.ref}", remedy=remedy) from None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
