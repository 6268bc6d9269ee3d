"""poetry-core: which typing files its `packages`, `exclude` and .gitignore drop, and how they are kept.

Add here a setting of poetry that decides about files.
Not here: other backends with patterns (pattern_carriers).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from foundry_assets.craft.import_roots.places import join
from foundry_assets.craft.typing_signal.pattern_carriers import FlitCarrier
from foundry_assets.craft.typing_signal.patterns import any_hits, glob_hits, ignore_lines
from foundry_assets.craft.typing_signal.settings_edit import PyprojectEditor

_POETRY = ("tool", "poetry")


class PoetryCarrier(FlitCarrier):
    """poetry-core: `packages` may be patterns; with a .git, what that ignores is left out."""

    excluding = ((*_POETRY, "exclude"),)

    def drops(self, path: str) -> bool:
        """Tell whether the file is excluded, ignored, or in none of the `packages`."""
        return super().drops(path) or (not self._is_included(path) and self._is_missing(path))

    def include(self, editor: PyprojectEditor, paths: Sequence[str], every: Sequence[str]) -> None:
        """Name the missing files: one by one in `packages` below a source folder, else in `include`."""
        missing = [path for path in paths if not self._is_included(path) and self._is_missing(path)]
        named = {path: self._source(path) for path in missing if self._source(path)}
        # A pattern there must hit modules, and `include` cannot take a source folder away.
        files = [
            entry | {"include": path.removeprefix(f"{join(entry['from'])}/")} for path, entry in named.items()
        ]
        editor.add((*_POETRY, "packages"), files)
        for pattern in self.globs([path for path in missing if path not in named], every):
            in_source = self._below(pattern) or (not self._packages and pattern.startswith("src/"))
            formats = ["sdist"] if in_source else ["sdist", "wheel"]
            editor.add((*_POETRY, "include"), [{"path": pattern, "format": formats}])

    def _source(self, path: str) -> dict[str, Any]:
        """Give the entry that takes a file from its source folder, unless it is ignored all the same."""
        return {} if self._is_ignored(path) else self._below(path)

    def _below(self, path: str) -> dict[str, Any]:
        entries = (entry for entry in self._packages if entry.get("from"))
        return next((entry for entry in entries if path.startswith(f"{join(entry['from'])}/")), {})

    @property
    def _packages(self) -> list[dict[str, Any]]:
        entries = self.project.table(*_POETRY).get("packages", [])
        return [entry for entry in entries if isinstance(entry, dict)]

    def _is_missing(self, path: str) -> bool:
        patterns = [join(entry.get("from", ""), entry.get("include", "")) for entry in self._packages]
        unnamed = bool(patterns) and not any(glob_hits(pattern, path) for pattern in patterns)
        return unnamed or self._is_ignored(path)

    def _is_ignored(self, path: str) -> bool:
        return (self.project.tree / ".git").exists() and any_hits(ignore_lines(self.project.tree), path)

    def _is_included(self, path: str) -> bool:
        """Tell whether `include` names the file for the sdist, from which the wheel is built."""
        entries = self.project.table(*_POETRY).get("include", [])
        places = (entry.get("path", "") for entry in entries if isinstance(entry, dict))
        return any(glob_hits(place, path) for place in places)
