"""Building both archives of a tree as a release builds them, and listing what they hold.

Add here how an archive is made or read for the tests of typing files.
Not here: the environments that it is done in (conftest), and what is asserted.
"""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import build

from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.subprocesses import run
from foundry_assets.surroundings import clean_environment


@dataclass(frozen=True)
class Archives:
    """What an sdist holds (paths below its top folder) and a wheel built from it, without metadata."""

    sdist: frozenset[str]
    wheel: frozenset[str]
    wheel_file: Path


def build_archives(tree: Path, out: Path, environment: FreshEnvironment) -> Archives:
    """Build the sdist from the tree and the wheel from the sdist, with the backend in the environment."""
    sdist = _run_hook(tree, "sdist", out, environment)
    with tarfile.open(sdist) as archive:
        archive.extractall(out / "unpacked", filter="data")
        members = [member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()]
    (top,) = (out / "unpacked").iterdir()
    wheel = _run_hook(top, "wheel", out, environment)
    with zipfile.ZipFile(wheel) as container:
        return Archives(_content(members), _content(container.namelist()), wheel)


def _content(members: Sequence[str]) -> frozenset[str]:
    return frozenset(name for name in members if not name.endswith("/") and "-info" not in name)


def _run_hook(tree: Path, kind: Literal["sdist", "wheel"], out: Path, environment: FreshEnvironment) -> Path:
    clean = clean_environment(out / "home", environment.make_extra_environ())

    def runner(
        cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None
    ) -> None:
        run(cmd, cwd=Path(cwd or tree), env=clean | dict(extra_environ or {}), timeout_seconds=120)

    (out / "home").mkdir(parents=True, exist_ok=True)
    builder = build.ProjectBuilder(tree, python_executable=environment.python_executable, runner=runner)
    return Path(builder.build(kind, out))
