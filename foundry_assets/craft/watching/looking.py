"""One look at a package's source: what it declares now, and whether it may be launched as it lies there.

Add here another kind of source that can be watched.
Not here: whether a version is new (launching/watch), and what a folder declares (folders).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.catalog import GitSource, Package
from foundry_assets.content import files_below
from foundry_assets.craft.staging.checkout import find_checkout
from foundry_assets.craft.watching.folders import Seen, look_in_folder
from foundry_assets.craft.watching.remote import RemoteMemo
from foundry_assets.craft.watching.tags import TagMemo


def look(package: Package, tags: TagMemo, remotes: RemoteMemo) -> Seen:
    """Look at a source without running anything of it.

    Raises `FoundryError` where it cannot be read.
    """
    if isinstance(package.source, GitSource):
        return remotes.look(package, package.source)
    return look_in_folder(package, package.source, tags.of)


@dataclass(frozen=True)
class SourceState:
    """Whether a source may be launched as it lies there: what names its state, and why it may not, or ""."""

    name: str
    why_not: str = ""


def state_of(package: Package, remotes: RemoteMemo) -> SourceState:
    """Look whether a source holds uncommitted changes, and name its state, so that a later one is told apart.

    Raises `FoundryError` where git refuses. A clone is always clean.
    """
    if isinstance(package.source, GitSource):
        return SourceState(remotes.state_of(package.source))
    checkout = find_checkout(package.source)
    if checkout is None:
        return SourceState(_stamps(package.source))
    if not checkout.commit:
        return SourceState("", "its repository has no commit yet")
    changes = checkout.changes()
    why = f"it has {len(changes)} uncommitted changes, such as {changes[0].name}" if changes else ""
    return SourceState(checkout.history_key()[:16], why)


def _stamps(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in files_below(folder):
        status = path.lstat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:16]
