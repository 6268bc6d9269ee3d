"""Copies of repositories: a catalog's git source, and a checkout with its history for version tools.

Add here what creates a repository in scratch.
Not here: reading a checkout (checkout), and the copy that is released (copying): it carries no `.git`.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from foundry_assets.craft.staging.checkout import Change, Checkout
from foundry_assets.craft.staging.git import git, refusal, without_credential
from foundry_assets.craft.staging.records import SourceFile
from foundry_assets.errors import SourceMissing
from foundry_assets.subprocesses import ProgramFailed

if TYPE_CHECKING:
    from foundry_assets.catalog import GitSource


_CLONING = "mend the source in the catalog; `git clone` of it must work without asking for anything"
_WRITTEN_BY_HOOKS = "*.egg-info/\n/build/\n__pycache__/\n"
"""What a metadata hook writes beside the sources; its own traces must not make the copy dirty."""


def clone(source: GitSource, *, into: Path) -> Path:
    """Clone a source at its ref into the folder `into`; give the package's folder inside.

    Raises `SourceMissing`, with git's words, for a repository out of reach, an unknown ref, or a
    subdirectory that is not there.
    """
    into.parent.mkdir(parents=True, exist_ok=True)
    subject = f"{source.git} at {source.ref}"
    local = Path(source.git).expanduser()
    words: list[str | Path] = ["--", source.git]
    if local.is_dir():
        # Its objects are read where they are: copies of them would be linked to its own.
        words = ["--shared", "--", local.resolve()]
    keep_endings: list[str | Path] = ["--config", "core.autocrlf=false"]
    with _told(subject, remedy=_CLONING):
        git(["clone", "--quiet", "--no-checkout", *keep_endings, *words, into], cwd=into.parent)
    commit = _commit_of(source, into)
    with _told(subject, remedy=_CLONING):
        git(["checkout", "--quiet", "--detach", commit], cwd=into)
        git(["submodule", "--quiet", "update", "--init", "--recursive"], cwd=into)
    folder = (into / source.subdirectory).resolve()
    if not folder.is_dir() or not folder.is_relative_to(into.resolve()):
        raise SourceMissing(
            f"`{without_credential(subject)}` has no folder `{source.subdirectory}`",
            remedy="mend `subdirectory` in the catalog; it is relative to the repository's top",
        )
    return folder


def _commit_of(source: GitSource, repository: Path) -> str:
    """Find a ref as a tag, as a branch over there, and then as anything that git can name."""
    for name in (f"refs/tags/{source.ref}", f"refs/remotes/origin/{source.ref}", source.ref):
        with contextlib.suppress(ProgramFailed):
            words = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
            return git(words, cwd=repository).split()[-1]
    remedy = "mend `ref`: a tag, a branch or a commit that the repository has"
    with _told(f"{source.git} at {source.ref}", remedy=remedy):
        git(["fetch", "--quiet", "origin", "--end-of-options", source.ref], cwd=repository)
    return "FETCH_HEAD"


def copy_with_history(
    checkout: Checkout, *, files: Iterable[SourceFile], changes: Iterable[Change], into: Path
) -> Path:
    """Copy a checkout so that version tools see its tags and its state; give the package's folder inside.

    Only the package's own changes are carried over: dirt elsewhere in the repository is not the package's.
    The objects stay where they are and are read from there.
    """
    with _told(str(checkout.top)):
        git(
            ["clone", "--quiet", "--shared", "--no-checkout", "--", str(checkout.top), str(into)],
            cwd=into.parent,
        )
        git(["reset", "--quiet", "--hard", checkout.commit], cwd=into)
        (into / ".git" / "info").mkdir(exist_ok=True)
        (into / ".git" / "info" / "exclude").write_text(_WRITTEN_BY_HOOKS)
        changed = list(changes)
        for change in changed:
            _carry(checkout.top / change.name, into / change.name)
        staged = [change.name for change in changed if change.is_staged]
        if staged:
            names = "\0".join(staged)
            git(
                ["add", "--all", "--force", "--pathspec-from-file=-", "--pathspec-file-nul"],
                cwd=into,
                stdin=names,
            )
    folder = into / checkout.prefix
    for file in files:
        if not (folder / file.name).exists():
            _carry(file.path, folder / file.name)
    return folder


def _carry(source: Path, destination: Path) -> None:
    if destination.is_symlink() or destination.is_file():
        destination.unlink()
    if source.is_symlink() or source.is_file():
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, destination, follow_symlinks=False)


@contextlib.contextmanager
def _told(subject: str, *, remedy: str = "") -> Iterator[None]:
    try:
        yield
    except ProgramFailed as failure:
        raise refusal(failure, subject=subject, remedy=remedy) from None
