"""What counts: typing files are inside sdist and wheel, looked for in the archives themselves.

Add here a backend, or a setting that real projects lose typing files by (losing_projects).
Not here: which edit was made (test_inclusion).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.typing_signal import Rules, add_typing_signal
from foundry_tests.craft.typing_signal.archives import build_archives
from foundry_tests.craft.typing_signal.losing_projects import LOSING, OLD, TYPING_FILES, write_project

DEMO = canonicalize_name("demo-pkg")


@pytest.mark.parametrize("name", LOSING)
def test_both_archives_hold_every_carried_file(name: str, tmp_path: Path, backends: FreshEnvironment) -> None:
    """Settings that lose typing files are edited: the sdist, and the wheel built from it, hold them."""
    package, files = LOSING[name]
    tree = write_project(tmp_path / "tree", package, files)
    signal = add_typing_signal(tree, distribution=DEMO, rules=Rules("auto"))
    assert set(signal.carried) == {f"{package}/{file}" for file in TYPING_FILES}
    built = build_archives(tree, tmp_path / "out", backends)
    assert set(signal.carried) <= built.sdist
    assert {f"demo_pkg/{file}" for file in TYPING_FILES} <= built.wheel
    assert not any(member.startswith("src/") for member in built.wheel)


@pytest.mark.slow
@pytest.mark.parametrize("name", LOSING)
def test_these_settings_do_lose_typing_files(name: str, tmp_path: Path, backends: FreshEnvironment) -> None:
    """Without the edits each of the projects lacks a typing file in an archive, so the edits are needed."""
    package, files = LOSING[name]
    tree = write_project(tmp_path / "tree", package, files)
    (tree / package / "py.typed").touch()
    built = build_archives(tree, tmp_path / "out", backends)
    kept = [f"{package}/{file}" in built.sdist and f"demo_pkg/{file}" in built.wheel for file in TYPING_FILES]
    assert not all(kept)


@pytest.mark.slow
@pytest.mark.parametrize("name", OLD)
def test_an_old_setuptools_is_told_what_to_include(
    name: str, tmp_path: Path, old_setuptools: FreshEnvironment
) -> None:
    """A build requirement that admits only setuptools before 69 gets MANIFEST.in lines and package data."""
    package, files = OLD[name]
    tree = write_project(tmp_path / "tree", package, files)
    signal = add_typing_signal(tree, distribution=DEMO, rules=Rules("auto"))
    assert set(signal.carried) == {f"{package}/{file}" for file in TYPING_FILES}
    built = build_archives(tree, tmp_path / "out", old_setuptools)
    assert set(signal.carried) <= built.sdist
    assert {f"demo_pkg/{file}" for file in TYPING_FILES} <= built.wheel
