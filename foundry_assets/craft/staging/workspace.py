"""Staging in one call: open the source, choose its files, copy them, and hold the declaration to the release.

Add here the order of the steps, and what a person is told when source and release disagree.
Not here: how a step is done (the modules beside this one).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from foundry_assets.content import Listing, Member, hash_file
from foundry_assets.craft.staging.asking import ask_backend, memo_key, remember, remembered
from foundry_assets.craft.staging.checkout import Change, Checkout, find_checkout
from foundry_assets.craft.staging.choosing import choose_files
from foundry_assets.craft.staging.choosing_tracked import choose_tracked
from foundry_assets.craft.staging.cloning import clone, copy_with_history
from foundry_assets.craft.staging.copying import EARLIEST_EPOCH, Copied, copy_files, set_times
from foundry_assets.craft.staging.declaring import checked, declared_outright, quick_declared
from foundry_assets.craft.staging.project_files import Project, read_project
from foundry_assets.craft.staging.records import Chosen, Declared, Staged
from foundry_assets.craft.staging.version_tools import build_environment, repository_tag, version_tool
from foundry_assets.errors import DirtySource, VersionMismatch

if TYPE_CHECKING:
    from foundry_assets.catalog import GitSource
    from foundry_assets.release import Release

__all__ = ["declared_release", "quick_declared", "stage"]
_SHOWN = 20


@dataclass(frozen=True)
class _Desk:
    """Where the work is done and told: a scratch folder, remembered answers, a listener."""

    scratch: Path
    memo: Path | None
    on_line: Callable[[str], None] | None


@dataclass(frozen=True)
class _Source:
    """An opened source: its project files, its checkout if git is in charge, and its chosen files."""

    project: Project
    checkout: Checkout | None
    chosen: Chosen
    changes: tuple[Change, ...]


def stage(  # noqa: PLR0913 - each is a choice of the caller's, and all but two are named
    source: Path | GitSource,
    release: Release,
    *,
    target: Path,
    scratch: Path,
    allow_dirty: bool = False,
    memo: Path | None = None,
    on_line: Callable[[str], None] | None = None,
) -> Staged:
    """Copy a package's source to `target`, which must not exist yet; the source stays byte for byte.

    `scratch` is a folder to work in, `memo` one where backend answers are remembered. Raises `SourceMissing`,
    `NotAProject`, `MetadataUnreadable`, `UnsafeSource`, `DirtySource`, `VersionMismatch` and `BuildFailed`;
    then there is no `target`.
    """
    desk = _Desk(scratch, memo, on_line)
    opened = _open(source, desk, own=(target, scratch))
    if not allow_dirty:
        _require_clean(opened)
    if target.exists():
        raise FileExistsError(target)
    try:
        copied = copy_files(opened.chosen.files, into=target)
        declared = _declare(opened, desk, digest=copied.listing.sha256)
        _require_release(declared, release, opened)
        epoch = max(_moment(opened, copied), EARLIEST_EPOCH)
        set_times(target, epoch)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    return _told(opened, copied, declared, release, epoch)


def declared_release(
    source: Path | GitSource,
    *,
    scratch: Path,
    memo: Path | None = None,
    on_line: Callable[[str], None] | None = None,
) -> Declared:
    """Give the name and version that a source declares, asking its build backend where no file says them.

    Uncommitted changes do not matter here. Raises what `stage` raises for a source that cannot be read.
    """
    desk = _Desk(scratch, memo, on_line)
    if isinstance(source, Path) and (found := quick_declared(source)):
        return found
    return _declare(_open(source, desk, own=(scratch,)), desk, digest="")


def _open(source: Path | GitSource, desk: _Desk, *, own: tuple[Path, ...]) -> _Source:
    if isinstance(source, Path):
        folder = source
    else:
        desk.scratch.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix="clone-", dir=desk.scratch))
        folder = clone(source, into=place / "source")
        own = ()
    project = read_project(folder)
    checkout = find_checkout(folder)
    if checkout is None:
        return _Source(project, None, choose_files(folder, own=own), ())
    chosen, changes = choose_tracked(checkout, own=own)
    return _Source(project, checkout, chosen, changes)


def _require_clean(opened: _Source) -> None:
    changes = opened.chosen.changes
    if opened.checkout and not opened.checkout.commit:
        raise DirtySource(
            f"`{opened.project.folder}` is in a git repository that has no commit yet",
            remedy="commit the files, or allow uncommitted changes (--allow-dirty)",
        )
    if changes:
        more = f"\n… and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else ""
        raise DirtySource(
            f"`{opened.project.folder}` has {len(changes)} uncommitted change{'s' * (len(changes) > 1)}",
            remedy="commit or remove them, or allow uncommitted changes (--allow-dirty)",
            details="\n".join(changes[:_SHOWN]) + more,
        )


def _declare(opened: _Source, desk: _Desk, *, digest: str) -> Declared:
    """Read or ask what a source declares; `digest` is its tree's, where it is known already."""
    if found := declared_outright(opened.project):
        return found
    key = _memo_key(opened, digest)
    answer = remembered(desk.memo, key)
    if answer is None:
        desk.scratch.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix="declaring-", dir=desk.scratch) as work,
            tempfile.TemporaryDirectory(prefix="declaring-", dir=_place_to_ask(opened, desk)) as place,
        ):
            copy = _copy_to_ask(opened, Path(place))
            answer = ask_backend(copy, fence=Path(place), scratch=Path(work), on_line=desk.on_line)
        remember(desk.memo, key, answer)
    where = f"the build backend of `{opened.project.folder}`"
    return checked(*answer, where=where, how="backend", tool=version_tool(opened.project))


def _memo_key(opened: _Source, digest: str) -> str:
    """Give what an answer is remembered by; empty in a dirty checkout, whose version may hold a date."""
    if opened.checkout is None:
        return memo_key("tree", digest or _digest(opened.chosen))
    if opened.changes or not opened.checkout.commit:
        return ""
    return memo_key("checkout", opened.checkout.history_key())


def _digest(chosen: Chosen) -> str:
    return Listing.of(Member(file.name, *hash_file(file.path)) for file in chosen.files).sha256


def _place_to_ask(opened: _Source, desk: _Desk) -> Path | None:
    """Keep a tree without history away from other people's: some tools search all folders above it."""
    scratch = desk.scratch.resolve()
    is_below_another = any((folder / ".git").exists() for folder in (scratch, *scratch.parents))
    return None if is_below_another and not opened.checkout else scratch


def _copy_to_ask(opened: _Source, work: Path) -> Path:
    """Make the copy that the backend sees; in a checkout with history, under the same folder name."""
    checkout = opened.checkout
    if checkout is None or not checkout.commit:
        folder = work / (opened.project.folder.resolve().name or "source")
        copy_files(opened.chosen.files, into=folder)
        return folder
    into = work / (checkout.top.name or "source")
    return copy_with_history(checkout, files=opened.chosen.files, changes=opened.changes, into=into)


def _require_release(declared: Declared, release: Release, opened: _Source) -> None:
    if declared.name == release.name and release.is_same_version_as(declared.version):
        return
    found = f"{declared.name}=={declared.version}"
    raise VersionMismatch(
        f"`{opened.project.folder}` declares {found}, and the release is {release}",
        remedy=_remedy(declared, release, opened),
    )


def _remedy(declared: Declared, release: Release, opened: _Source) -> str:
    other = f"release {declared.name}=={declared.version} instead"
    if declared.name != release.name:
        return f"give the source of {release.name}, or {other}"
    if declared.how == "static":
        file = "pyproject.toml" if (opened.project.folder / "pyproject.toml").is_file() else "setup.cfg"
        return f"change the version in {file} to {release.version}, or {other}"
    if declared.scm and opened.checkout:
        return f"tag the commit that is to be {release.version} and check it out ({declared.scm}), or {other}"
    return f"change the version where the build backend takes it from, or {other}"


def _moment(opened: _Source, copied: Copied) -> int:
    return opened.checkout.committed if opened.checkout and opened.checkout.commit else copied.newest


def _told(opened: _Source, copied: Copied, declared: Declared, release: Release, epoch: int) -> Staged:
    checkout = opened.checkout
    described = checkout.described if checkout else ""
    tag = repository_tag(declared.scm, opened.project, release, described=described) if checkout else ""
    return Staged(
        origin="git" if checkout else "folder",
        commit=checkout.commit if checkout else "",
        described=described,
        dirty=opened.chosen.changes,
        epoch=epoch,
        listing=copied.listing,
        left_out=opened.chosen.left_out,
        declared=declared,
        build_environment=build_environment(declared.scm, release),
        needs_repository=tag,
    )
