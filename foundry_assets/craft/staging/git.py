"""Running git: its surroundings, how its file names are read, and what its refusals mean to a person.

Add here what concerns every git command.
Not here: what a checkout holds (checkout), and making copies of repositories (cloning).
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Sequence
from pathlib import Path

from foundry_assets.errors import FoundryError, SourceMissing, UnsafeSource
from foundry_assets.subprocesses import ProgramFailed, run
from foundry_assets.surroundings import clean_environment

_LIMIT_SECONDS = 1800.0
_CARRIED_NAMES = frozenset(
    {
        "XDG_CONFIG_HOME",
        "SSH_AUTH_SOCK",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
    }
)
_CARRIED_PREFIX = "GIT_CONFIG_"
_OPTIONS = (
    "--no-optional-locks",
    # Bytes above 0x7f come as octal escapes, so that a name in any encoding survives a text stream.
    *("-c", "core.quotePath=true"),
    # A repository's own settings must not start programs, nor leave files in it.
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
)


def git(
    words: Sequence[str | Path],
    *,
    cwd: Path,
    stdin: str | None = None,
    limit_seconds: float = _LIMIT_SECONDS,
) -> str:
    """Run a git command that never asks and never refreshes an index; give what it printed.

    Raises `ProgramFailed`; `refusal` turns that into words for a person.
    """
    command = ["git", *_OPTIONS, *words]
    return run(command, cwd=cwd, env=_environment(), timeout_seconds=limit_seconds, stdin=stdin).stdout


def _environment() -> dict[str, str]:
    """Give git the person's own settings (ignored files, trusted folders, agents) and no `GIT_DIR`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in _CARRIED_NAMES or name.upper().startswith(_CARRIED_PREFIX)
    }
    quiet = {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "LC_ALL": "C",
        "LANGUAGE": "C",
    }
    surroundings = clean_environment(Path.home(), kept | quiet)
    if "XDG_CONFIG_HOME" not in kept:
        surroundings.pop("XDG_CONFIG_HOME", None)
    return surroundings


def unquoted(name: str) -> str:
    """Give a file name that git printed as the operating system knows it.

    git writes unusual names as C strings, whose escapes Python's bytes literals share.
    """
    if not name.startswith('"'):
        return name
    return os.fsdecode(ast.literal_eval(f"b{name}"))


def without_credential(text: str) -> str:
    """Give a text without what stands before the host in its addresses."""
    return re.sub(r"//[^/@\s]+@", "//", text)


def refusal(failure: ProgramFailed, *, subject: str, remedy: str = "") -> FoundryError:
    """Tell what a failed git command means for `subject`, a folder or an address, without its credential.

    `remedy` is what to do where git's words are all that is known.
    """
    subject = without_credential(subject)
    words = without_credential(failure.stderr.strip() or failure.outcome)
    if "could not be started" in failure.outcome:
        return SourceMissing(
            f"`{subject}` needs git, and git could not be started",
            remedy="install git and put it on PATH, or give a copy of the files that has no `.git`",
            details=failure.outcome,
        )
    if "dubious ownership" in words:
        return UnsafeSource(
            f"git refuses `{subject}`, because the folder belongs to another user",
            remedy="if you trust it: git config --global --add safe.directory <the folder named below>",
            details=words,
        )
    return SourceMissing(
        f"git cannot read `{subject}`",
        remedy=remedy or "read git's words below; `git status` in that place should work first",
        details=words,
    )
