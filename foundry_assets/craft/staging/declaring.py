"""What a project's files say about its name and version, where they say it outright.

Add here a place where a name and a version stand literally, and what can change them later.
Not here: asking a build backend (asking).
"""

from __future__ import annotations

import ast
from pathlib import Path

from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

from foundry_assets.craft.staging.drafting import Given, declares_something
from foundry_assets.craft.staging.project_files import Project, read_project, require_folder, table
from foundry_assets.craft.staging.records import Declared
from foundry_assets.craft.staging.version_tools import version_tool
from foundry_assets.errors import MetadataUnreadable

_POETRY_BACKENDS = ("poetry.core.masonry.api", "poetry.masonry.api")
_REWRITES_LITERALS = frozenset({"poetry-dynamic-versioning"})
"""Tools that put their version in place of a literal one."""


def quick_declared(folder: Path, *, given: Given | None = None) -> Declared | None:
    """Give what a folder declares outright, in milliseconds; None where only its build backend knows.

    `given` speaks for a folder whose files declare nothing; nothing else of it is looked at. Raises
    `SourceMissing`, `NotAProject` or `MetadataUnreadable`.
    """
    if given is None or not given.version or declares_something(require_folder(folder)):
        return declared_outright(read_project(folder))
    return checked(given.name, given.version, where="its entry", how="static", tool="")


def declared_outright(project: Project) -> Declared | None:
    """Give what a project's files declare literally; None where only the build backend knows.

    Raises `MetadataUnreadable` for a name that breaks PEP 508 or a version that breaks PEP 440.
    """
    tool = version_tool(project)
    found = _from_project_table(project) or _from_poetry(project) or _from_setup_cfg(project)
    if found is None or tool in _REWRITES_LITERALS or _is_tagged(project):
        return None
    name, version, file = found
    return checked(name, version, where=str(project.folder / file), how="static", tool=tool)


def checked(name: str, version: str, *, where: str, how: str, tool: str) -> Declared:
    """Give a declaration of a valid name and version; raises `MetadataUnreadable` for another."""
    try:
        canonical = canonicalize_name(name, validate=True)
    except InvalidName:
        raise MetadataUnreadable(
            f"{where} gives the name `{name}`, which is not a package name",
            remedy="mend it (PEP 508): letters, digits, `-`, `_` and `.`",
        ) from None
    try:
        normal = str(Version(version))
    except InvalidVersion:
        raise MetadataUnreadable(
            f"{where} gives the version `{version}`, which is not a version",
            remedy="mend it (PEP 440), such as 1.2.0 or 1.2.0rc1",
        ) from None
    return Declared(canonical, normal, "static" if how == "static" else "backend", tool)


def _from_project_table(project: Project) -> tuple[str, str, str] | None:
    stated = table(project.pyproject, "project")
    name, version = stated.get("name"), stated.get("version")
    if "version" in stated.get("dynamic", []) or not isinstance(name, str) or not isinstance(version, str):
        return None
    return name, version, "pyproject.toml"


def _from_poetry(project: Project) -> tuple[str, str, str] | None:
    """Read poetry's own table, where a version is literal also beside `dynamic = ["version"]`."""
    if project.backend not in _POETRY_BACKENDS:
        return None
    own = table(project.pyproject, "tool", "poetry")
    name, version = table(project.pyproject, "project").get("name", own.get("name")), own.get("version")
    return (name, version, "pyproject.toml") if isinstance(name, str) and isinstance(version, str) else None


def _from_setup_cfg(project: Project) -> tuple[str, str, str] | None:
    """Read setup.cfg, where nothing outranks it: [project] does, and so do arguments in setup.py."""
    if not project.uses_setuptools or "project" in project.pyproject or version_tool(project):
        return None
    stated = project.setup_cfg.get("metadata", {})
    name, version = stated.get("name", ""), stated.get("version", "")
    literal = name and version and not version.startswith(("attr:", "file:"))
    return (name, version, "setup.cfg") if literal and _adds_nothing(project.setup_py) else None


def _is_tagged(project: Project) -> bool:
    """Tell whether setuptools appends to the version (`egg_info` with tag_build or tag_date)."""
    options = project.setup_cfg.get("egg_info", {})
    tags = (options.get("tag_build", "").strip("\"' "), options.get("tag_date", "0").strip())
    return project.uses_setuptools and (bool(tags[0]) or tags[1] not in ("0", "false", "no", ""))


def _adds_nothing(setup_py: str) -> bool:
    """Tell whether a setup.py leaves name and version alone: every `setup()` in it has neither."""
    if not setup_py:
        return True
    try:
        calls = [node for node in ast.walk(ast.parse(setup_py)) if isinstance(node, ast.Call)]
    except (SyntaxError, ValueError):
        return False
    given = {word.arg for call in calls if ast.unparse(call.func).endswith("setup") for word in call.keywords}
    return not given & {"name", "version", "distclass", "cmdclass", None}
