"""Staging in one call: open the source, choose its files, copy them, and hold the declaration to the release.

Add here the order of the steps, and what a person is told when source and release disagree.
Not here: how a step is done (the modules beside this one).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from foundry_assets.content import Listing, Member
from foundry_assets.craft.staging.answering import declare
from foundry_assets.craft.staging.copying import EARLIEST_EPOCH, Copied, copy_files, set_times
from foundry_assets.craft.staging.declaring import quick_declared
from foundry_assets.craft.staging.drafting import Given
from foundry_assets.craft.staging.opening import Desk, Source, open_source, require_clean
from foundry_assets.craft.staging.records import Declared, Staged
from foundry_assets.craft.staging.version_tools import build_environment, repository_tag
from foundry_assets.errors import VersionMismatch

if TYPE_CHECKING:
    from foundry_assets.catalog import GitSource
    from foundry_assets.release import Release

__all__ = ["declared_release", "quick_declared", "stage"]


def stage(  # noqa: PLR0913 - each is a choice of the caller's, and all but two are named
    source: Path | GitSource,
    release: Release,
    *,
    target: Path,
    scratch: Path,
    given: Given | None = None,
    allow_dirty: bool = False,
    memo: Path | None = None,
    on_line: Callable[[str], None] | None = None,
) -> Staged:
    """Copy a package's source to `target`, which must not exist yet; the source stays byte for byte.

    `scratch` is a folder to work in, `memo` one where backend answers are remembered; `given` is what the
    catalog says for a source that declares nothing itself. Raises `SourceMissing`, `NotAProject`,
    `MetadataUnreadable`, `UnsafeSource`, `DirtySource`, `VersionMismatch`, `CatalogInvalid` and
    `BuildFailed`; then there is no `target`.
    """
    desk = Desk(scratch, memo, on_line)
    opened = open_source(source, desk, own=(target, scratch), given=given)
    if not allow_dirty:
        require_clean(opened)
    if target.exists():
        raise FileExistsError(target)
    try:
        copied = copy_files(opened.chosen.files, into=target, texts=opened.texts)
        declared = declare(opened, desk, digest=copied.listing.sha256)
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
    given: Given | None = None,
    memo: Path | None = None,
    on_line: Callable[[str], None] | None = None,
    on_folder: Callable[[Path], None] | None = None,
) -> Declared:
    """Give the name and version that a source declares, asking its build backend where no file says them.

    With `given`, everything that is wrong with it is told now, and a source that declares something else is
    refused. Uncommitted changes do not matter here. `on_folder` is shown the source's folder while it is
    there: a clone is gone afterwards. Raises what `stage` raises for a source that cannot be read.
    """
    desk = Desk(scratch, memo, on_line)
    look = on_folder or (lambda _: None)
    if given is None and isinstance(source, Path) and (found := quick_declared(source)):
        look(source)
        return found
    opened = open_source(source, desk, own=(scratch,), given=given)
    look(opened.project.folder)
    declared = declare(opened, desk, digest="")
    if given is not None:
        _require_given(declared, given, opened)
    return declared


def _require_given(declared: Declared, given: Given, opened: Source) -> None:
    """Refuse a source whose own words contradict those of its entry; they win, but not behind one's back."""
    version = given.version or declared.version
    if declared.name == given.name and Version(version) == Version(declared.version):
        return
    found = f"{declared.name}=={declared.version}"
    raise VersionMismatch(
        f"`{opened.project.folder}` declares {found}, and its entry gives {given.name}=={version}",
        remedy="make the two say the same: the source's own pyproject.toml wins over an entry",
    )


def _require_release(declared: Declared, release: Release, opened: Source) -> None:
    if declared.name == release.name and release.is_same_version_as(declared.version):
        return
    found = f"{declared.name}=={declared.version}"
    raise VersionMismatch(
        f"`{opened.project.folder}` declares {found}, and the release is {release}",
        remedy=_remedy(declared, release, opened),
    )


def _remedy(declared: Declared, release: Release, opened: Source) -> str:
    other = f"release {declared.name}=={declared.version} instead"
    if declared.name != release.name:
        return f"give the source of {release.name}, or {other}"
    if declared.how == "static":
        return f"change the version in {_file_of_version(opened)} to {release.version}, or {other}"
    if declared.scm and opened.checkout:
        return f"tag the commit that is to be {release.version} and check it out ({declared.scm}), or {other}"
    return f"change the version where the build backend takes it from, or {other}"


def _file_of_version(opened: Source) -> str:
    has_pyproject = (opened.project.folder / "pyproject.toml").is_file()
    if opened.draft and not (has_pyproject and opened.draft.declares):
        return "its entry"
    return "pyproject.toml" if has_pyproject else "setup.cfg"


def _moment(opened: Source, copied: Copied) -> int:
    return opened.checkout.committed if opened.checkout and opened.checkout.commit else copied.newest


def _told(opened: Source, copied: Copied, declared: Declared, release: Release, epoch: int) -> Staged:
    checkout, drafted = opened.checkout, opened.draft
    described = checkout.described if checkout else ""
    tag = repository_tag(declared.scm, opened.project, release, described=described) if checkout else ""
    origins = drafted.origins if drafted else {}
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
        source_sha256=_as_in_source(copied.listing, origins, opened.texts).sha256,
        import_package=drafted.package if drafted else "",
        moved={name: origin for name, origin in sorted(origins.items()) if name != origin},
        generated=tuple(sorted(opened.texts)),
        notes=opened.notes,
    )


def _as_in_source(copied: Listing, origins: dict[str, str], generated: dict[str, str]) -> Listing:
    """Give the copied files under the names that they have in the source."""
    return Listing.of(
        Member(origins.get(member.path, member.path), member.sha256, member.bytes)
        for member in copied.members
        if member.path not in generated
    )
