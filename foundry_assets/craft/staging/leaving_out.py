"""What is never part of a source: secrets, caches, version control, environments, build output.

Add here a name or a mark by which such a thing is known.
Not here: walking over folders (choosing), and files that a build backend leaves out by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from pathlib import PurePosixPath

from foundry_assets.craft.staging.records import LeftOut

_SECRETS = frozenset(
    {
        ".pypirc",
        ".netrc",
        "_netrc",
        ".env",
        ".git-credentials",
        "id_rsa",
        "id_dsa",
        "id_ecdsa",
        "id_ecdsa_sk",
        "id_ed25519",
        "id_ed25519_sk",
    }
)
_MADE_UP = frozenset({"test", "tests", "testing", "fixtures", "testdata"})
_COMPILED_PYTHON = "compiled Python"
_FOLDERS = {
    ".git": "version control",
    ".hg": "version control",
    ".svn": "version control",
    ".bzr": "version control",
    ".foundry": "the foundry's own home",
    "__pycache__": _COMPILED_PYTHON,
    ".mypy_cache": "a tool's cache",
    ".pytest_cache": "a tool's cache",
    ".ruff_cache": "a tool's cache",
    ".hypothesis": "a tool's cache",
    ".tox": "test environments",
    ".nox": "test environments",
    ".eggs": "build requirements of setuptools",
}
_FILES = {
    ".git": "the mark of a submodule or a worktree",
    ".DS_Store": "a file manager's notes",
    ".coverage": "a test run's notes",
}
_COMPILED = (".pyc", ".pyo")
_DISTRIBUTION = re.compile(
    r"(.+\.(whl|tar\.gz|tar\.bz2|tgz|zip|egg|asc|sig|attestation)|\.gitignore)", re.IGNORECASE
)
_BUILD_OUTPUT = re.compile(r"lib|(lib|bdist|temp)\..+|scripts-.+|__editable__.*")
_MARKS = {"pyvenv.cfg": "a virtual environment", "CACHEDIR.TAG": "a cache, marked so by CACHEDIR.TAG"}
_BUILD_MARKS = frozenset({"CMakeCache.txt", "build.ninja", "meson-info"})


def secret_reason(name: str, *, place: str) -> str:
    """Tell why a file of this name is never copied; empty where it is no secret.

    `place` is where it would lie in the copy: what lies among the tests is made up for them.
    """
    folders = PurePosixPath(place).parts[:-1]
    is_secret = name.lower() in _SECRETS and not _MADE_UP.intersection(folders)
    return "a secret by its name: it is never copied" if is_secret else ""


def file_reason(name: str) -> str:
    """Tell why a file of this name is no source; empty where it is."""
    return _COMPILED_PYTHON if name.endswith(_COMPILED) else _FILES.get(name, "")


def folder_reason(name: str, inside: Collection[str], *, at_top: bool) -> str:
    """Tell why a folder is no source, by its name and the names inside; empty where it is.

    `dist` and `build` at the top are judged by what they hold: packages are called so too.
    """
    marked = next((_MARKS[mark] for mark in _MARKS if mark in inside), "")
    reason = _FOLDERS.get(name, marked)
    if reason or not at_top:
        return reason
    if name == "node_modules":
        return "installed JavaScript packages"
    is_output = (name == "dist" and all(map(_DISTRIBUTION.fullmatch, inside))) or (
        name == "build" and (bool(_BUILD_MARKS & set(inside)) or all(map(_BUILD_OUTPUT.fullmatch, inside)))
    )
    return "build output" if is_output else ""


class LeavingOut:
    """Collects what is left out; compiled Python below the top is counted, for it is in every folder."""

    def __init__(self) -> None:
        self._told: list[LeftOut] = []
        self._counted: Counter[str] = Counter()

    def tell(self, path: str, reason: str) -> None:
        """Tell one thing by its path."""
        folder, _, name = path.rpartition("/")
        if reason == _COMPILED_PYTHON and folder:
            self._counted[f"**/*{name[-4:]}" if name.endswith(_COMPILED) else f"**/{name}"] += 1
        else:
            self._told.append(LeftOut(path, reason))

    def all(self) -> tuple[LeftOut, ...]:
        """Give everything that was told, sorted by path."""
        counted = [
            LeftOut(path, f"{_COMPILED_PYTHON} ({times} of them)") for path, times in self._counted.items()
        ]
        return tuple(sorted([*self._told, *counted]))
