"""The consumer's view: a fresh environment in which the package lies as a wheel would leave it.

Add here what such an environment must hold for checkers to see what a consumer sees.
Not here: the checkers themselves (checkers), and which files a stub has (skeleton).
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath

from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.stubbing.sheets import Sheet
from foundry_assets.errors import BuildFailed

_RUN_AT_START = ("*.pth", "*.start", "sitecustomize*", "usercustomize*")
"""What an interpreter takes from site-packages by itself, and one checker starts an interpreter."""


class ConsumerView:
    """An environment with the package's files and its requirements, and a folder of the consumer's code.

    The package is never installed or imported: its files are written where an installer would put them. What
    an interpreter would run at its start is left out, a requirement's as well as the package's. `own` are the
    places of the package below site-packages: a requirement may bring an earlier release of it.
    """

    def __init__(self, folder: Path, *, requirements: Sequence[str] = (), own: Collection[str] = ()) -> None:
        self.home = folder / "home"
        self.consumer = folder / "consumer"
        self.environment = folder / "environment"
        self.consumer.mkdir(parents=True)
        made = FreshEnvironment(self.environment, home=self.home)
        self.python = made.python_executable
        self.site = next(self.environment.rglob("site-packages"))
        self.missing = self._install(made, requirements)
        for place in own:
            _remove(self._place(place))
        self._shown: dict[str, str] = {}
        self._sheets: set[str] = set()
        self._time = int(time.time())
        self.stubs: tuple[str, ...] = ()

    def _install(self, environment: FreshEnvironment, requirements: Sequence[str]) -> tuple[str, ...]:
        """Install requirements as wheels only, so that nothing of theirs runs; give those that cannot be."""
        if self._is_installed(environment, requirements):
            return ()
        return tuple(found for found in requirements if not self._is_installed(environment, [found]))

    def _is_installed(self, environment: FreshEnvironment, requirements: Sequence[str]) -> bool:
        try:
            environment.install(requirements, options=["--only-binary=:all:"])
        except BuildFailed:
            return False
        finally:  # before any interpreter is started there again, which an installer does, too
            for found in [path for form in _RUN_AT_START for path in self.site.glob(form)]:
                _remove(found)
        return True

    def show(self, files: Mapping[str, str], stubs: Sequence[str] = ()) -> None:
        """Make the package consist of these files (posix path below site-packages -> text)."""
        wanted = {path: text for path, text in files.items() if not _is_run_at_start(path)}
        self.stubs = tuple(stubs)
        self._time += 1
        for gone in set(self._shown) - set(wanted):
            self._take_away(self._place(gone))
        for path, text in wanted.items():
            if self._shown.get(path) != text:
                self._write(self._place(path), text)
        self._shown = wanted

    def has(self, import_name: str) -> bool:
        """Tell whether something that can be imported by this name is there."""
        return (self.site / import_name).is_dir() or any(self.site.glob(f"{import_name}.*"))

    def write_sheets(self, sheets: Sequence[Sheet]) -> None:
        """Write the consumer's code, and nothing but it."""
        wanted = {sheet.file: sheet.text for sheet in sheets}
        for old in self._sheets - set(wanted):
            (self.consumer / old).unlink()
        for name, text in wanted.items():
            path = self.consumer / name
            if not path.exists() or path.read_text("utf-8") != text:
                self._write(path, text)
        self._sheets = set(wanted)

    def place_of(self, file: str) -> str:
        """Give a file that a checker names, relative to the consumer's code or to site-packages."""
        path = self.consumer / file
        for top in (self.consumer, self.site):
            for form in (top, top.resolve()):
                if path.is_relative_to(form):
                    return path.relative_to(form).as_posix()
        return path.as_posix()

    def _write(self, place: Path, text: str) -> None:
        """Write a file of its own second: one checker takes one of the same size and second for unchanged."""
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
        os.utime(place, (self._time, self._time))

    def _take_away(self, place: Path) -> None:
        """Remove a file, and the folders that it leaves empty: an empty stub package hides a module."""
        place.unlink()
        for folder in place.parents:
            if folder == self.site or any(folder.iterdir()):
                return
            folder.rmdir()

    def _place(self, path: str) -> Path:
        return self.site / PurePosixPath(path)


def _is_run_at_start(path: str) -> bool:
    first = PurePosixPath(PurePosixPath(path).parts[0])
    return any(first.match(form) for form in _RUN_AT_START)


def _remove(found: Path) -> None:
    if found.is_dir() and not found.is_symlink():
        shutil.rmtree(found)
    else:
        found.unlink(missing_ok=True)
