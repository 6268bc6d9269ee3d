"""The backends that choose files by patterns: flit, pdm, uv_build, scikit-build-core, maturin; and the rest.

Add here how such a backend drops typing files, and the edit that keeps them.
Not here: setuptools, hatchling and poetry, which have more places to look at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import ClassVar

from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.typing_signal.patterns import (
    anchored_globs,
    any_hits,
    glob_hits,
    ignore_hits,
    ignore_lines,
    narrowed,
    tree_files,
)
from foundry_assets.craft.typing_signal.settings_edit import Edit, PyprojectEditor

_Keys = tuple[str, ...]


@dataclass(frozen=True)
class FlitCarrier:
    """Ships a package's folder whole, but for what the lists at `excluding` hit; the base of its kind."""

    project: ProjectFiles
    tops: tuple[str, ...]
    excluding: ClassVar[tuple[_Keys, ...]] = (("tool", "flit", "sdist", "exclude"),)

    def refuses(self, path: str) -> str:  # noqa: ARG002
        """Refuse nothing."""
        return ""

    def drops(self, path: str) -> bool:
        """Tell whether an excluding pattern hits the file."""
        return any(self.hits(pattern, path) for keys in self.excluding for pattern in self.listed(keys))

    def mend(self, paths: Sequence[str], every: Sequence[str]) -> list[Edit]:
        """Narrow the excluding patterns, and include what is still missing."""
        editor = PyprojectEditor(self.project)
        for keys in self.excluding:
            if patterns := self.listed(keys):
                editor.replace(keys, self._narrowed(patterns, paths))
        self.include(editor, paths, every)
        return editor.edit()

    def include(self, editor: PyprojectEditor, paths: Sequence[str], every: Sequence[str]) -> None:
        """Include what no excluding pattern was to blame for; nothing here."""

    def hits(self, pattern: str, path: str) -> bool:
        """Match as this backend does."""
        return glob_hits(pattern, path)

    def literal(self, path: str) -> str:
        """Write a path as a pattern that hits nothing else."""
        return path

    def globs(self, paths: Sequence[str], every: Sequence[str]) -> list[str]:
        """Write paths as a few patterns of `glob` that hit no other of `every`."""
        patterns = [pattern.removeprefix("/") for pattern in anchored_globs(paths, every, self.tops)]
        return patterns + [
            path for path in paths if not any(glob_hits(pattern, path) for pattern in patterns)
        ]

    def listed(self, keys: _Keys) -> list[str]:
        """Give the texts of a list in pyproject.toml."""
        found = self.project.table(*keys[:-1]).get(keys[-1], [])
        return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []

    def _narrowed(self, patterns: Sequence[str], paths: Sequence[str]) -> list[str]:
        return narrowed(
            patterns,
            set(paths),
            files=lambda: tree_files(self.project.tree),
            hits=self.hits,
            literal=self.literal,
        )


class UvCarrier(FlitCarrier):
    """uv_build: its excluding lists are read like a .gitignore."""

    excluding = (
        ("tool", "uv", "build-backend", "source-exclude"),
        ("tool", "uv", "build-backend", "wheel-exclude"),
    )

    def hits(self, pattern: str, path: str) -> bool:
        """Match at any depth unless the pattern is anchored."""
        return ignore_hits(pattern, path)

    def literal(self, path: str) -> str:
        """Anchor the path at the top of the tree."""
        return f"/{path}"


class PdmCarrier(FlitCarrier):
    """pdm-backend: `includes`, where given, must name everything; `*` of `excludes` crosses folders."""

    excluding = (("tool", "pdm", "build", "excludes"),)
    including: ClassVar[_Keys] = ("tool", "pdm", "build", "includes")

    def hits(self, pattern: str, path: str) -> bool:
        """Match as glob or as fnmatch, since this backend tries both."""
        return glob_hits(pattern, path) or fnmatchcase(path, pattern)

    def drops(self, path: str) -> bool:
        """Tell whether the file is excluded, or not included where the includes are listed."""
        return super().drops(path) or self._is_missing(path)

    def include(self, editor: PyprojectEditor, paths: Sequence[str], every: Sequence[str]) -> None:
        """Add the missing files to the list."""
        editor.add(self.including, self.globs([path for path in paths if self._is_missing(path)], every))

    def _is_missing(self, path: str) -> bool:
        includes = self.listed(self.including)
        return bool(includes) and not any(glob_hits(pattern.rstrip("/"), path) for pattern in includes)


class MaturinCarrier(FlitCarrier):
    """maturin, mixed layout: ships the packages whole, but for `exclude`, whose entries may be tables."""

    excluding = (("tool", "maturin", "exclude"),)

    def refuses(self, path: str) -> str:
        """Refuse what a table excludes, which holds for one archive only and is not edited here."""
        entries = self.project.table("tool", "maturin").get("exclude", [])
        tables = [entry for entry in entries if isinstance(entry, dict)]
        patterns = [str(entry.get("path", "")) for entry in tables] + (
            self.listed(self.excluding[0]) if tables else []
        )
        hit = next((pattern for pattern in patterns if self.hits(pattern, path)), "")
        return f"maturin excludes it by `{hit}`" if hit else ""

    def hits(self, pattern: str, path: str) -> bool:
        """Match as a line of a .gitignore, relative to the tree or to what the wheel holds."""
        inside = [path.removeprefix(f"{PurePosixPath(top).parent}/") for top in self.tops]
        return any(ignore_hits(pattern, place) for place in {path, *inside})


class ScikitBuildCoreCarrier(FlitCarrier):
    """scikit-build-core: .gitignore counts even without git; `sdist.include` wins over it."""

    excluding = (("tool", "scikit-build", "wheel", "exclude"),)
    including: ClassVar[_Keys] = ("tool", "scikit-build", "sdist", "include")

    def hits(self, pattern: str, path: str) -> bool:
        """Match as maturin does."""
        return MaturinCarrier(self.project, self.tops).hits(pattern, path)

    def drops(self, path: str) -> bool:
        """Tell whether the wheel excludes the file, or the sdist does and does not include it again."""
        return super().drops(path) or self._is_missing(path)

    def include(self, editor: PyprojectEditor, paths: Sequence[str], every: Sequence[str]) -> None:
        """Add the missing files to `sdist.include`."""
        missing = [path for path in paths if self._is_missing(path)]
        editor.add(self.including, anchored_globs(missing, every, self.tops))

    def _is_missing(self, path: str) -> bool:
        excluded = [
            *ignore_lines(self.project.tree),
            *self.listed(("tool", "scikit-build", "sdist", "exclude")),
        ]
        return any_hits(excluded, path) and not any_hits(self.listed(self.including), path)


@dataclass(frozen=True)
class MesonCarrier:
    """meson-python: ships what a meson.build installs, which is never edited here."""

    project: ProjectFiles
    tops: tuple[str, ...]

    def refuses(self, path: str) -> str:
        """Say that no meson.build names the file, or its folder with `install_subdir`."""
        place = PurePosixPath(path)
        for folder in place.parents:
            script = self.project.tree / folder / "meson.build"
            text = script.read_text("utf-8", errors="replace") if script.is_file() else ""
            below = place.relative_to(folder)
            named = f"'{below.as_posix()}'" in text
            if named or ("install_subdir(" in text and f"'{below.parts[0]}'" in text):
                return ""
        return "meson installs what `py.install_sources` names, and no meson.build names it"

    def drops(self, path: str) -> bool:  # noqa: ARG002
        """Drop nothing that was not refused."""
        return False

    def mend(self, paths: Sequence[str], every: Sequence[str]) -> list[Edit]:  # noqa: ARG002
        """Edit nothing."""
        return []


@dataclass(frozen=True)
class UnknownCarrier:
    """A backend whose rules nobody here knows: nothing is promised for it."""

    backend: str

    def refuses(self, path: str) -> str:  # noqa: ARG002
        """Say that the backend is not known."""
        return f"how `{self.backend}` chooses files is not known here"

    def drops(self, path: str) -> bool:  # noqa: ARG002
        """Drop nothing that was not refused."""
        return False

    def mend(self, paths: Sequence[str], every: Sequence[str]) -> list[Edit]:  # noqa: ARG002
        """Edit nothing."""
        return []
