"""Telling a build backend of one more package: the stub package that is to lie beside a single module.

Add here a backend's own setting for packages, one function a backend, which says why it cannot be told.
Not here: setuptools (setuptools_naming), and keeping files of packages that are told (the carriers).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from foundry_assets.craft.import_roots import ImportRoot
from foundry_assets.craft.import_roots.places import is_named_after, join
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.typing_signal.patterns import any_hits, glob_hits
from foundry_assets.craft.typing_signal.settings_edit import Edit, PyprojectEditor, SetupCfgEditor

_HATCH = ("tool", "hatch", "build")
_PDM = ("tool", "pdm", "build")
_SCIKIT = ("tool", "scikit-build", "wheel")
_POETRY = ("tool", "poetry")


@dataclass(frozen=True)
class Addition:
    """A stub package to be, its module, and the settings that will name it."""

    project: ProjectFiles
    module: ImportRoot
    pyproject: PyprojectEditor
    setup_cfg: SetupCfgEditor

    @classmethod
    def of(cls, project: ProjectFiles, module: ImportRoot) -> Addition:
        """Open the project's settings for changes."""
        return cls(project, module, PyprojectEditor(project), SetupCfgEditor(project))

    @property
    def name(self) -> str:
        """The stub package's name."""
        return f"{self.module.name}-stubs"

    @property
    def place(self) -> str:
        """The folder that holds the module; empty at the top of the tree."""
        return join(PurePosixPath(self.module.path).parent.as_posix())

    @property
    def folder(self) -> str:
        """The stub package's own folder."""
        return join(self.place, self.name)

    @property
    def unnamed(self) -> str:
        """The refusal where the backend would not find the module, or find it by other means."""
        return f"no setting that is known here names `{self.module.path}`"

    def edits(self) -> list[Edit]:
        """Give what has been changed."""
        return [*self.pyproject.edit(), *self.setup_cfg.edit()]


def name_in_hatchling(addition: Addition) -> str:
    """Add the folder to every list of the wheel's that chooses files; make one where the name alone chose."""
    own = addition.project.table(*_HATCH, "targets", "wheel")
    settings = addition.project.table(*_HATCH) | own

    def place(key: str) -> tuple[str, ...]:
        return (*_HATCH, "targets", "wheel", key) if key in own else (*_HATCH, key)

    forced = {join(source): str(target) for source, target in dict(settings.get("force-include", {})).items()}
    if addition.module.path in forced:
        beside = join(PurePosixPath(forced[addition.module.path]).parent.as_posix(), addition.name)
        addition.pyproject.put((*place("force-include"), addition.folder), beside)
        return ""
    chosen = [key for key in ("packages", "only-include", "include") if settings.get(key)]
    for key in chosen:
        if not _covers(key, settings[key], f"{addition.folder}/__init__.pyi"):
            addition.pyproject.add(
                place(key), [f"/{addition.folder}" if key == "include" else addition.folder]
            )
    if not chosen:
        distribution = str(addition.project.table("project").get("name", ""))
        if addition.place or not is_named_after(addition.module.name, distribution):
            return addition.unnamed
        only = (*_HATCH, "targets", "wheel", "only-include")
        addition.pyproject.add(only, [addition.module.path, addition.folder])
    return ""


def _covers(key: str, listed: list[str], path: str) -> bool:
    """Tell whether a list holds the file already: naming a folder twice puts its files in twice."""
    if key == "include":
        return any_hits(listed, path)
    return any(path.startswith(f"{join(entry)}/") or not join(entry) for entry in listed)


def name_in_poetry(addition: Addition) -> str:
    """Add the package to `packages`, with the module beside it where the name alone chose that."""
    entries = addition.project.table(*_POETRY).get("packages", [])
    if not entries:
        source = {"from": addition.place} if addition.place else {}
        module = PurePosixPath(addition.module.path).name
        added = [{"include": name} | source for name in (module, addition.name)]
    else:
        added = [entry | {"include": addition.name} for entry in entries if _finds(entry, addition)][:1]
    addition.pyproject.add((*_POETRY, "packages"), added)
    return "" if added else addition.unnamed


def _finds(entry: Any, addition: Addition) -> bool:
    if not isinstance(entry, Mapping):
        return False
    source = str(entry.get("from", ""))
    hit = glob_hits(join(source, str(entry.get("include", ""))), addition.module.path)
    return hit and join(source) == addition.place


def name_in_pdm(addition: Addition) -> str:
    """Add the folder to `includes`; without that list it would be taken instead of the modules."""
    includes = addition.project.table(*_PDM).get("includes", [])
    if not includes:
        # The pattern `*.py` would do for pdm-backend, and not tell later steps which modules there are.
        modules = sorted((addition.project.tree / addition.place).glob("*.py"))
        includes = [join(addition.place, module.name) for module in modules]
        addition.pyproject.add((*_PDM, "includes"), includes)
    if not any(glob_hits(pattern.rstrip("/"), f"{addition.folder}/__init__.pyi") for pattern in includes):
        addition.pyproject.add((*_PDM, "includes"), [addition.folder])
    return ""


def name_in_scikit_build_core(addition: Addition) -> str:
    """Add the folder to `wheel.packages`, a list or a table, without which no module is shipped."""
    packages = addition.project.table(*_SCIKIT).get("packages")
    if isinstance(packages, Mapping):
        addition.pyproject.put((*_SCIKIT, "packages", addition.name), addition.folder)
    elif packages:
        addition.pyproject.add((*_SCIKIT, "packages"), [addition.folder])
    return "" if packages else addition.unnamed
