"""hatchling: which typing files its rules and .gitignore drop, and the `artifacts` that keep them.

Add here a setting of hatchling that decides about files.
Not here: other backends with patterns (pattern_carriers).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foundry_assets.craft.import_roots.places import join
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.typing_signal.patterns import anchored_globs, any_hits, ignore_lines
from foundry_assets.craft.typing_signal.settings_edit import Edit, PyprojectEditor

_TARGETS = ("sdist", "wheel")
_BUILD = ("tool", "hatch", "build")
_SAYS_BUILD = re.compile(r"^\s*(\[+\s*)?build\b", re.MULTILINE)


@dataclass(frozen=True)
class HatchlingCarrier:
    """hatchling with the project's settings; `artifacts` win over everything but `only-include`."""

    project: ProjectFiles
    tops: tuple[str, ...]

    def refuses(self, path: str) -> str:  # noqa: ARG002
        """Refuse where hatch.toml says what is built, since it hides all of `[tool.hatch.build]`."""
        beside = self.project.tree / "hatch.toml"
        says_build = beside.is_file() and _SAYS_BUILD.search(beside.read_text("utf-8", errors="replace"))
        return "hatch.toml says what is built, and is not edited here" if says_build else ""

    def drops(self, path: str) -> bool:
        """Tell whether the rules of one of the two targets leave the file out."""
        return any(self._drops(target, path) for target in _TARGETS)

    def mend(self, paths: Sequence[str], every: Sequence[str]) -> list[Edit]:
        """Add the files to `artifacts`, at every place that counts, and to a list that names single files."""
        editor = PyprojectEditor(self.project)
        unlisted = {target: [path for path in paths if not self._walks(target, path)] for target in _TARGETS}
        for target, missing in unlisted.items():
            if not missing:
                continue
            key = "only-include" if self._settings(target).get("only-include") else "packages"
            # The name that an entry of `packages` gets in the archive is its last part, whatever lies before.
            tops = [top for top in self.tops if any(path.startswith(f"{top}/") for path in missing)]
            editor.add((*self._holder(target, key), key), missing if key == "only-include" else tops)
        masked = [path for path in paths if any(self._masks(target, path) for target in _TARGETS)]
        patterns = anchored_globs(masked, every, self.tops)
        for holder in (
            dict.fromkeys(self._holder(target, "artifacts") for target in _TARGETS) if patterns else ()
        ):
            editor.add((*holder, "artifacts"), patterns)
        return editor.edit()

    def _drops(self, target: str, path: str) -> bool:
        return not self._walks(target, path) or self._masks(target, path)

    def _settings(self, target: str) -> Mapping[str, Any]:
        """Give a target's settings over the shared ones, as hatchling falls back key by key."""
        return self.project.table(*_BUILD) | self.project.table(*_BUILD, "targets", target)

    def _holder(self, target: str, key: str) -> tuple[str, ...]:
        own = self.project.table(*_BUILD, "targets", target)
        return (*_BUILD, "targets", target) if key in own else _BUILD

    def _walks(self, target: str, path: str) -> bool:
        """Tell whether the file lies in what `only-include`, or its short form `packages`, names."""
        settings = self._settings(target)
        walked = [join(place) for place in settings.get("only-include") or settings.get("packages") or ()]
        return not walked or any(
            path == place or path.startswith(f"{place}/") or not place for place in walked
        )

    def _masks(self, target: str, path: str) -> bool:
        settings = self._settings(target)
        if any_hits(settings.get("artifacts", ()), path):
            return False
        ignored = [] if settings.get("ignore-vcs") else ignore_lines(self.project.tree)
        if any_hits([*ignored, *settings.get("exclude", ())], path):
            return True
        packages = [f"/{join(package)}/" for package in settings.get("packages", ())]
        included = [*settings.get("include", ()), *packages]
        return bool(included) and not any_hits(included, path)
