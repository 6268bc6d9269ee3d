"""A catalog's git sources: asked now and then where their refs stand, and cloned only after a change.

Add here what spares a question or a clone, and what keeps one slow repository from costing the others.
Not here: cloning (staging/cloning), and what a folder declares (folders).
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from foundry_assets.catalog import GitSource, Package
from foundry_assets.craft.staging.cloning import clone
from foundry_assets.craft.staging.git import git, refusal
from foundry_assets.craft.watching.folders import Seen, look_in_folder
from foundry_assets.craft.watching.memory import Memory
from foundry_assets.craft.watching.tags import read_tags
from foundry_assets.errors import FoundryError, SourceMissing
from foundry_assets.subprocesses import ProgramFailed

_MEMO_NAME = "remotes.json"
_AGAIN_SECONDS = 300.0
_ASKING_SECONDS = 1.0
"""How long one tick begins to ask; who is not asked then comes first in the next one."""
_AT_ONCE = 8
_ANSWER_SECONDS = 10.0
_CLONING_SECONDS = 20.0
"""How long one tick begins to clone: Dagster gives it sixty seconds in all."""
_LATER = Seen(None, why="its repository is looked at later")


class RemoteMemo:
    """What was seen of each git source, kept in a folder; a repository is asked again after some minutes.

    Kept are for each repository the moment, its state ("" without an answer) and nothing more; for each
    package the moment, the state at which it was looked at, and what it declared there (None: unreadable).
    """

    def __init__(self, folder: Path) -> None:
        self._memory = Memory(folder / _MEMO_NAME)
        self._refusals: dict[str, FoundryError] = {}
        self._began = time.monotonic()

    def ask(self, sources: Iterable[GitSource]) -> None:
        """Ask the repositories that are due, several at once, those first that have waited longest."""
        due = {_repository(source): source for source in sources}
        due = {key: due[key] for key in sorted(due, key=self._asked_at) if not self._is_fresh(key)}
        began = time.monotonic()

        def answer(source: GitSource) -> str | FoundryError | None:
            return _state(source) if time.monotonic() - began < _ASKING_SECONDS else None

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for key, told in zip(due, pool.map(answer, due.values()), strict=True):
                if isinstance(told, FoundryError):
                    self._refusals[key] = told
                if told is not None:
                    self._memory.remember(key, time.time(), told if isinstance(told, str) else "", None)

    def state_of(self, source: GitSource) -> str:
        """Give what names the state of a repository, as it was told last; "" where it was not."""
        return self._state_and_moment(_repository(source))[0]

    def look(self, package: Package, source: GitSource) -> Seen:
        """Give what a source declares, from a clone if its repository has changed; nothing of it is run.

        Raises `FoundryError` where the repository cannot be reached or read.
        """
        key = _repository(source)
        if refused := self._refusals.get(key):
            raise refused
        state, asked_at = self._state_and_moment(key)
        if not state:
            if asked_at:
                raise _unreadable(asked_at)
            return _LATER
        own = key + _digest("\n".join((source.subdirectory, package.name, package.version)))
        tried_at, seen_at, told = self._memory.recall(own) or (0.0, "", None)
        if seen_at == state and told is not None:
            version, stock, why = told
            return Seen(version, tuple(stock), why)
        if seen_at == state and _is_recent(tried_at):
            raise _unreadable(tried_at)
        if time.monotonic() - self._began > _CLONING_SECONDS:
            return _LATER
        # Written down before, so that a clone which outlives its tick is not begun by each of the next ones.
        self._memory.remember(own, time.time(), state, None)
        self.keep()
        seen = _look_at_clone(package, source)
        self._memory.remember(own, time.time(), state, [seen.version, seen.stock, seen.why])
        return seen

    def keep(self) -> None:
        """Write down what was seen, whole or not at all."""
        self._memory.keep()

    def _state_and_moment(self, key: str) -> tuple[str, float]:
        moment, state, _ = self._memory.recall(key) or (0.0, "", None)
        return str(state), float(moment)

    def _asked_at(self, key: str) -> float:
        return self._state_and_moment(key)[1]

    def _is_fresh(self, key: str) -> bool:
        return _is_recent(self._asked_at(key))


def _look_at_clone(package: Package, source: GitSource) -> Seen:
    with tempfile.TemporaryDirectory(prefix="foundry-", ignore_cleanup_errors=True) as scratch:
        top = Path(scratch).resolve() / "clone"
        return look_in_folder(package, clone(source, into=top), lambda _: read_tags(top))


def _state(source: GitSource) -> str | FoundryError:
    """Give a digest of the ref's commit and every tag, as the repository tells them, or its refusal."""
    words = ["ls-remote", "--exit-code", "--", source.git, source.ref, "refs/tags/*"]
    try:
        return _digest(git(words, cwd=Path.home(), limit_seconds=_ANSWER_SECONDS))
    except ProgramFailed as failure:
        remedy = "mend the source in the catalog; `git ls-remote` of it must work without asking for anything"
        return refusal(failure, subject=f"{source.git} at {source.ref}", remedy=remedy)


def _unreadable(since: float) -> SourceMissing:
    left = max(1.0, (since + _AGAIN_SECONDS - time.time()) / 60)
    return SourceMissing(
        f"its repository could not be read; looked at again in {left:.0f} min",
        remedy="`git clone` of its source must work without asking for anything; an earlier tick told more",
    )


def _is_recent(moment: object) -> bool:
    return isinstance(moment, int | float) and 0 <= time.time() - moment < _AGAIN_SECONDS


def _repository(source: GitSource) -> str:
    return _digest(f"{source.git}\n{source.ref}")  # an address may hold a secret


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
