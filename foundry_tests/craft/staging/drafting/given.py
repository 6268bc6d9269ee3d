"""Sources without metadata of their own, and what an entry gives for them.

Add here what lays out such a source and stages it in a line.
Not here: promises (the tests).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from foundry_assets.catalog import SourceMetadata
from foundry_assets.craft.staging import Given, Staged, declared_release, stage
from foundry_assets.release import Release
from foundry_tests.craft.staging.sources import write

RELEASE = Release.of("demo-pkg", "1.2")
METADATA = SourceMetadata(author="A Person", email="a@example.com", description="d", license="MIT")
SOURCE_LAYOUT = {"src/demo/__init__.py": "", "src/demo/core.py": "import demo\n"}


def given(main_file: str = "src/demo/__init__.py", *ancillary: str, **more: Any) -> Given:
    """Give what an entry says; `more` are other fields of it."""
    told = Given("demo-pkg", "1.2", main_file, METADATA, ancillary, folder_name="house")
    return replace(told, **more)


def source(tmp_path: Path, more: Mapping[str, str] | None = None) -> Path:
    """Write a source folder called `house` with a package below `src`, and more files."""
    return flat(tmp_path, {**SOURCE_LAYOUT, **(more or {})})


def flat(tmp_path: Path, files: Mapping[str, str]) -> Path:
    """Write a source folder called `house` that holds these files alone."""
    return write(tmp_path / "house", dict(files))


def staged(folder: Path, told: Given, tmp_path: Path, *, allow_dirty: bool = False) -> Staged:
    """Stage a source into `tmp_path / "target"`."""
    return stage(
        folder,
        RELEASE,
        target=tmp_path / "target",
        scratch=tmp_path / "scratch",
        given=told,
        allow_dirty=allow_dirty,
    )


def asked(folder: Path, told: Given, tmp_path: Path) -> None:
    """Ask what a source declares, as before a run; raises what is wrong with it."""
    declared_release(folder, scratch=tmp_path / "scratch", given=told)


def pyproject(tmp_path: Path) -> dict[str, Any]:
    """Give the copy's pyproject.toml."""
    return tomllib.loads((tmp_path / "target" / "pyproject.toml").read_text("utf-8"))
