"""Tools that take versions from version control: how they are known and how they are told a version."""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.craft.staging.project_files import read_project
from foundry_assets.craft.staging.version_tools import build_environment, repository_tag, version_tool
from foundry_assets.release import Release
from foundry_tests.craft.staging.sources import write

PDM_SCM = '[tool.pdm.version]\nsource = "scm"\n'
RELEASE = Release.of("demo-pkg", "1.2.0")


def _requires(*names: str, backend: str = "setuptools.build_meta") -> str:
    return f'[build-system]\nrequires = {list(names)}\nbuild-backend = "{backend}"\n'


@pytest.mark.parametrize(
    ("files", "tool"),
    [
        ({"pyproject.toml": _requires("setuptools>=61", "setuptools_scm[toml]>=8")}, "setuptools-scm"),
        ({"pyproject.toml": _requires("setuptools") + "[tool.setuptools_scm]\n"}, "setuptools-scm"),
        ({"setup.py": "setup(use_scm_version=True)"}, "setuptools-scm"),
        ({"pyproject.toml": _requires("hatchling", "hatch-vcs", backend="hatchling.build")}, "hatch-vcs"),
        ({"pyproject.toml": _requires("setuptools", "versioningit")}, "versioningit"),
        ({"setup.py": "import versioneer\nsetup(version=versioneer.get_version())"}, "versioneer"),
        ({"setup.py": "setup(setup_requires=['pbr'], pbr=True)"}, "pbr"),
        (
            {
                "pyproject.toml": _requires("pdm-backend", backend="pdm.backend")
                + '[tool.pdm.version]\nsource="scm"\n'
            },
            "pdm-backend",
        ),
        ({"pyproject.toml": _requires("pdm-backend", backend="pdm.backend")}, ""),
        ({"pyproject.toml": _requires("hatchling", backend="hatchling.build")}, ""),
        ({"setup.py": "setup(name='a')"}, ""),
    ],
)
def test_a_tool_is_known_by_its_mark(tmp_path: Path, files: dict[str, str], tool: str) -> None:
    """Each tool is found wherever projects name it, and none is found in its absence."""
    assert version_tool(read_project(write(tmp_path, files))) == tool


@pytest.mark.parametrize(
    ("tool", "variables"),
    [
        ("setuptools-scm", {"SETUPTOOLS_SCM_PRETEND_VERSION", "SETUPTOOLS_SCM_PRETEND_VERSION_FOR_DEMO_PKG"}),
        ("hatch-vcs", {"SETUPTOOLS_SCM_PRETEND_VERSION", "SETUPTOOLS_SCM_PRETEND_VERSION_FOR_DEMO_PKG"}),
        ("pdm-backend", {"PDM_BUILD_SCM_VERSION"}),
        ("poetry-dynamic-versioning", {"POETRY_DYNAMIC_VERSIONING_BYPASS"}),
        ("versioneer", set()),
        ("", set()),
    ],
)
def test_a_tool_is_told_the_releases_version(tool: str, variables: set[str]) -> None:
    """Each tool's own variable says the version of the release."""
    assert build_environment(tool, RELEASE) == dict.fromkeys(variables, "1.2.0")


def test_pbr_invents_no_authors_and_no_changes() -> None:
    """What pbr writes from history is left out, because a fresh repository's history is not the project's."""
    told = build_environment("pbr", RELEASE)
    assert told == {"PBR_VERSION": "1.2.0", "SKIP_GENERATE_AUTHORS": "1", "SKIP_WRITE_GIT_CHANGELOG": "1"}


@pytest.mark.parametrize(
    ("tool", "files", "described", "tag"),
    [
        ("setuptools-scm", {}, "v1.1-3-gabcdef0", "v1.2.0"),
        ("setuptools-scm", {}, "rel-1.1-3-gabcdef0", "rel-1.2.0"),
        ("setuptools-scm", {}, "abcdef0", "1.2.0"),
        ("versioneer", {"setup.cfg": "[versioneer]\ntag_prefix = demo-\n"}, "v1.1-0-gabcdef0", "demo-1.2.0"),
        ("versioneer", {"setup.cfg": "[versioneer]\ntag_prefix =\n"}, "v1.1-0-gabcdef0", "1.2.0"),
        (
            "versioneer",
            {"pyproject.toml": _requires() + "[tool.versioneer]\ntag_prefix = 'v'\n"},
            "x",
            "v1.2.0",
        ),
        ("hatch-vcs", {}, "v1.1-3-gabcdef0", ""),
        ("", {}, "v1.1-3-gabcdef0", ""),
    ],
)
def test_a_tool_that_reads_repositories_gets_a_tag(
    tmp_path: Path, tool: str, files: dict[str, str], described: str, tag: str
) -> None:
    """The tag carries the project's own prefix and the release's version; tools that need none get none."""
    found = read_project(write(tmp_path, {"setup.py": "setup()", **files}))
    assert repository_tag(tool, found, RELEASE, described=described) == tag
