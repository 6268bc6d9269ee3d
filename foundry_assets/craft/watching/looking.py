"""One look at a package's source: the version that it declares now, and what counts as known at first sight.

Add here another kind of source that can be watched.
Not here: whether a version is new (launching/watch), and reading files and tags (version_files, tags).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.catalog import GitSource, Package
from foundry_assets.content import files_below
from foundry_assets.craft.staging import given_by, quick_declared
from foundry_assets.craft.staging.checkout import find_checkout
from foundry_assets.craft.staging.project_files import read_project
from foundry_assets.craft.staging.version_tools import version_tool
from foundry_assets.craft.watching.remote import RemoteMemo
from foundry_assets.craft.watching.tags import TagMemo, versions_of
from foundry_assets.craft.watching.version_files import version_in_file

_BY_HAND = "its version is known to its build backend alone; launch it by hand"


@dataclass(frozen=True)
class Seen:
    """The version that a source declares, None where it declares none just now; `why` is what is in the way.

    `stock` are the versions that count as known when the package is seen for the first time.
    """

    version: str | None
    stock: tuple[str, ...] = ()
    why: str = ""


def look(package: Package, tags: TagMemo, remotes: RemoteMemo) -> Seen:
    """Look at a source without running anything of it.

    Raises `FoundryError` where it cannot be read.
    """
    if isinstance(package.source, GitSource):
        version = remotes.version_of(package, package.source)
        return Seen(version, (version,)) if version else Seen(None, why="its repository is looked at later")
    given = given_by(package)
    if found := quick_declared(package.source, given=given):
        return Seen(found.version, (found.version,))
    project = read_project(package.source)
    if version_tool(project):
        return _by_tags(package, package.source, tags)
    in_file = version_in_file(project)
    return Seen(in_file, (in_file,)) if in_file else Seen(None, why=_BY_HAND)


def _by_tags(package: Package, folder: Path, tags: TagMemo) -> Seen:
    found = tags.of(folder.resolve())
    if found is None:
        return Seen(None, why="its version comes from tags, and it lies in no repository")
    at_head, every = (versions_of(names, package.name) for names in (found.at_head, found.every))
    return Seen(at_head[0] if at_head else None, tuple(every))


@dataclass(frozen=True)
class SourceState:
    """Whether a source may be launched as it lies there: what names its state, and why it may not, or ""."""

    name: str
    why_not: str = ""


def state_of(package: Package) -> SourceState:
    """Look whether a source holds uncommitted changes, and name its state, so that a later one is told apart.

    Raises `FoundryError` where git refuses. A clone is always clean.
    """
    if isinstance(package.source, GitSource):
        return SourceState(package.source.ref)
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
