"""Which files are a project's and which its import package's, told by their names alone.

Add here a name by which such a file is known.
Not here: what is no source at all (leaving_out), and where a file goes (placing).
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from foundry_assets.craft.contents import is_for_tests
from foundry_assets.craft.import_roots import ImportRoot

_TEXT_SUFFIXES = frozenset({"", ".md", ".rst", ".txt", ".pdf", ".adoc", ".html"})
_IN_ANY_CASE = frozenset({"readme", "license", "licence", "copying", "unlicense", "changelog"})
_IN_CAPITALS = frozenset(
    {
        *("NOTICE", "AUTHORS", "COPYRIGHT", "CHANGES", "HISTORY", "NEWS", "CONTRIBUTING", "CONTRIBUTORS"),
        *("CODE_OF_CONDUCT", "SECURITY", "CITATION", "MAINTAINERS", "SUPPORT", "THANKS", "TODO"),
    }
)
_LICENCE = re.compile(
    r"((?i:licen[cs]e|copying|unlicense)|NOTICE|AUTHORS|COPYRIGHT)([-.][\w-]+)?(\.(md|rst|txt))?"
)
_READMES = ("readme.md", "readme.rst", "readme.txt", "readme")
_BUILD_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "manifest.in"})
_TOOL_FILE = re.compile(
    r"(requirements|constraints)[\w.-]*\.(txt|in)|(tox|mypy|pytest|tslint)\.ini|pyrightconfig\.json|noxfile\.py"
    r"|Pipfile(\.lock)?|(poetry|uv|pdm|pylock)\.lock|pylock\.toml|uv\.toml|ruff\.toml|Makefile|Justfile|justfile"
    r"|Dockerfile|docker-compose\.ya?ml|environment\.ya?ml|codecov\.ya?ml|mkdocs\.ya?ml|package(-lock)?\.json"
)
_BUILD_NOTES = (".egg-info", ".dist-info")


def is_project_file(name: str) -> bool:
    """Tell whether a file at the top of a source is about the project: README, LICENSE, pyproject.toml."""
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
    about = stem.lower() in _IN_ANY_CASE or stem in _IN_CAPITALS
    return (about and suffix.lower() in _TEXT_SUFFIXES) or is_licence_file(name) or is_build_file(name)


def is_build_file(name: str) -> bool:
    """Tell whether a project file says how to build, which in a drafted project pyproject.toml alone does."""
    return name.lower() in _BUILD_FILES


def is_licence_file(name: str) -> bool:
    """Tell whether a file belongs among the licence files of its project's metadata (PEP 639)."""
    return _LICENCE.fullmatch(name) is not None and PurePosixPath(name).suffix not in (
        ".py",
        ".json",
        ".html",
    )


def choose_readme(names: frozenset[str]) -> str:
    """Give the README of a project's files whose form can be told to an index; empty where there is none."""
    by_form = {name.lower(): name for name in sorted(names)}
    return next((by_form[form] for form in _READMES if form in by_form), "")


def reason_not_shipped(name: str, *, package: str, is_flat: bool) -> str:
    """Tell why a file of the package's folder is not part of the package; empty where it is.

    `name` is its place below that folder. In a flat source the same folder is the project's, whose settings
    and hidden files stay behind.
    """
    parts = PurePosixPath(name).parts
    if any(part.endswith(_BUILD_NOTES) for part in parts[:-1]):
        return "a build tool's notes"
    if is_for_tests(f"{package}/{name}", ImportRoot(package, package, "package", certain=True)):
        return "a test"
    if not is_flat:
        return ""
    if parts[0].startswith("."):
        return "hidden: a setting of the project, not of the package"
    if len(parts) == 1 and (_TOOL_FILE.fullmatch(name) or is_build_file(name)):
        return "a setting of the project, not of the package"
    return ""
