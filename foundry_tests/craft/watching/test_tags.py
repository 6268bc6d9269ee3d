"""Tags are versions: those at the head of a repository, read anew only when head or tags have changed.

Add here another spelling of a tag, and another way in which a repository moves.
Not here: version files (test_version_files).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foundry_assets.catalog import Package
from foundry_assets.craft.staging.git import git
from foundry_assets.craft.watching import look, tags
from foundry_assets.craft.watching.looking import state_of
from foundry_assets.craft.watching.remote import RemoteMemo
from foundry_assets.craft.watching.tags import TagMemo, versions_of

WHO = (
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@b.example",
    "-c",
    "commit.gpgsign=false",
    "-c",
    "tag.gpgsign=false",
)
SCM = (
    '[build-system]\nrequires = ["setuptools", "setuptools-scm"]\nbuild-backend = "setuptools.build_meta"\n'
    '[project]\nname = "demo-pkg"\ndynamic = ["version"]\n'
)


def commit(folder: Path, *, tag: str = "", annotated: bool = False) -> None:
    """Commit everything in a folder, making it a repository if need be."""
    if not (folder / ".git").exists():
        git(["init", "--quiet"], cwd=folder)
    git(["add", "--all"], cwd=folder)
    git([*WHO, "commit", "--quiet", "--allow-empty", "-m", "a commit"], cwd=folder)
    if tag:
        git([*WHO, "tag", *(["-a", "-m", "told"] if annotated else []), tag], cwd=folder)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose version comes from tags, with one commit and none."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(SCM, encoding="utf-8")
    commit(folder)
    return folder


@pytest.mark.parametrize(
    ("names", "versions"),
    [
        (["1.0", "v1.10", "v1.9"], ["1.10", "1.9", "1.0"]),
        (["release-1.2", "rel/1.3"], ["1.3", "1.2"]),
        (["demo-pkg-1.0", "v2.0", "demo_pkg/v1.1", "demo-pkg@1.2"], ["1.2", "1.1", "1.0"]),
        (["other-3.0", "v1.0"], ["1.0"]),
        (["nightly", "v1.x", "stable"], []),
        (["1.0rc1", "1.0.post1"], ["1.0.post1", "1.0rc1"]),
    ],
)
def test_a_tag_is_read_as_people_write_it(names: list[str], versions: list[str]) -> None:
    """Plain versions and those with the package's own name count, the newest first; other names do not."""
    assert versions_of(names, "demo-pkg") == versions


@pytest.mark.parametrize("annotated", [False, True])
def test_a_new_tag_at_the_head_is_a_new_version(repository: Path, tmp_path: Path, annotated: bool) -> None:
    """Without a tag at the head there is no version; all tags are the stock; a tag of either kind is seen."""
    package = Package(name="demo-pkg", source=repository)
    memo = tmp_path / "memo"

    def seen() -> tuple[str | None, tuple[str, ...]]:
        kept = TagMemo(memo)
        found = look(package, kept, RemoteMemo(memo))
        kept.keep()
        return found.version, found.stock

    assert seen() == (None, ())
    git([*WHO, "tag", "v1.0"], cwd=repository)
    assert seen() == ("1.0", ("1.0",))
    commit(repository)
    assert seen() == (None, ("1.0",))
    commit(repository, tag="v1.1", annotated=annotated)
    assert seen() == ("1.1", ("1.1", "1.0"))
    git(["pack-refs", "--all"], cwd=repository)
    assert seen() == ("1.1", ("1.1", "1.0"))


def test_an_unchanged_repository_costs_no_program(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restart too: what was seen is kept, and git is asked only when head or tags have moved."""
    git([*WHO, "tag", "v1.0"], cwd=repository)
    first = TagMemo(tmp_path / "memo")
    assert first.of(repository) is not None
    first.keep()

    def ask(_: Path) -> tags.Tags:
        raise AssertionError("git was asked")

    monkeypatch.setattr(tags, "read_tags", ask)
    found = TagMemo(tmp_path / "memo").of(repository)
    assert found is not None
    assert found.at_head == ("v1.0",)
    (tmp_path / "memo" / "tags.json").write_text("{]", encoding="utf-8")
    with pytest.raises(AssertionError, match="was asked"):
        TagMemo(tmp_path / "memo").of(repository)


def test_uncommitted_changes_are_seen_and_a_clean_state_has_a_name(repository: Path) -> None:
    """A dirty tree is told with a file; a clean one is named by its history, anew after each commit."""
    package, remotes = Package(name="demo-pkg", source=repository), RemoteMemo(repository)
    first = state_of(package, remotes)
    assert first.name
    assert first.why_not == ""
    (repository / "new.py").write_text("", encoding="utf-8")
    assert "uncommitted changes, such as new.py" in state_of(package, remotes).why_not
    commit(repository)
    assert state_of(package, remotes).why_not == ""
    assert state_of(package, remotes).name != first.name
