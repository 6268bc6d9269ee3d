"""What counts: typing files are inside sdist and wheel, looked for in the archives themselves.

Add here a backend, or a setting that real projects lose typing files by (losing_projects).
Not here: which edit was made (test_inclusion).
"""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import build
import pytest
from packaging.utils import canonicalize_name

from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.typing_signal import add_typing_signal
from foundry_assets.subprocesses import run
from foundry_assets.surroundings import clean_environment
from foundry_tests.craft.typing_signal.losing_projects import LOSING, OLD, TYPING_FILES, write_project

_BACKENDS = (
    "setuptools>=69",
    "hatchling",
    "flit_core",
    "poetry-core>=2",
    "pdm-backend",
    "uv_build",
    "scikit-build-core",
)
DEMO = canonicalize_name("demo-pkg")


@pytest.fixture(scope="session")
def backends(tmp_path_factory: pytest.TempPathFactory) -> FreshEnvironment:
    """Give one environment with every backend, shared because making it costs more than a build."""
    folder = tmp_path_factory.mktemp("backends")
    environment = FreshEnvironment(folder / "environment", home=folder / "home")
    environment.install(_BACKENDS)
    return environment


@pytest.fixture(scope="session")
def old_setuptools(tmp_path_factory: pytest.TempPathFactory) -> FreshEnvironment:
    """Give an environment with a setuptools that includes no typing files by itself."""
    folder = tmp_path_factory.mktemp("old")
    environment = FreshEnvironment(folder / "environment", home=folder / "home")
    environment.install(["setuptools==68.2.2", "wheel"])
    return environment


@pytest.mark.parametrize("name", LOSING)
def test_both_archives_hold_every_carried_file(name: str, tmp_path: Path, backends: FreshEnvironment) -> None:
    """Settings that lose typing files are edited: the sdist, and the wheel built from it, hold them."""
    package, files = LOSING[name]
    tree = write_project(tmp_path / "tree", package, files)
    signal = add_typing_signal(tree, distribution=DEMO, mode="auto")
    assert set(signal.carried) == {f"{package}/{file}" for file in TYPING_FILES}
    in_sdist, in_wheel = _built(tree, tmp_path / "out", backends)
    assert set(signal.carried) <= in_sdist
    assert {f"demo_pkg/{file}" for file in TYPING_FILES} <= in_wheel
    assert not any(member.startswith("src/") for member in in_wheel)


@pytest.mark.slow
@pytest.mark.parametrize("name", LOSING)
def test_these_settings_do_lose_typing_files(name: str, tmp_path: Path, backends: FreshEnvironment) -> None:
    """Without the edits each of the projects lacks a typing file in an archive, so the edits are needed."""
    package, files = LOSING[name]
    tree = write_project(tmp_path / "tree", package, files)
    (tree / package / "py.typed").touch()
    in_sdist, in_wheel = _built(tree, tmp_path / "out", backends)
    kept = [f"{package}/{file}" in in_sdist and f"demo_pkg/{file}" in in_wheel for file in TYPING_FILES]
    assert not all(kept)


@pytest.mark.slow
@pytest.mark.parametrize("name", OLD)
def test_an_old_setuptools_is_told_what_to_include(
    name: str, tmp_path: Path, old_setuptools: FreshEnvironment
) -> None:
    """A build requirement that admits only setuptools before 69 gets MANIFEST.in lines and package data."""
    package, files = OLD[name]
    tree = write_project(tmp_path / "tree", package, files)
    signal = add_typing_signal(tree, distribution=DEMO, mode="auto")
    assert set(signal.carried) == {f"{package}/{file}" for file in TYPING_FILES}
    in_sdist, in_wheel = _built(tree, tmp_path / "out", old_setuptools)
    assert set(signal.carried) <= in_sdist
    assert {f"demo_pkg/{file}" for file in TYPING_FILES} <= in_wheel


def _built(tree: Path, out: Path, environment: FreshEnvironment) -> tuple[set[str], set[str]]:
    """Build as a release is built, and give what the sdist (below its top folder) and the wheel hold."""
    sdist = _run_hook(tree, "sdist", out, environment)
    with tarfile.open(sdist) as archive:
        archive.extractall(out / "unpacked", filter="data")
        in_sdist = {name.partition("/")[2] for name in archive.getnames()}
    (top,) = (out / "unpacked").iterdir()
    wheel = _run_hook(top, "wheel", out, environment)
    with zipfile.ZipFile(wheel) as container:
        return in_sdist, set(container.namelist())


def _run_hook(tree: Path, kind: Literal["sdist", "wheel"], out: Path, environment: FreshEnvironment) -> Path:
    clean = clean_environment(out / "home", environment.make_extra_environ())

    def runner(
        cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None
    ) -> None:
        run(cmd, cwd=Path(cwd or tree), env=clean | dict(extra_environ or {}), timeout_seconds=120)

    (out / "home").mkdir(parents=True, exist_ok=True)
    builder = build.ProjectBuilder(tree, python_executable=environment.python_executable, runner=runner)
    return Path(builder.build(kind, out))
