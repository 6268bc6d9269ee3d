"""Read-only environments that are kept, by the hash of what they hold: builds that agree share one.

Add here what makes a kept environment the very one that a fresh one would be.
Not here: making and filling an environment (environments), and what runs in it (building).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from packaging.requirements import InvalidRequirement, Requirement
from platformdirs import user_cache_path

from foundry_assets.craft.environments import Environment, FreshEnvironment, Installer
from foundry_assets.errors import BuildFailed

_FORM = "1"
"""Another one, and no environment that was made before is taken."""
_AGREED_SECONDS = 60.0
"""How long an index's answer holds: the builds of one release that want the same get the same."""
_UNUSED_SECONDS = 30 * 24 * 3600.0
_LOCK_SECONDS = 1800.0
_agreed: dict[tuple[Path, frozenset[str]], tuple[float, str]] = {}
_asking = threading.Lock()
"""Who wants to know what is just being asked waits for that answer."""


def kept_folder() -> Path:
    """Give the folder of kept environments: this user's, whatever the home, and safe to delete."""
    return user_cache_path("release-foundry", appauthor=False) / "environments"


@dataclass(frozen=True)
class KeptEnvironments:
    """The environments below `folder`; `home` is scratch that installers see as HOME.

    What a build requires is asked of the index by uv, with hashes; only when its answer, the interpreter and
    every file are as they were is an environment taken again. In the sandbox nobody can change it; where
    there is none, one that was changed is known by its files' sizes and times, and made anew.
    """

    folder: Path
    home: Path
    on_line: Callable[[str], None] | None = None

    def holding(self, requirements: Collection[str]) -> Environment | None:
        """Give an environment with these PEP 508 requirements to be read; None where it takes a fresh one.

        That is so without uv, for a requirement by address, whose bytes no version names, and where something
        fails: a fresh one tells why.
        """
        by = Installer(self.home, on_line=self.on_line)
        if not by.uv or any(map(_is_by_address, requirements)):
            return None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return self._made(self._pins(by, frozenset(requirements)))
        except (BuildFailed, OSError, Timeout):
            return None

    def _pins(self, by: Installer, requirements: frozenset[str]) -> str:
        """Give the versions and hashes that fulfil the requirements now, as pinned requirements."""
        key = (self.folder, requirements)
        with _asking:
            at, pins = _agreed.get(key, (0.0, ""))
            if not at or time.monotonic() - at >= _AGREED_SECONDS:
                pins = self._asked(by, requirements)
                _agreed[key] = time.monotonic(), pins
        return pins

    def _asked(self, by: Installer, requirements: frozenset[str]) -> str:
        self.home.mkdir(parents=True, exist_ok=True)
        wanted = self.home / "wanted.txt"
        wanted.write_text("".join(f"{one}\n" for one in sorted(requirements)), encoding="utf-8")
        command = [by.uv, "pip", "compile", "--quiet", "--python", sys.executable, "--generate-hashes"]
        words = [*command, "--no-header", "--no-annotate", str(wanted)]
        return by.run(words, f"take {', '.join(sorted(requirements))}", folder=self.home)

    def _made(self, pins: str) -> Environment:
        """Give the environment with these pins, made now unless it is there as it was left."""
        identity = "\0".join([_FORM, sys.executable, sys.version, sysconfig.get_platform(), pins])
        key = hashlib.sha256(identity.encode("utf-8")).hexdigest()[:16]
        place, mark = self.folder / key, self.folder / f"{key}.json"
        with FileLock(self.folder / f"{key}.lock", timeout=_LOCK_SECONDS):
            if not _is_as_left(place, mark):
                self._make(place, mark, pins)
            mark.touch()
        return Environment(place)

    def _make(self, place: Path, mark: Path, pins: str) -> None:
        self._remove_unused()
        mark.unlink(missing_ok=True)
        if place.exists():
            shutil.rmtree(place)
        file = self.home / "pins.txt"
        file.write_text(pins, encoding="utf-8")
        fresh = FreshEnvironment(place, home=self.home, on_line=self.on_line)
        if pins.strip():
            fresh.install_pins(file)
        mark.write_text(json.dumps({"files": _seen(place), "pins": pins.splitlines()}), encoding="utf-8")

    def _remove_unused(self) -> None:
        for mark in self.folder.glob("*.json"):
            if time.time() - mark.stat().st_mtime < _UNUSED_SECONDS:
                continue
            with contextlib.suppress(Timeout, OSError), FileLock(mark.with_suffix(".lock"), timeout=0):
                mark.unlink()
                shutil.rmtree(mark.with_suffix(""))


def _is_as_left(place: Path, mark: Path) -> bool:
    try:
        return bool(json.loads(mark.read_text(encoding="utf-8"))["files"] == _seen(place))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _seen(place: Path) -> str:
    """Give one hash of what lies in a folder: paths, sizes, times of change, and where links lead."""
    digest = hashlib.sha256()
    for line in _lines(str(place), ""):
        digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _lines(folder: str, below: str) -> Iterator[str]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        path = f"{below}/{entry.name}"
        if entry.is_symlink():
            yield f"{path}\0{os.readlink(entry.path)}\n"  # noqa: PTH115 - thousands of them
        elif entry.is_dir():
            yield from _lines(entry.path, path)
        else:
            told = entry.stat()
            yield f"{path}\0{told.st_size}\0{told.st_mtime_ns}\n"


def _is_by_address(text: str) -> bool:
    try:
        return Requirement(text).url is not None
    except InvalidRequirement:
        return True
