"""Small sources for the tests of staging: folders, git repositories, and how they looked before.

Add here what writes a source in a line.
Not here: promises (the tests).
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from foundry_assets.craft.staging import Staged, stage
from foundry_assets.release import Release

PYPROJECT = '[project]\nname = "Demo_Pkg"\nversion = "1.2"\n'
RELEASE = Release.of("demo-pkg", "1.2")
MOMENT = 1_700_000_000
"""The commit time of everything that these tests commit, in seconds."""


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write text files below a folder, which is made if need be."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def project(folder: Path, files: dict[str, str] | None = None) -> Path:
    """Write a project of one module."""
    return write(folder, {"pyproject.toml": PYPROJECT, "demo_pkg.py": "x = 1\n", **(files or {})})


def run_git(folder: Path, *words: str | Path) -> str:
    """Run git as somebody with no configuration of their own, at a fixed time."""
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_COMMITTER_DATE": f"{MOMENT} +0000",
        "GIT_AUTHOR_DATE": f"{MOMENT} +0000",
    }
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always"]
    command = ["git", *who, "-C", str(folder), *map(str, words)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path, *, tag: str = "") -> Path:
    """Commit everything that a folder holds, as a new repository if it is none."""
    if not (folder / ".git").exists():
        run_git(folder, "init", "--quiet", "--initial-branch=main")
    run_git(folder, "add", "--all")
    run_git(folder, "commit", "--quiet", "--allow-empty", "--message=x")
    if tag:
        run_git(folder, "tag", tag)
    return folder


def staged(source: Path, tmp_path: Path, *, allow_dirty: bool = False, release: Release = RELEASE) -> Staged:
    """Stage a source into `tmp_path / "target"`."""
    scratch = tmp_path / "scratch"
    return stage(source, release, target=tmp_path / "target", scratch=scratch, allow_dirty=allow_dirty)


def appearance(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Give mode, time of change and digest of everything below a folder, `.git` included."""
    seen = {}
    for path in [folder, *folder.rglob("*")]:
        status = path.lstat()
        content = str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        digest = hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()
        seen[str(path)] = (status.st_mode, status.st_mtime_ns, digest)
    return seen
