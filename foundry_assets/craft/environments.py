"""Fresh virtual environments: for a build's requirements, and for trying a wheel as a stranger would.

Add here how an environment is made and filled; uv where it is installed, else venv and pip.
Not here: what to install, and what to run in it.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys
import sysconfig
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from foundry_assets.errors import BuildFailed
from foundry_assets.subprocesses import ProgramFailed, installer_environment, run

_INSTALL_LIMIT_SECONDS = 1800.0


class FreshEnvironment:
    """An empty virtual environment in `folder`; satisfies `build.env.IsolatedEnv`.

    `home` is the scratch folder that installers see as HOME. Raises `BuildFailed`, with the installer's own
    words, when the environment or something in it cannot be made.
    """

    def __init__(self, folder: Path, *, home: Path, on_line: Callable[[str], None] | None = None) -> None:
        self.folder = folder
        self._home = home
        self._on_line = on_line
        self._uv = find_uv()
        make = [self._uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(folder)]
        self._run(make if self._uv else [sys.executable, "-m", "venv", str(folder)], "be created")

    @property
    def python_executable(self) -> str:
        """The environment's interpreter."""
        return str(self._scripts / ("python.exe" if os.name == "nt" else "python"))

    @property
    def _scripts(self) -> Path:
        return Path(self._path("scripts"))

    def _path(self, kind: str) -> str:
        places = {"base": str(self.folder), "platbase": str(self.folder)}
        scheme = "nt" if os.name == "nt" else "posix_prefix"
        return sysconfig.get_path(kind, scheme=scheme, vars=places)

    def make_extra_environ(self) -> dict[str, str]:
        """Give what a build hook's environment needs to find the programs that its requirements brought."""
        return {"PATH": os.pathsep.join([str(self._scripts), os.environ.get("PATH", os.defpath)])}

    def install(self, requirements: Collection[str], *, options: Sequence[str] = ()) -> None:
        """Install PEP 508 requirements or files; `options` are words that both uv and pip understand."""
        if not requirements:
            return
        if self._uv:
            command = [self._uv, "pip", "install", "--quiet", "--python", self.python_executable]
        else:
            command = [self.python_executable, "-Im", "pip", "install", "--quiet", "--no-input"]
        self._run([*command, *options, *sorted(requirements)], f"take {', '.join(sorted(requirements))}")

    def installed(self) -> dict[str, str]:
        """Give name -> version of every distribution in the environment."""
        places = [self._path("purelib"), self._path("platlib")]
        return {found.name: found.version for found in importlib.metadata.distributions(path=places)}

    def _run(self, command: Sequence[str], purpose: str) -> None:
        self._home.mkdir(parents=True, exist_ok=True)
        try:
            run(
                command,
                cwd=self._home,
                env=installer_environment(self._home),
                timeout_seconds=_INSTALL_LIMIT_SECONDS,
                on_line=self._on_line,
            )
        except ProgramFailed as failure:
            raise BuildFailed(
                f"a fresh environment could not {purpose}",
                remedy="read the installer's words below: a wrong requirement, or no way to the index",
                details=failure.last_lines(),
            ) from None


def find_uv() -> str:
    """Give the path of the uv that is installed beside the foundry, or an empty text."""
    if importlib.util.find_spec("uv") is None:
        return ""
    from uv import find_uv_bin

    return find_uv_bin()
