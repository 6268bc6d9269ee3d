"""A project's own files, read without running anything: pyproject.toml, setup.cfg and setup.py.

Add here how such a file is found and parsed, and what a person is told where it cannot be.
Not here: what the files declare (declaring), and version control tools (version_tools).
"""

from __future__ import annotations

import configparser
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from foundry_assets.errors import FoundryError, MetadataUnreadable, NotAProject, SourceMissing

_LEGACY_BACKEND = "setuptools.build_meta:__legacy__"
_ARCHIVES = (".tar.gz", ".tgz", ".tar.bz2", ".zip", ".whl")
_MINIMAL = '[build-system] with requires = ["setuptools>=77"] and build-backend = "setuptools.build_meta"'


@dataclass(frozen=True)
class Project:
    """What a folder's packaging files say; an absent file is empty."""

    folder: Path
    pyproject: dict[str, Any] = field(default_factory=dict)
    setup_cfg: dict[str, dict[str, str]] = field(default_factory=dict)
    setup_py: str = ""

    @property
    def backend(self) -> str:
        """The build backend's name; that of setuptools where none is given (PEP 517)."""
        named = table(self.pyproject, "build-system").get("build-backend")
        return named if isinstance(named, str) else _LEGACY_BACKEND

    @property
    def uses_setuptools(self) -> bool:
        """Whether setup.cfg and setup.py matter."""
        return self.backend.startswith("setuptools.") or "backend-path" in table(
            self.pyproject, "build-system"
        )

    @property
    def requirements(self) -> frozenset[str]:
        """The canonical names of what the build requires (PEP 518); the backend tells of unreadable ones."""
        listed = table(self.pyproject, "build-system").get("requires", [])
        return frozenset(filter(None, map(_requirement_name, listed if isinstance(listed, list) else [])))


def table(of: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Give a TOML table below `of`; empty where there is none."""
    for key in keys:
        of = of.get(key, {})
        if not isinstance(of, dict):
            return {}
    return of


def _requirement_name(text: object) -> str:
    try:
        return canonicalize_name(Requirement(str(text)).name)
    except InvalidRequirement:
        return ""


def read_project(folder: Path) -> Project:
    """Read a folder's packaging files.

    Raises `SourceMissing` where there is no such folder, `NotAProject` where nothing in it tells how to build
    it, and `MetadataUnreadable`, with file and line, where a file cannot be parsed.
    """
    require_folder(folder)
    pyproject = _read_toml(folder / "pyproject.toml")
    setup_py = _text(folder / "setup.py")
    project = Project(folder, pyproject, setup_py=setup_py)
    if project.uses_setuptools:
        project = Project(folder, pyproject, _read_cfg(folder / "setup.cfg"), setup_py)
    _require_metadata(project)
    return project


def require_folder(folder: Path) -> Path:
    """Give a folder back that is there; raises `SourceMissing`, or `NotAProject` for a file."""
    if not folder.is_dir():
        raise _not_a_folder(folder)
    return folder


def _text(path: Path) -> str:
    if not path.is_file():
        return ""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise _unreadable(path, error.strerror or "") from None


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, str(error)) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _unreadable(path, f"not UTF-8 (at line {line})") from None
    except RecursionError:
        raise _unreadable(path, "its values are nested too deeply") from None
    except OSError as error:
        raise _unreadable(path, error.strerror or "") from None


def _read_cfg(path: Path) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser()
    # setuptools keeps the case of keys, and so may two keys differ by case alone.
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(_text(path), source=str(path))
    except configparser.Error as error:
        raise _unreadable(path, str(error)) from None
    return {name: dict(parser[name]) for name in parser.sections()}


def _unreadable(path: Path, why: str) -> MetadataUnreadable:
    return MetadataUnreadable(f"`{path}` cannot be read: {why}", remedy=f"mend `{path.name}` at that place")


def _not_a_folder(path: Path) -> FoundryError:
    if not path.exists():
        return SourceMissing(
            f"there is no folder `{path}`", remedy="give the folder that holds pyproject.toml"
        )
    if path.name.endswith(_ARCHIVES):
        return NotAProject(
            f"`{path}` is an archive, not a folder", remedy="unpack it and give the folder inside"
        )
    return NotAProject(
        f"`{path}` is a file, not a folder", remedy=f"give its folder, such as `{path.parent}`"
    )


def _require_metadata(project: Project) -> None:
    """Raise `NotAProject` where no build tool would start, or where it would make a nameless package."""
    folder = project.folder
    configures = "project" in project.pyproject or "build-system" in project.pyproject
    if (
        configures
        or project.setup_py
        or (folder / "setup.py").is_file()
        or table(project.pyproject, "tool", "poetry")
    ):
        return
    if (folder / "pyproject.toml").is_file():
        if "name" not in project.setup_cfg.get("metadata", {}):
            raise NotAProject(
                f"`{folder}` has a pyproject.toml with neither [project] nor [build-system]",
                remedy="add [project] with name and version, and [build-system] (PEP 621, PEP 518)",
            )
        return
    if project.setup_cfg.get("metadata"):
        raise NotAProject(
            f"`{folder}` has a setup.cfg, but no pyproject.toml and no setup.py: no build tool starts",
            remedy=f"add a pyproject.toml: {_MINIMAL}",
        )
    raise _no_metadata(folder)


def _no_metadata(folder: Path) -> NotAProject:
    happened = f"`{folder}` holds no pyproject.toml and no setup.py"
    below = sorted(path.parent.name for path in folder.glob("*/pyproject.toml"))
    if below:
        return NotAProject(happened, remedy=f"give a folder that does, such as {', '.join(below[:5])}")
    if any(folder.glob("*.py")):
        return NotAProject(
            f"{happened}, only modules",
            remedy="add a pyproject.toml with [project] name and version, or give both in foundry.toml with"
            " `main_file`, `version` and `metadata`",
        )
    if not any(folder.iterdir()):
        return NotAProject(f"`{folder}` is empty", remedy="give the folder that holds pyproject.toml")
    return NotAProject(happened, remedy="give the folder that does, or add a pyproject.toml with [project]")
