"""A tree's own small git repository, for build backends that ask git what belongs to the project.

Add here what such a repository needs in order to be the same on every machine.
Not here: reading the source's real repository (staging).
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from foundry_assets.errors import BuildFailed
from foundry_assets.subprocesses import ProgramFailed, run
from foundry_assets.surroundings import clean_environment

_GIT_LIMIT_SECONDS = 600.0
_DROPPINGS = "*.egg-info/\n/build/\n__pycache__/\n"


@contextlib.contextmanager
def own_repository(tree: Path, *, home: Path, epoch: int, tag: str = "") -> Iterator[None]:
    """Make `tree` a git repository of one commit while the block runs.

    Every file is committed, ignored ones too: meson-python ships committed files only. A `.git` that is
    already there is set aside and put back. Raises `BuildFailed` where git is missing or refuses.
    """
    dot_git = tree / ".git"
    aside = home / "git-set-aside"
    home.mkdir(parents=True, exist_ok=True)
    was_there = dot_git.exists()
    if was_there:
        dot_git.rename(aside)
    try:
        _commit_everything(tree, home, epoch, tag)
        yield
    finally:
        shutil.rmtree(dot_git, onerror=_make_writable)
        if was_there:
            aside.rename(dot_git)


def _commit_everything(tree: Path, home: Path, epoch: int, tag: str) -> None:
    environment = clean_environment(home, git_environment(tree, epoch))
    commands = [
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "--all", "--force", "."],
        ["commit", "--quiet", "--no-verify", "--no-gpg-sign", "--allow-empty", "--message=release"],
    ]
    if tag:
        commands.append(["tag", "--annotate", "--no-sign", f"--message={tag}", tag])
    options = ["-c", "core.autocrlf=false", "-c", "core.safecrlf=false", "-c", "gc.auto=0"]
    try:
        for command in commands:
            run(["git", *options, *command], cwd=tree, env=environment, timeout_seconds=_GIT_LIMIT_SECONDS)
        # What a backend leaves in the tree does not make it dirty; some version tools look.
        (tree / ".git" / "info" / "exclude").write_text(_DROPPINGS, encoding="utf-8")
    except ProgramFailed as failure:
        raise BuildFailed(
            f"`{tree.name}` needs a git repository of its own to be built, and git did not make one",
            remedy="install git (2.28 or newer), or read its words below",
            details=failure.last_lines(),
        ) from None


def git_environment(tree: Path, epoch: int) -> dict[str, str]:
    """Give variables that hide configurations and outer repositories from git, and fix one identity."""
    who = {"NAME": "release foundry", "EMAIL": "foundry@localhost", "DATE": f"{epoch} +0000"}
    return {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(tree.resolve().parent),
        "GIT_TERMINAL_PROMPT": "0",
        **{f"GIT_{role}_{name}": value for role in ("AUTHOR", "COMMITTER") for name, value in who.items()},
    }


def _make_writable(_function: object, path: str, _error: object) -> None:
    """Remove what git made read-only, which Windows refuses to delete."""
    Path(path).chmod(0o700)
    Path(path).unlink(missing_ok=True)
