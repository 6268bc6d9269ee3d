"""Staging as a whole: the declaration is held to the release, and backends answer for what no file says."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from foundry_assets.craft.staging import declared_release, stage
from foundry_assets.errors import MetadataUnreadable, VersionMismatch
from foundry_assets.release import Release
from foundry_tests.craft.staging.sources import RELEASE, appearance, commit, project, staged, write

IN_TREE = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
BACKEND = """
from pathlib import Path
def get_requires_for_build_wheel(config_settings=None):
    return []
def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    Path("written_by_the_backend.txt").write_text("x")
    folder = Path(metadata_directory, "demo.dist-info")
    folder.mkdir()
    version = Path("VERSION").read_text().strip()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\\nName: Demo.Pkg\\nVersion: {version}\\n")
    return folder.name
"""
SCM_SETUP = """[build-system]
requires = ["setuptools>=77", "setuptools-scm>=8"]
build-backend = "setuptools.build_meta"
[project]
name = "demo-pkg"
dynamic = ["version"]
[tool.setuptools_scm]
root = "../.."
"""
SCM_HATCH = """[build-system]
requires = ["hatchling", "hatch-vcs"]
build-backend = "hatchling.build"
[project]
name = "demo-pkg"
dynamic = ["version"]
[tool.hatch.version]
source = "vcs"
[tool.hatch.build.targets.wheel]
include = ["demo_pkg.py"]
"""


def _in_tree(folder: Path, version: str = "1.2.0") -> Path:
    return write(folder, {"pyproject.toml": IN_TREE, "backend.py": BACKEND, "VERSION": version})


def test_the_declaration_must_be_the_release(tmp_path: Path) -> None:
    """Another version or name stops the release with both told; 1.2 and 1.2.0 are one version (PEP 440)."""
    source = project(tmp_path / "source")
    with pytest.raises(
        VersionMismatch, match=r"declares demo-pkg==1\.2, and the release is demo-pkg==1\.3"
    ) as caught:
        staged(source, tmp_path, release=Release.of("demo-pkg", "1.3"))
    assert "change the version in pyproject.toml to 1.3" in caught.value.remedy
    with pytest.raises(VersionMismatch, match=r"the release is other==1\.2"):
        staged(source, tmp_path, release=Release.of("other", "1.2"))
    assert not (tmp_path / "target").exists()
    assert staged(source, tmp_path, release=Release.of("demo-pkg", "1.2.0")).declared.version == "1.2"


def test_a_backend_is_asked_on_a_copy_and_its_answer_remembered(tmp_path: Path) -> None:
    """The backend writes into a copy; the next question about the same tree starts no backend."""
    source = _in_tree(tmp_path / "source")
    before = appearance(source)
    memo = tmp_path / "memo"
    result = stage(source, RELEASE, target=tmp_path / "target", scratch=tmp_path / "scratch", memo=memo)
    assert (result.declared.name, result.declared.version, result.declared.how) == (
        "demo-pkg",
        "1.2.0",
        "backend",
    )
    assert result.listing.paths == {"pyproject.toml", "backend.py", "VERSION"}
    assert appearance(source) == before
    assert list((tmp_path / "scratch").iterdir()) == []
    (note,) = memo.iterdir()
    note.write_text(json.dumps({"name": "demo-pkg", "version": "9"}))
    assert declared_release(source, scratch=tmp_path / "scratch", memo=memo).version == "9"
    note.write_text("damaged")
    assert declared_release(source, scratch=tmp_path / "scratch", memo=memo).version == "1.2.0"


def test_a_changed_tree_is_asked_again(tmp_path: Path) -> None:
    """What is remembered belongs to one tree; uncommitted changes are seen and not remembered."""
    source = commit(_in_tree(tmp_path / "source"))
    memo, scratch = tmp_path / "memo", tmp_path / "scratch"
    assert declared_release(source, scratch=scratch, memo=memo).version == "1.2.0"
    write(source, {"VERSION": "3"})
    assert declared_release(source, scratch=scratch, memo=memo).version == "3"
    assert len(list(memo.iterdir())) == 1


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        ("raise SystemExit('the backend says why')", "the backend says why"),
        (BACKEND.replace("Demo.Pkg", "UNKNOWN"), "UNKNOWN"),
        (BACKEND.replace("{version}", "not-a-version"), "`not-a-version`"),
    ],
)
def test_a_backend_that_gives_no_answer_is_quoted(tmp_path: Path, backend: str, words: str) -> None:
    """The backend's last lines, or its useless answer, come with the remedy, and no target is left."""
    source = write(_in_tree(tmp_path / "source"), {"backend.py": backend})
    with pytest.raises(MetadataUnreadable) as caught:
        staged(source, tmp_path)
    assert words in str(caught.value)
    assert not (tmp_path / "target").exists()


def test_setuptools_scm_sees_the_real_tags_of_a_monorepo(tmp_path: Path) -> None:
    """A subdirectory declares the version of the tag above it, with dirt elsewhere; nothing is touched."""
    source = write(tmp_path / "repo/packages/demo", {"pyproject.toml": SCM_SETUP, "demo_pkg.py": ""})
    repo = commit(write(tmp_path / "repo", {"other.txt": ""}), tag="v1.2.0")
    write(repo, {"other.txt": "dirty elsewhere"})
    before = appearance(repo)
    result = staged(source, tmp_path)
    assert (result.declared.version, result.declared.how, result.declared.scm) == (
        "1.2.0",
        "backend",
        "setuptools-scm",
    )
    assert result.build_environment["SETUPTOOLS_SCM_PRETEND_VERSION"] == "1.2"
    assert result.needs_repository == "v1.2"
    assert result.described.startswith("v1.2.0-0-g")
    assert appearance(repo) == before


def test_any_backend_that_asks_git_sees_the_real_tags(tmp_path: Path) -> None:
    """A backend that nobody knows finds the history too, also from a subdirectory of the repository."""
    asking = "import subprocess\n" + BACKEND.replace(
        'Path("VERSION").read_text()',
        'subprocess.check_output(["git", "describe", "--tags", "--dirty"], text=True)',
    )
    source = write(_in_tree(tmp_path / "repo/packages/demo"), {"backend.py": asking})
    commit(tmp_path / "repo", tag="1.2")
    assert staged(source, tmp_path).declared.version == "1.2"


def test_hatch_vcs_counts_the_commits_and_changes_since_the_tag(tmp_path: Path) -> None:
    """A commit after the tag, and a change after that commit, are another version than the tag's."""
    source = write(tmp_path / "source", {"pyproject.toml": SCM_HATCH, "demo_pkg.py": ""})
    commit(source, tag="v1.2")
    commit(write(source, {"demo_pkg.py": "x = 2\n"}))
    write(source, {"demo_pkg.py": "x = 3\n"})
    with pytest.raises(VersionMismatch, match=r"declares demo-pkg==1\.3\.dev1\+g\w+\.d\d+") as caught:
        staged(source, tmp_path, allow_dirty=True)
    assert "tag the commit that is to be 1.2" in caught.value.remedy


def test_an_unpacked_sdist_below_a_repository_declares_the_sdists_version(tmp_path: Path) -> None:
    """PKG-INFO speaks for a tree without history, and the tags of an outer repository do not."""
    outer = commit(write(tmp_path / "outer", {".gitignore": "unpacked/\nscratch/\n"}), tag="v7.7")
    source = write(
        outer / "unpacked/demo-1.2",
        {
            "pyproject.toml": SCM_SETUP.replace('root = "../.."\n', "search_parent_directories = true\n"),
            "demo_pkg.py": "",
            "PKG-INFO": "Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.2\n",
        },
    )
    result = stage(source, RELEASE, target=outer / "scratch/target", scratch=outer / "scratch")
    assert (result.declared.version, result.origin, result.needs_repository) == ("1.2", "folder", "")


@pytest.mark.enable_socket
@pytest.mark.slow
@pytest.mark.parametrize("name", ["attrs", "click", "requests", "python-dateutil", "six"])
def test_real_sdists_are_staged_whole(tmp_path: Path, name: str) -> None:
    """Nothing of an sdist from the index is left out, and it declares what its file name says."""
    from packaging.utils import parse_sdist_filename
    from packaging.version import Version
    from pypi_simple import PyPISimple

    with PyPISimple() as client:
        found = [each for each in client.get_project_page(name).packages if each.package_type == "sdist"]
        chosen = max(
            (each for each in found if each.filename.endswith(".tar.gz")),
            key=lambda each: Version(each.version or "0"),
        )
        client.download_package(chosen, tmp_path / chosen.filename)
    with tarfile.open(tmp_path / chosen.filename) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
        files = {entry.name.partition("/")[2] for entry in archive if entry.isfile()}
    (source,) = (tmp_path / "unpacked").iterdir()
    release = Release.of(name, str(parse_sdist_filename(chosen.filename)[1]))
    assert staged(source, tmp_path, release=release).listing.paths == files
