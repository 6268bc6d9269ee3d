"""The version that a backend would take from a file of the project, read without running anything.

Add here another backend's way of naming that file.
Not here: versions that stand in the metadata itself (staging/declaring), and tags (tags).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from foundry_assets.craft.staging.project_files import Project, table

_IN_PYTHON = r"(?i)^(?:__version__|VERSION)(?: ?: ?str)? *= *(['\"])v?(?P<version>.+?)\1"
"""What hatchling, pdm-backend and scikit-build-core look for where they are told nothing else."""
_UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What the parser raises, also for code that is nested too deeply."""


def version_in_file(project: Project) -> str | None:
    """Give the version from the file that the project's backend reads, None where only the backend knows."""
    for reader in _READERS:
        if found := reader(project):
            return found.strip()
    return None


def _of_setuptools(project: Project) -> str | None:
    if not project.uses_setuptools:
        return None
    stated = table(project.pyproject, "tool", "setuptools", "dynamic", "version")
    in_cfg = project.setup_cfg.get("metadata", {}).get("version", "")
    attribute = stated.get("attr") or (
        in_cfg.removeprefix("attr:").strip() if in_cfg.startswith("attr:") else ""
    )
    file = stated.get("file") or (in_cfg.removeprefix("file:").strip() if in_cfg.startswith("file:") else "")
    if isinstance(attribute, str) and attribute:
        return _attribute(project, attribute)
    named = file[0] if isinstance(file, list) and len(file) == 1 else file
    return _text(project.folder / named) if isinstance(named, str) and named else None


def _of_setup_py(project: Project) -> str | None:
    """Read a literal `version="..."` of the one `setup()` call."""
    if not project.uses_setuptools or not project.setup_py:
        return None
    try:
        calls = [node for node in ast.walk(ast.parse(project.setup_py)) if isinstance(node, ast.Call)]
    except _UNPARSABLE:
        return None
    given = [
        word.value
        for call in calls
        if ast.unparse(call.func).endswith("setup")
        for word in call.keywords
        if word.arg == "version"
    ]
    return _literal(given[0]) if len(given) == 1 else None


def _of_hatch(project: Project) -> str | None:
    stated = table(project.pyproject, "tool", "hatch", "version")
    return _by_pattern(project, stated.get("path"), stated.get("pattern")) if _is_regex(stated) else None


def _is_regex(stated: dict[str, object]) -> bool:
    return stated.get("source", "regex") == "regex"


def _of_pdm(project: Project) -> str | None:
    stated = table(project.pyproject, "tool", "pdm", "version")
    return _by_pattern(project, stated.get("path"), None) if stated.get("source") == "file" else None


def _of_scikit_build(project: Project) -> str | None:
    stated = table(project.pyproject, "tool", "scikit-build", "metadata", "version")
    if stated.get("provider") != "scikit_build_core.metadata.regex":
        return None
    return _by_pattern(project, stated.get("input"), stated.get("regex"))


def _of_flit(project: Project) -> str | None:
    """Read the module's `__version__`, where flit looks for it too."""
    if not project.backend.startswith(("flit_core", "flit.")):
        return None
    own = table(project.pyproject, "tool", "flit", "module").get("name")
    name = own or table(project.pyproject, "project").get("name")
    return _attribute(project, f"{name.replace('-', '_')}.__version__") if isinstance(name, str) else None


_READERS: tuple[Callable[[Project], str | None], ...] = (
    _of_setuptools,
    _of_hatch,
    _of_pdm,
    _of_scikit_build,
    _of_flit,
    _of_setup_py,
)


def _by_pattern(project: Project, path: object, pattern: object) -> str | None:
    if not isinstance(path, str):
        return None
    wanted = pattern if isinstance(pattern, str) else _IN_PYTHON
    try:
        found = re.search(wanted, _text(project.folder / path) or "", re.MULTILINE)
    except re.error:
        return None
    if found is None:
        return None
    names = found.groupdict()
    return names.get("version") or names.get("value")


def _attribute(project: Project, dotted: str) -> str | None:
    """Give what a module assigns to a name, where that is a literal; the module is not imported."""
    module, _, name = dotted.rpartition(".")
    for place in _places(project, module):
        text = _text(place)
        if text is None:
            continue
        try:
            body = ast.parse(text).body
        except _UNPARSABLE:
            return None
        values = [value for node in body if (value := _assigned(node, name)) is not None]
        return _literal(values[-1]) if values else None
    return None


def _places(project: Project, module: str) -> Iterator[Path]:
    stated = table(project.pyproject, "tool", "setuptools", "package-dir")
    tops = [str(stated[""])] if isinstance(stated.get(""), str) else []
    for top in (*tops, "", "src", "lib"):
        base = project.folder.joinpath(top, *module.split("."))
        yield from (base / "__init__.py", base.with_name(f"{base.name}.py"))


def _assigned(node: ast.stmt, name: str) -> ast.expr | None:
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    else:
        return None
    return node.value if any(isinstance(one, ast.Name) and one.id == name for one in targets) else None


def _literal(value: ast.expr) -> str | None:
    """Give a text, or a tuple of numbers as a version is often kept."""
    try:
        told = ast.literal_eval(value)
    except (ValueError, TypeError):
        return None
    if isinstance(told, str):
        return told
    return ".".join(map(str, told)) if isinstance(told, tuple | list) and told else None


def _text(path: Path) -> str | None:
    """Give a file's text; a device or a pipe, which a project may name too, would never come to an end."""
    try:
        return path.read_text(encoding="utf-8-sig") if path.is_file() else None
    except (OSError, UnicodeDecodeError):
        return None
