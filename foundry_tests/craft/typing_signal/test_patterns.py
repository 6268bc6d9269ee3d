"""File patterns: matched as each tool matches them, and narrowed without losing what they were for.

Add here a pattern whose meaning could be doubted.
Not here: whole projects (test_inclusion).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.typing_signal.manifest_in import manifest_keeps
from foundry_assets.craft.typing_signal.patterns import anchored_globs, any_hits, glob_hits, narrowed

_FILES = [
    f"{folder}{name}"
    for folder in ("", "a/", "a/b/", "c/")
    for name in ("x.py", "x.pyi", "y.pyi", "py.typed")
]
_PATTERNS = ["*.pyi", "**/*.pyi", "a", "a/*", "a/**/*.pyi", "**/py.typed", "c/x.*", "[ac]/y.pyi", "nothing"]


@given(st.lists(st.sampled_from(_PATTERNS), unique=True), st.sets(st.sampled_from(_FILES)))
def test_narrowed_patterns_spare_only_what_is_wanted(patterns: list[str], wanted: set[str]) -> None:
    """Wanted files are spared, and every other file is hit exactly as before."""
    after = narrowed(patterns, wanted, files=lambda: _FILES, hits=glob_hits)
    for path in _FILES:
        before = any(glob_hits(pattern, path) for pattern in patterns)
        assert any(glob_hits(pattern, path) for pattern in after) == (before and path not in wanted)


@given(st.sets(st.sampled_from([path for path in _FILES if not path.endswith(".py")])))
def test_short_patterns_hit_just_what_they_stand_for(wanted: set[str]) -> None:
    """The patterns that are written into settings hit the files below the roots and no other typing file."""
    every = [path for path in _FILES if not path.endswith(".py")]
    patterns = anchored_globs(wanted, every, ["a", "c"])
    for path in every:
        assert any_hits(patterns, path) == (path in wanted and "/" in path)


@pytest.mark.parametrize(
    ("manifest", "kept"),
    [
        ("", True),
        ("# global-exclude *.pyi", True),
        ("global-exclude *.pyi", False),
        ("global-exclude x.py", True),
        ("recursive-exclude a *.pyi", False),
        ("recursive-exclude c *.pyi", True),
        ("prune a/b", False),
        ("prune a/b/\ngraft a", True),
        ("exclude a/b/x.pyi", False),
        ("exclude a/*.pyi", True),
        ("exclude README.md \\\n  a/b/x.pyi", False),
        ("global-exclude *.pyi\nrecursive-include a *.pyi py.typed", True),
        ("include a/b/*.pyi\nglobal-exclude *.py[cio]", False),
    ],
)
def test_the_last_command_that_hits_a_file_counts(manifest: str, kept: bool, tmp_path: Path) -> None:
    """MANIFEST.in is read as setuptools reads it, from the top."""
    (tmp_path / "MANIFEST.in").write_text(manifest, "utf-8")
    assert manifest_keeps(ProjectFiles(tmp_path), "a/b/x.pyi", by_default=True) is kept
