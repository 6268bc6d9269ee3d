"""Git sources: cloned at their ref, with the folder that the catalog names."""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.catalog import GitSource
from foundry_assets.craft.staging import declared_release, stage
from foundry_assets.errors import SourceMissing
from foundry_tests.craft.staging.sources import (
    PYPROJECT,
    RELEASE,
    appearance,
    commit,
    project,
    run_git,
    write,
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with version 1.2 at tag v1.2 and branch `old`, and 2.0 at its HEAD."""
    repo = tmp_path / "repo"
    project(repo / "packages/demo")
    commit(repo, tag="v1.2")
    run_git(repo, "branch", "old")
    write(repo, {"packages/demo/pyproject.toml": PYPROJECT.replace("1.2", "2.0")})
    return commit(repo)


@pytest.mark.parametrize("ref", ["v1.2", "old", "sha"])
def test_a_tag_a_branch_or_a_commit_is_staged_as_it_was(repository: Path, tmp_path: Path, ref: str) -> None:
    """Any way to name a commit gives that commit's files; the repository itself stays as it was."""
    commit_id = run_git(repository, "rev-parse", "v1.2")
    before = appearance(repository)
    source = GitSource(
        git=str(repository), ref=commit_id if ref == "sha" else ref, subdirectory="packages/demo"
    )
    result = stage(source, RELEASE, target=tmp_path / "target", scratch=tmp_path / "scratch")
    assert (result.origin, result.commit, result.dirty) == ("git", commit_id, ())
    assert result.listing.paths == {"pyproject.toml", "demo_pkg.py"}
    assert appearance(repository) == before


def test_without_a_ref_the_repositorys_head_declares(repository: Path, tmp_path: Path) -> None:
    """HEAD is the default, also for an address instead of a path."""
    source = GitSource(git=repository.as_uri(), subdirectory="packages/demo")
    assert declared_release(source, scratch=tmp_path / "scratch").version == "2.0"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"ref": "v9"}, "v9"),
        ({"ref": "--upload-pack=touch x"}, "git cannot read"),
        ({"git": "nowhere/at-all"}, "nowhere/at-all"),
        ({"git": "file://secret@localhost/nowhere"}, "file://localhost/nowhere"),
        ({"subdirectory": "packages/nothing"}, "packages/nothing"),
        ({"subdirectory": "../../.."}, "has no folder"),
    ],
)
def test_a_wrong_git_source_is_told_with_gits_words(
    repository: Path, tmp_path: Path, wrong: dict[str, str], words: str
) -> None:
    """Unknown refs, repositories out of reach and wrong subdirectories name themselves."""
    source = GitSource(**{"git": str(repository), "ref": "v1.2", "subdirectory": "packages/demo", **wrong})
    with pytest.raises(SourceMissing, match=words) as caught:
        stage(source, RELEASE, target=tmp_path / "target", scratch=tmp_path / "scratch")
    assert "secret" not in str(caught.value)
    assert not (tmp_path / "target").exists()
