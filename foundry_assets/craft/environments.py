"""Fresh virtual environments: for a build's requirements, and for trying a wheel as a stranger would.

Add here how an environment is made and filled; uv where it is installed, else venv and pip.
Not here: what to install, and what to run in it.
"""

from __future__ import annotations

import contextlib
import csv
import importlib.metadata
import importlib.util
import os
import sys
import sysconfig
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath

from packaging.utils import canonicalize_name

from foundry_assets.craft.sandbox import PROCESS, Reach, isolation, run_apart
from foundry_assets.errors import BuildFailed
from foundry_assets.subprocesses import ProgramFailed
from foundry_assets.surroundings import installer_environment

_INSTALL_LIMIT_SECONDS = 1800.0


class Environment:
    """A virtual environment that is there, in `folder`; satisfies `build.env.IsolatedEnv`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

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

    def installed(self) -> dict[str, str]:
        """Give name -> version of every distribution in the environment."""
        places = [self._path("purelib"), self._path("platlib")]
        # Name and version are each read from the file anew: it is asked for once a distribution.
        told = [found.metadata for found in importlib.metadata.distributions(path=places)]
        return {metadata["Name"]: metadata["Version"] for metadata in told}

    def provided(self) -> dict[str, frozenset[str]]:
        """Give, for what can be imported in the environment, the distributions that bring it."""
        places = [self._path("purelib"), self._path("platlib")]
        found: dict[str, set[str]] = {}
        for distribution in importlib.metadata.distributions(path=list(dict.fromkeys(places))):
            for top in _tops(distribution):
                if top.isidentifier() and top != "__pycache__":
                    found.setdefault(top, set()).add(canonicalize_name(distribution.name))
        return {name: frozenset(brought_by) for name, brought_by in found.items()}


def _tops(distribution: importlib.metadata.Distribution) -> set[str]:
    """Give the first parts of a distribution's files, modules without what follows their dot."""
    record = distribution.read_text("RECORD")
    if record is None:
        paths = [str(PurePosixPath(path)) for path in distribution.files or ()]
    else:  # at once: `files` looks for each of them on the disk
        paths = [row[0] for row in csv.reader(record.splitlines()) if row]
    return {path.partition("/")[0] if "/" in path else path.partition(".")[0] for path in paths}


class Installer:
    """uv where it is installed, else pip; what it runs sees `home` as HOME and may read `readable` files.

    Installers run in the sandbox: they build requirements that come as source, and start the environment's
    own interpreter.
    """

    def __init__(
        self, home: Path, *, readable: Sequence[Path] = (), on_line: Callable[[str], None] | None = None
    ) -> None:
        self.uv = find_uv()
        self._home = home
        self._readable = tuple(readable)
        self._on_line = on_line

    def run(
        self, command: Sequence[str], purpose: str, *, folder: Path, readable: Sequence[Path] = ()
    ) -> str:
        """Run an installer that may change `folder`, and give what it printed.

        Raises `BuildFailed` with the installer's own words; `purpose` is what a fresh environment could not.
        """
        for wanted in (self._home, folder):
            wanted.mkdir(parents=True, exist_ok=True)
        environment = installer_environment(self._home)
        if isolation() != PROCESS:
            environment["UV_LINK_MODE"] = "copy"  # the cache and this folder are other file systems in there
        try:
            return run_apart(
                command,
                cwd=self._home,
                env=environment,
                reach=self._reach(environment, folder, readable),
                timeout_seconds=_INSTALL_LIMIT_SECONDS,
                on_line=self._on_line,
            ).stdout
        except ProgramFailed as failure:
            raise BuildFailed(
                f"a fresh environment could not {purpose}",
                remedy="read the installer's words below: a wrong requirement, or no way to the index",
                details=failure.last_lines(),
            ) from None

    def _reach(self, environment: Mapping[str, str], folder: Path, readable: Sequence[Path]) -> Reach:
        """Let installers change this environment and their own cache, and read their settings."""
        cache = Path(environment["UV_CACHE_DIR" if self.uv else "PIP_CACHE_DIR"]).absolute()
        with contextlib.suppress(OSError):
            cache.mkdir(parents=True, exist_ok=True)
        writable = [folder, self._home, *([cache] if cache.is_dir() else [])]
        named = [environment.get(name, "") for name in ("PIP_CONFIG_FILE", "UV_CONFIG_FILE")]
        settings = [Path(name) for name in [self.uv, *named] if name]
        return Reach(writable, [*settings, *self._readable, *readable])


class FreshEnvironment(Environment):
    """A virtual environment that is made in `folder`, empty, by an installer with `home` and `readable`.

    Raises `BuildFailed`, with the installer's own words, when the environment or something in it cannot be
    made.
    """

    def __init__(
        self,
        folder: Path,
        *,
        home: Path,
        readable: Sequence[Path] = (),
        on_line: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(folder)
        self._by = Installer(home, readable=readable, on_line=on_line)
        make = [self._by.uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(folder)]
        make = make if self._by.uv else [sys.executable, "-m", "venv", str(folder)]
        self._by.run(make, "be created", folder=folder)

    def install(self, requirements: Collection[str], *, options: Sequence[str] = ()) -> None:
        """Install PEP 508 requirements or files; `options` are words that both uv and pip understand."""
        if not requirements:
            return
        if self._by.uv:
            command = [self._by.uv, "pip", "install", "--quiet", "--python", self.python_executable]
        else:
            command = [self.python_executable, "-Im", "pip", "install", "--quiet", "--no-input"]
        purpose = f"take {', '.join(sorted(requirements))}"
        # Only ours may name a place to read from: a requirement could name a secret.
        folders = [Path(word) for word in options if Path(word).is_absolute()]
        words = [*command, *options, *sorted(requirements)]
        self._by.run(words, purpose, folder=self.folder, readable=folders)

    def install_wheel(self, wheel: Path, *, options: Sequence[str] = (), is_alone: bool = False) -> None:
        """Install a wheel file, absolute, and then what it needs, unless it `is_alone` and names nothing.

        uv unpacks a wheel into its cache and copies it from there. This one is unpacked into a cache of its
        own, inside the environment, and linked: no release fills the person's cache.
        """
        if self._by.uv:
            own = self.folder / ".own-cache"
            alone = ["--no-deps", "--link-mode", "hardlink", "--cache-dir", str(own)]
            command = [self._by.uv, "pip", "install", "--quiet", "--python", self.python_executable]
            self._by.run([*command, *alone, str(wheel)], f"take {wheel.name}", folder=self.folder)
            if is_alone:
                return
        self.install([str(wheel)], options=options)

    def install_pins(self, pins: Path) -> None:
        """Install exactly what a file of pinned requirements names (uv only), compiled once for every use."""
        command = [self._by.uv, "pip", "install", "--quiet", "--python", self.python_executable]
        words = [*command, "--no-deps", "--compile-bytecode", "--requirements", str(pins)]
        self._by.run(words, f"take what {pins.name} names", folder=self.folder, readable=[pins])


def find_uv() -> str:
    """Give the path of the uv that is installed beside the foundry, or an empty text."""
    if importlib.util.find_spec("uv") is None:
        return ""
    from uv import find_uv_bin

    return find_uv_bin()
