"""Tools that take a version from version control: how they are known, and how a copy is told its version.

Add here a tool, its mark in a project's files, and its variable or tag.
Not here: running them (asking) and versions that stand in a file (declaring).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from foundry_assets.craft.staging.project_files import Project, table

if TYPE_CHECKING:
    from foundry_assets.release import Release

_BY_REQUIREMENT = (
    "hatch-vcs",
    "setuptools-scm",
    "vcs-versioning",
    "versioningit",
    "versioneer",
    "pbr",
    "poetry-dynamic-versioning",
    "uv-dynamic-versioning",
    "setuptools-git-versioning",
    "dunamai",
)
_BY_SETUP_PY = {
    "setuptools-scm": r"use_scm_version",
    "pbr": r"\bpbr\s*=\s*True",
    "versioneer": r"\bversioneer\b",
    "setuptools-git-versioning": r"setuptools_git_versioning|setuptools-git-versioning",
    "versioningit": r"\bversioningit\b",
}
_VARIABLES = {
    "setuptools-scm": "SETUPTOOLS_SCM_PRETEND_VERSION",
    "vcs-versioning": "SETUPTOOLS_SCM_PRETEND_VERSION",
    "hatch-vcs": "SETUPTOOLS_SCM_PRETEND_VERSION",
    "pbr": "PBR_VERSION",
    "pdm-backend": "PDM_BUILD_SCM_VERSION",
    "poetry-dynamic-versioning": "POETRY_DYNAMIC_VERSIONING_BYPASS",
    "uv-dynamic-versioning": "UV_DYNAMIC_VERSIONING_BYPASS",
}
_READ_REPOSITORIES = frozenset(
    {
        # These ask git which files belong into the sdist, also where the version is given.
        "setuptools-scm",
        "vcs-versioning",
        "pbr",
        # These have no variable: only a tag tells them a version.
        "versioneer",
        "versioningit",
        "setuptools-git-versioning",
        "dunamai",
    }
)


def version_tool(project: Project) -> str:
    """Name the tool that takes the version from version control; empty where there is none."""
    if "setuptools_scm" in table(project.pyproject, "tool") and project.uses_setuptools:
        return "setuptools-scm"
    if table(project.pyproject, "tool", "pdm", "version").get("source") == "scm":
        return "pdm-backend"
    for name in _BY_REQUIREMENT:
        if name in project.requirements:
            return name
    if not project.uses_setuptools:
        return ""
    for name, mark in _BY_SETUP_PY.items():
        if re.search(mark, project.setup_py):
            return name
    return "versioneer" if "versioneer" in project.setup_cfg else ""


def build_environment(tool: str, release: Release) -> dict[str, str]:
    """Give the variables that make a tool say the release's version; none where it has none."""
    variable = _VARIABLES.get(tool)
    if variable is None:
        return {}
    told = {variable: release.version}
    if tool == "pbr":
        # The one commit of a fresh repository knows neither the authors nor the changes.
        told |= {"SKIP_GENERATE_AUTHORS": "1", "SKIP_WRITE_GIT_CHANGELOG": "1"}
    if variable.startswith("SETUPTOOLS_SCM"):
        # The one that names the distribution wins over a project's own default.
        told[f"{variable}_FOR_{release.name.upper().replace('-', '_')}"] = release.version
    return told


def repository_tag(tool: str, project: Project, release: Release, *, described: str) -> str:
    """Give the tag that makes a tool say the release's version in a fresh repository; empty: none is read.

    `described` is the real repository's `git describe --long`, whose tag shows the prefix in use.
    """
    if tool not in _READ_REPOSITORIES:
        return ""
    return f"{_prefix(tool, project, described)}{release.version}"


def _prefix(tool: str, project: Project, described: str) -> str:
    if tool == "versioneer":
        in_cfg = project.setup_cfg.get("versioneer", {}).get("tag_prefix")
        named = table(project.pyproject, "tool", "versioneer").get("tag_prefix", in_cfg)
        return str(named or "").strip("\"'")
    if tool == "versioningit":
        return str(table(project.pyproject, "tool", "versioningit", "tag2version").get("rmprefix", ""))
    tag, separator, _ = described.rpartition("-g")
    found = re.match(r"\D*", tag)
    return found.group() if separator and found else ""
