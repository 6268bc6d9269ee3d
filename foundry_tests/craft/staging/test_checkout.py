"""Git checkouts: the tracked files of the package's own folder, its commit, and its uncommitted changes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from foundry_assets.craft.staging import stage
from foundry_assets.craft.staging.git import refusal, unquoted
from foundry_assets.errors import DirtySource, SourceMissing, UnsafeSource
from foundry_assets.subprocesses import ProgramFailed
from foundry_tests.craft.staging.sources import (
    MOMENT,
    RELEASE,
    appearance,
    commit,
    project,
    run_git,
    staged,
    write,
)

needs_links = pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")


def test_a_clean_checkout_gives_its_tracked_files_and_its_commit(tmp_path: Path) -> None:
    """Ignored files stay behind and are told; the commit gives revision and time."""
    source = project(tmp_path / "source", {".gitignore": "*.log\n", "naïve 'x'.txt": "1", "run.log": "1"})
    commit(source, tag="v1.2")
    result = staged(source, tmp_path)
    assert result.listing.paths == {"pyproject.toml", "demo_pkg.py", ".gitignore", "naïve 'x'.txt"}
    assert (result.origin, result.dirty, result.epoch) == ("git", (), MOMENT)
    assert result.commit == run_git(source, "rev-parse", "HEAD")
    assert result.described == f"v1.2-0-g{result.commit[:7]}"
    assert {left.path: left.reason for left in result.left_out} == {
        ".git": "version control",
        "run.log": "not tracked by git",
    }


def test_a_checkout_and_a_plain_copy_have_one_digest(tmp_path: Path) -> None:
    """The tree digest does not depend on `.git`, on the place or on the time."""
    source = commit(project(tmp_path / "source", {"pkg/größe.py": "x\n"}))
    plain = shutil.copytree(source, tmp_path / "plain", ignore=shutil.ignore_patterns(".git"))
    assert staged(source, tmp_path / "a").listing == staged(plain, tmp_path / "b").listing


def test_the_repository_is_as_it_was(tmp_path: Path) -> None:
    """Bytes and times, those of `.git` and a stale index too, are the same after staging."""
    source = commit(project(tmp_path / "source"))
    os.utime(source / "demo_pkg.py", (1, 1))
    before = appearance(source)
    staged(source, tmp_path)
    assert appearance(source) == before


def _modify(source: Path) -> str:
    write(source, {"demo_pkg.py": "x = 2\n"})
    return "demo_pkg.py"


def _delete(source: Path) -> str:
    (source / "demo_pkg.py").unlink()
    return "demo_pkg.py"


def _add(source: Path) -> str:
    write(source, {"new file.py": ""})
    run_git(source, "add", "new file.py")
    return "new file.py"


def _leave(source: Path) -> str:
    write(source, {"größe/new.py": ""})
    return "größe/new.py"


@pytest.mark.parametrize("change", [_modify, _delete, _add, _leave])
def test_an_uncommitted_change_blocks_and_is_named(tmp_path: Path, change: object) -> None:
    """Modified, deleted, staged and new files stop the release; allowed, they are taken."""
    assert callable(change)
    source = commit(project(tmp_path / "source"))
    name = change(source)
    with pytest.raises(DirtySource) as caught:
        staged(source, tmp_path)
    assert name in caught.value.details
    assert "--allow-dirty" in caught.value.remedy
    assert not (tmp_path / "target").exists()
    result = staged(source, tmp_path, allow_dirty=True)
    assert result.dirty == (name,)
    assert (name in result.listing.paths) is (source / name).exists()


def test_many_changes_are_counted_and_the_first_twenty_shown(tmp_path: Path) -> None:
    """The count is exact, the list is short."""
    source = commit(project(tmp_path / "source"))
    write(source, {f"new{number:02}.py": "" for number in range(25)})
    with pytest.raises(DirtySource, match="has 25 uncommitted changes") as caught:
        staged(source, tmp_path)
    assert caught.value.details.endswith("new19.py\n… and 5 more")


def test_in_a_monorepo_only_the_packages_own_folder_counts(tmp_path: Path) -> None:
    """A package in a subdirectory is its own files; dirt beside it does not matter."""
    project(tmp_path / "repo/packages/demo", {"data/x.txt": ""})
    commit(write(tmp_path / "repo", {"packages/other/a.py": "", "README.md": ""}))
    write(tmp_path / "repo", {"packages/other/a.py": "changed", "packages/other/new.py": ""})
    result = staged(tmp_path / "repo/packages/demo", tmp_path)
    assert result.listing.paths == {"pyproject.toml", "demo_pkg.py", "data/x.txt"}
    assert result.commit


@pytest.mark.parametrize("ignored", ["unpacked/", ""], ids=["ignored", "new"])
def test_a_folder_that_git_does_not_track_is_a_plain_folder(tmp_path: Path, ignored: str) -> None:
    """An unpacked sdist below somebody's repository has nothing to do with that repository."""
    repo = commit(write(tmp_path / "repo", {".gitignore": ignored, "a.txt": ""}))
    result = staged(project(repo / "unpacked/demo"), tmp_path)
    assert (result.origin, result.commit, result.dirty) == ("folder", "", ())
    assert result.listing.paths == {"pyproject.toml", "demo_pkg.py"}


def test_scratch_and_target_inside_the_checkout_are_not_its_changes(tmp_path: Path) -> None:
    """Started inside the checkout, the foundry does not take its own folders for uncommitted changes."""
    source = commit(project(tmp_path / "source"))
    write(source, {".foundry/store/blob": "1", "work/note": "1"})
    result = stage(source, RELEASE, target=source / "work/target", scratch=source / "work")
    assert not result.dirty
    assert result.listing.paths == {"pyproject.toml", "demo_pkg.py"}


def test_a_checkout_inside_scratch_still_has_its_changes(tmp_path: Path) -> None:
    """A scratch folder around the source does not hide the source's uncommitted changes."""
    source = commit(project(tmp_path / "source"))
    write(source, {"demo_pkg.py": "changed"})
    with pytest.raises(DirtySource):
        stage(source, RELEASE, target=tmp_path / "target", scratch=tmp_path)


def test_a_repository_without_a_commit_is_told(tmp_path: Path) -> None:
    """There is nothing to name as the source's revision before the first commit."""
    source = project(tmp_path / "source")
    run_git(source, "init", "--quiet")
    with pytest.raises(DirtySource, match="no commit yet"):
        staged(source, tmp_path)
    result = staged(source, tmp_path, allow_dirty=True)
    assert (result.origin, result.commit, result.dirty) == ("git", "", ("demo_pkg.py", "pyproject.toml"))


@needs_links
def test_links_within_the_repository_become_what_they_lead_to(tmp_path: Path) -> None:
    """`LICENSE -> ../LICENSE` and shared folders are carried; untracked and secret targets are not."""
    source = project(tmp_path / "repo/demo")
    repo = write(
        tmp_path / "repo",
        {"LICENSE": "MIT", "shared/a.txt": "A", "shared/b/c.txt": "C", ".gitignore": "shared/junk\n"},
    )
    write(repo, {"shared/junk": "ignored", "local/x": "1", ".git/info/exclude": ""})
    shutil.rmtree(repo / ".git")
    for name, target in {
        "LICENSE": "../LICENSE",
        "shared": "../shared",
        "up": "..",
        "gone": "nowhere",
        "junk": "../shared/junk",
        "key": "../id_rsa",
    }.items():
        (source / name).symlink_to(target)
    commit(repo)
    result = staged(source, tmp_path)
    carried = {"LICENSE", "shared/a.txt", "shared/b/c.txt"}
    assert result.listing.paths == {"pyproject.toml", "demo_pkg.py", *carried}
    assert {left.path for left in result.left_out} == {"up", "gone", "junk", "key"}


@needs_links
def test_a_changed_target_of_a_link_is_the_packages_own_change(tmp_path: Path) -> None:
    """What a link carries into the package must be committed too, wherever it lies."""
    source = project(tmp_path / "repo/demo")
    (source / "LICENSE").symlink_to("../LICENSE")
    commit(write(tmp_path / "repo", {"LICENSE": "MIT", "other": ""}))
    write(tmp_path / "repo", {"LICENSE": "changed", "other": "changed"})
    with pytest.raises(DirtySource) as caught:
        staged(source, tmp_path)
    assert caught.value.details == "../LICENSE"


@needs_links
def test_a_link_out_of_the_repository_is_refused(tmp_path: Path) -> None:
    """Tracked or not, a link that leaves the repository stops the release."""
    source = project(tmp_path / "source")
    (source / "etc").symlink_to(write(tmp_path / "elsewhere", {"x": ""}))
    with pytest.raises(UnsafeSource, match="etc"):
        staged(commit(source), tmp_path)


def test_submodules_files_are_the_packages_and_missing_ones_are_told(tmp_path: Path) -> None:
    """A checked out submodule is copied; one that is not says how to fetch it."""
    library = commit(write(tmp_path / "library", {"lib.c": "int x;"}))
    source = project(tmp_path / "source")
    commit(source)
    run_git(source, "submodule", "--quiet", "add", library, "vendored")
    commit(source)
    assert "vendored/lib.c" in staged(source, tmp_path / "with").listing.paths
    run_git(tmp_path, "clone", "--quiet", source, "bare")
    told = {left.path: left.reason for left in staged(tmp_path / "bare", tmp_path / "without").left_out}
    assert "git submodule update --init" in told["vendored"]


def test_an_outer_git_environment_does_not_lead_git_astray(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started from a git hook, whose variables name a repository, staging reads the source's own."""
    other = commit(write(tmp_path / "other", {"x": ""}))
    source = commit(project(tmp_path / "source"))
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    result = staged(source, tmp_path)
    assert result.listing.paths == {"pyproject.toml", "demo_pkg.py"}


def test_a_machine_without_git_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `.git` is and git is not, the remedy is to install it."""
    source = commit(project(tmp_path / "source"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceMissing, match="git could not be started"):
        staged(source, tmp_path)


def test_a_folder_of_another_user_is_refused_with_gits_remedy(tmp_path: Path) -> None:
    """Git's own safety stop comes with the setting that lifts it."""
    words = "fatal: detected dubious ownership in repository at '/x'"
    told = refusal(ProgramFailed(["git"], "exit code 128", "", words), subject=str(tmp_path))
    assert isinstance(told, UnsafeSource)
    assert "safe.directory" in told.remedy
    assert words in told.details


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("plain.txt", "plain.txt"),
        ("with space", "with space"),
        ('"caf\\303\\251.py"', "café.py"),
        ('"a\\tb\\n\\"c\\"\\\\"', 'a\tb\n"c"\\'),
    ],
)
def test_names_are_read_as_git_writes_them(printed: str, name: str) -> None:
    """Git's C strings and plain names give the file's real name."""
    assert unquoted(printed) == name
