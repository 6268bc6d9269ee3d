"""The peers: build, twine and uv in an environment of their own, used as their users use them.

Add here another way in which people release.
Not here: the foundry's own way (foundry), and taking turns (timing).
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.catalog import Index
from foundry_assets.subprocesses import run
from foundry_assets.surroundings import installer_environment
from foundry_tests.benchmarks.projects import BUILD_REQUIREMENTS
from foundry_tests.benchmarks.timing import timed
from foundry_tests.servers import PASSWORD, USERNAME

_STEERING = ("FOUNDRY_", "TWINE_", "UV_PUBLISH_", "PYTHONDONTWRITEBYTECODE")


def surroundings(**more: str) -> dict[str, str]:
    """Give this process's environment without what would steer either side, and with `more`.

    Modules are compiled once and kept, as an installation by pip leaves them for either side.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_STEERING)}
    kept.pop("DAGSTER_HOME", None)
    return kept | more


@dataclass(frozen=True)
class Peers:
    """Where the peers' programs lie."""

    programs: Path

    @classmethod
    def installed(cls, folder: Path) -> Peers:
        """Install them, compiled as pip would, and have what their builds require in pip's cache."""
        folder.mkdir(parents=True)
        environment = installer_environment(folder)
        uv: list[str | Path] = [sys.executable, "-m", "uv", "--quiet"]
        run(
            [*uv, "venv", "--python", sys.executable, "env"], cwd=folder, env=environment, timeout_seconds=120
        )
        programs = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
        install = [*uv, "pip", "install", "--compile-bytecode", "--python", programs / "python"]
        run([*install, "build", "twine", "uv", "pip"], cwd=folder, env=environment, timeout_seconds=600)
        pip: list[str | Path] = [programs / "python", "-m", "pip", "--quiet"]
        fetch = [*pip, "download", "--dest", folder / "fetched"]
        timed([*fetch, *BUILD_REQUIREMENTS], cwd=folder, env=surroundings())
        return cls(programs)

    def build_and_twine(self, sources: Sequence[Path], index: Index) -> float:
        """Release each folder with build and twine, one after the other; gives the seconds."""
        env = surroundings(TWINE_USERNAME=USERNAME, TWINE_PASSWORD=PASSWORD)
        python = self.programs / "python"
        seconds = 0.0
        for source in sources:
            _forget_builds(source)
            seconds += timed([python, "-m", "build"], cwd=source, env=env)
            files = _built(source)
            seconds += timed([self.programs / "twine", "check", *files], cwd=source, env=env)
            words = ["upload", "--non-interactive", "--repository-url", index.upload_url, *files]
            seconds += timed([self.programs / "twine", *words], cwd=source, env=env)
        return seconds

    def uv(self, sources: Sequence[Path], index: Index) -> float:
        """Release each folder with uv, one after the other; gives the seconds."""
        env = surroundings(UV_PUBLISH_USERNAME=USERNAME, UV_PUBLISH_PASSWORD=PASSWORD)
        seconds = 0.0
        for source in sources:
            _forget_builds(source)
            seconds += timed([self.programs / "uv", "build"], cwd=source, env=env)
            words = ["publish", "--publish-url", index.upload_url, *_built(source)]
            seconds += timed([self.programs / "uv", *words], cwd=source, env=env)
        return seconds


def _forget_builds(source: Path) -> None:
    for name in ("dist", "build"):
        shutil.rmtree(source / name, ignore_errors=True)
    for told in source.glob("**/*.egg-info"):
        shutil.rmtree(told)


def _built(source: Path) -> list[str]:
    return sorted(str(file) for pattern in ("*.whl", "*.tar.gz") for file in (source / "dist").glob(pattern))
