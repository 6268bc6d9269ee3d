"""setuptools: which typing files its version, MANIFEST.in and package data drop, and how they are kept.

Add here a setting of setuptools that decides about data files.
Not here: the commands of MANIFEST.in (manifest_in), and other backends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from foundry_assets.craft.import_roots import ImportRoot
from foundry_assets.craft.import_roots.project_files import ProjectFiles, split_list
from foundry_assets.craft.import_roots.setuptools_roots import listed_folders
from foundry_assets.craft.typing_signal.manifest_in import add_lines, manifest_keeps
from foundry_assets.craft.typing_signal.patterns import endings, narrowed, tree_files
from foundry_assets.craft.typing_signal.settings_edit import (
    Edit,
    PyprojectEditor,
    SetupCfgEditor,
)

_INCLUDES_BY_ITSELF = 69
"""The first major version whose package data holds `*.pyi` and `py.typed` unasked."""
_INCLUDES_WHAT_IT_FOUND = 62
_CFG_EXCLUDES = "options.exclude_package_data"
_CFG_DATA = "options.package_data"


@dataclass(frozen=True)
class SetuptoolsCarrier:
    """setuptools with the project's settings; setup.py itself is never edited."""

    project: ProjectFiles
    roots: tuple[ImportRoot, ...]

    def refuses(self, path: str) -> str:
        """Say why no edit outside setup.py helps: an unlisted package, or what setup.py itself says."""
        listed, folder = listed_folders(self.project), PurePosixPath(path).parent
        is_there = (self.project.tree / folder).is_dir()  # else whoever will make it has named it
        if listed and is_there and str(folder) not in listed:
            return "its folder is not among the packages that the project ships"
        call = self.project.setup_call
        if self._hits(_lists(call.get("exclude_package_data")), path):
            return "setup.py excludes it from the package data"
        if "package_data" in call and not self._in_wheel(path, kept=True):
            return "setup.py names its package data itself, and this setuptools adds nothing to that"
        return ""

    def drops(self, path: str) -> bool:
        """Tell whether MANIFEST.in, an exclusion, or a setuptools before 69 loses the file."""
        by_default = self._is_current or path.endswith(".py")
        kept = manifest_keeps(self.project, path, by_default=by_default)
        excluded = self._hits(self._toml_excludes, path) or self._hits(self._cfg_excludes, path)
        return not kept or (not path.endswith(".py") and (excluded or not self._in_wheel(path, kept=kept)))

    def mend(self, paths: Sequence[str], every: Sequence[str]) -> list[Edit]:
        """Append to MANIFEST.in, narrow exclusions, and name package data, each only where it is needed."""
        project = self.project
        cut = [path for path in paths if not manifest_keeps(project, path, by_default=self._is_current)]
        tops = [root.path for root in self.roots if root.kind != "module"]
        edits = [add_lines(project, cut, every, tops)] if cut else []
        pyproject, setup_cfg = PyprojectEditor(project), SetupCfgEditor(project)
        for key, patterns in self._toml_excludes.items():
            place = ("tool", "setuptools", "exclude-package-data", key)
            pyproject.replace(place, self._narrow(key, patterns, paths))
        for key, patterns in self._cfg_excludes.items():
            setup_cfg.replace(_CFG_EXCLUDES, key, self._narrow(key, patterns, paths))
        needy = [path for path in paths if not self._in_wheel(path, kept=True)]
        for package, names in self._by_package(needy).items():
            if "project" in self.project.pyproject:
                pyproject.add(("tool", "setuptools", "package-data", package), names)
            else:
                setup_cfg.add(_CFG_DATA, package, names)
        return [*edits, *pyproject.edit(), *setup_cfg.edit()]

    @cached_property
    def _is_current(self) -> bool:
        """Whether the build requirement admits a setuptools that includes typing files by itself."""
        return admits_setuptools(self.project, _INCLUDES_BY_ITSELF)

    def _in_wheel(self, path: str, *, kept: bool) -> bool:
        """Tell whether package data names the file, given whether the sdist holds it."""
        if self._is_current or (kept and self._includes_package_data):
            return True
        cfg = {key: split_list(self.project.option(_CFG_DATA, key)) for key in self._cfg_keys(_CFG_DATA)}
        toml = self.project.table("tool", "setuptools", "package-data")
        return any(
            self._hits(lists, path)
            for lists in (_lists(self.project.setup_call.get("package_data")), cfg, toml)
        )

    @cached_property
    def _includes_package_data(self) -> bool:
        table = self.project.table("tool", "setuptools")
        told = self.project.option("options", "include_package_data").strip().lower()
        if self.project.setup_call.get("include_package_data"):
            return True
        # 61.0 forgets what MANIFEST.in holds of packages that it has searched for.
        if not admits_setuptools(self.project, _INCLUDES_WHAT_IT_FOUND):
            return False
        if "project" in self.project.pyproject:
            return bool(table.get("include-package-data", told != "false"))
        return told in {"true", "1", "yes", "on"}

    @cached_property
    def _toml_excludes(self) -> dict[str, list[str]]:
        return _lists(self.project.table("tool", "setuptools", "exclude-package-data"))

    @cached_property
    def _cfg_excludes(self) -> dict[str, list[str]]:
        keys = self._cfg_keys(_CFG_EXCLUDES)
        return {key: split_list(self.project.option(_CFG_EXCLUDES, key)) for key in keys}

    def _cfg_keys(self, section: str) -> list[str]:
        parser = self.project.setup_cfg
        return parser.options(section) if parser.has_section(section) else []

    def _hits(self, lists: Mapping[str, Sequence[str]], path: str) -> bool:
        return any(self._hit(key, pattern, path) for key, patterns in lists.items() for pattern in patterns)

    def _hit(self, key: str, pattern: str, path: str) -> bool:
        """Match as package data does: `key` is a package or `*`, the pattern is relative to its folder."""
        places = (folder for folder, name in self._packages(path) if key in {"", "*", name})
        return any(fnmatchcase(path, f"{folder}/{pattern}" if folder else pattern) for folder in places)

    def _packages(self, path: str) -> Iterator[tuple[str, str]]:
        """Give (folder, dotted name) of every package around a file."""
        for root in self.roots:
            top = PurePosixPath(root.path)
            if root.kind != "module" and PurePosixPath(path).is_relative_to(top):
                parts = PurePosixPath(path).parent.relative_to(top).parts
                for count in range(len(parts) + 1):
                    yield str(top.joinpath(*parts[:count])), ".".join([root.name, *parts[:count]])

    def _narrow(self, key: str, patterns: Sequence[str], spared: Sequence[str]) -> list[str]:
        return narrowed(
            patterns,
            set(spared),
            files=lambda: tree_files(self.project.tree),
            hits=lambda pattern, path: self._hit(key, pattern, path),
            literal=lambda path: self._relative(key, path),
        )

    def _relative(self, key: str, path: str) -> str:
        folder = next(folder for folder, name in self._packages(path) if key in {"", "*", name})
        return str(PurePosixPath(path).relative_to(folder))

    def _by_package(self, paths: Sequence[str]) -> dict[str, list[str]]:
        grouped: dict[str, list[str]] = {}
        for path in paths:
            package = [name for _, name in self._packages(path)][-1]
            # As a key a stub package's name is refused in pyproject.toml, and mangled in setup.cfg.
            grouped.setdefault("*" if "-" in package else package, []).append(path)
        return {package: endings(inside) for package, inside in grouped.items()}


def admits_setuptools(project: ProjectFiles, major: int) -> bool:
    """Tell whether the build requirement admits a setuptools of this major version or a later one."""
    for text in project.table("build-system").get("requires", []):
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if canonicalize_name(requirement.name) == "setuptools":
            pinned = [part.version.rstrip(".*") for part in requirement.specifier]
            newer = [f"{later}.{minor}.0" for later in range(major, 200) for minor in range(9)]
            allowed = requirement.specifier.filter([*pinned, *newer], prereleases=True)
            return any(int(version.partition(".")[0]) >= major for version in allowed)
    return True


def _lists(value: Any) -> dict[str, list[str]]:
    """Give package data as a mapping of lists, whatever else was written there left out."""
    if not isinstance(value, Mapping):
        return {}
    return {
        str(key): [str(item) for item in items]
        for key, items in value.items()
        if isinstance(items, list | tuple)
    }
