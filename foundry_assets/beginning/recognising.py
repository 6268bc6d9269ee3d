"""What a single folder is: a package, something that wants to be one and cannot be read, or neither.

Add here another way in which a source says its name, without running it.
Not here: the walk (surveying), and the rules that a release holds a source to (craft/staging).
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from foundry_assets.beginning.records import Found
from foundry_assets.catalog import SourceMetadata
from foundry_assets.craft.import_roots.project_files import ProjectFiles, parse_python
from foundry_assets.craft.staging.declaring import checked, declared_outright
from foundry_assets.craft.staging.drafting import Given, declares_something
from foundry_assets.craft.staging.drafting.import_package import import_package
from foundry_assets.craft.staging.project_files import read_project
from foundry_assets.craft.staging.version_tools import version_tool
from foundry_assets.errors import Fault, FoundryError

_FLAT = re.compile(r"x_(make|cls)_\w+")
_MAIN = re.compile(r"x_cls_\w+\.py")
_CALLS_SETUP = re.compile(r"\bsetup\s*\(")
_BY_HAND = "write its entry by hand: [[package]] with `name` and `source`"


def recognise(folder: Path, files: frozenset[str]) -> Found | Fault | None:
    """Tell what a folder is, given the names of its files; a fault says why it cannot be read."""
    is_flat = _FLAT.fullmatch(folder.name) is not None and any(name.endswith(".py") for name in files)
    if not is_flat and not files & {"pyproject.toml", "setup.py", "setup.cfg"}:
        return None
    try:
        found = _declaring(folder, files) or (_flat(folder, files) if is_flat else None)
    except FoundryError as error:
        return Fault(str(folder), error.happened, error.remedy)
    except (OSError, ValueError, RecursionError, MemoryError, AttributeError, TypeError) as error:
        return Fault(str(folder), f"its files cannot be read ({type(error).__name__})", _BY_HAND)
    return _unwritable(found) or found if isinstance(found, Found) else found


def _declaring(folder: Path, files: frozenset[str]) -> Found | Fault | None:
    """Read a source with packaging metadata; None for one whose files only configure tools."""
    files_of = ProjectFiles(folder)
    how = _declaring_file(folder, files, files_of)
    if how is None or _says_it_is_none(files_of):
        return None
    project = read_project(folder)
    outright = declared_outright(project)
    if outright is not None:
        return Found(outright.name, folder, how, outright.version)
    name = _stated_name(files_of)
    if not name:
        what = f"its {how} gives no name that could be read without running it"
        return Fault(str(folder), what, _BY_HAND)
    tool = version_tool(project) or project.backend.partition(".")[0]
    named = checked(name, "0", where=str(folder / how), how="static", tool="")
    return Found(named.name, folder, f"{how}, version by {tool}")


def _declaring_file(folder: Path, files: frozenset[str], project: ProjectFiles) -> str | None:
    if "pyproject.toml" in files and declares_something(folder):
        return "pyproject.toml"
    if "setup.cfg" in files and project.setup_cfg.has_section("metadata"):
        return "setup.cfg"
    if "setup.py" in files and _CALLS_SETUP.search((folder / "setup.py").read_text("utf-8", "replace")):
        return "setup.py"
    return None


def _says_it_is_none(project: ProjectFiles) -> bool:
    """Tell whether a project says itself that it is no package (a workspace's root, an application)."""
    is_poetry_app = project.table("tool", "poetry").get("package-mode") is False
    return is_poetry_app or project.table("tool", "uv").get("package") is False


def _stated_name(project: ProjectFiles) -> str:
    flit = project.table("tool", "flit", "metadata")
    names: list[Any] = [
        project.table("project").get("name"),
        project.table("tool", "poetry").get("name"),
        flit.get("dist-name") or flit.get("module"),
        project.option("metadata", "name"),
        project.setup_call.get("name"),
    ]
    return next((name for name in names if isinstance(name, str) and name), "")


def _flat(folder: Path, files: frozenset[str]) -> Found | Fault:
    """Read a source without metadata whose own folder is the import package."""
    mains = sorted(name for name in files if _MAIN.fullmatch(name))
    own = f"x_cls_{folder.name.removeprefix('x_').removeprefix('cls_')}.py"
    main = own if own in mains else mains[0] if len(mains) == 1 else ""
    if not main:
        told = ", ".join(mains) or "no x_cls_*.py"
        remedy = "write its entry by hand: [[package]] with `name`, `source`, `main_file` and `version`"
        return Fault(
            str(folder), f"it has no metadata, and which file is its main one is open: {told}", remedy
        )
    name = checked(folder.name, "0", where=str(folder), how="static", tool="").name
    given = Given(name, "", main, SourceMetadata(), (), folder.name)
    if faults := import_package(folder, given)[1]:
        return Fault(str(folder), faults[0].what, faults[0].remedy)
    version = _literal_version(folder / main) or _literal_version(folder / "__init__.py")
    todo = "" if version else "give its `version`: no `__version__` stands in it"
    return Found(name, folder, "no metadata", version, main, todo)


def _literal_version(file: Path) -> str:
    """Give the text that a module's `__version__` is, empty where it is none or no version (PEP 440)."""
    try:
        body = parse_python(file).body
    except (OSError, SyntaxError, ValueError):
        return ""
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        is_it = any(isinstance(target, ast.Name) and target.id == "__version__" for target in targets)
        value = getattr(node, "value", None)
        if is_it and isinstance(value, ast.Constant) and isinstance(value.value, str):
            try:
                return str(Version(value.value))
            except InvalidVersion:
                return ""
    return ""


def _unwritable(found: Found) -> Fault | None:
    """Find a folder that no catalog can name: TOML is UTF-8."""
    try:
        str(found.folder).encode("utf-8")
    except UnicodeEncodeError:
        return Fault(ascii(str(found.folder)), "its path is not UTF-8", "rename the folder")
    return None
