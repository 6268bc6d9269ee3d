"""Git sources under watch: asked now and then, cloned only after a change, and never at each other's cost.

Add here another way in which a repository elsewhere answers, or does not.
Not here: repositories that a source's folder lies in (test_tags).
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundry_assets.catalog import GitSource, Package
from foundry_assets.craft.staging.git import git
from foundry_assets.craft.watching import Seen, remote
from foundry_assets.craft.watching.looking import state_of
from foundry_assets.craft.watching.remote import RemoteMemo
from foundry_assets.errors import FoundryError
from foundry_tests.craft.watching.test_tags import SCM, commit

PROJECT = '[build-system]\nrequires = []\nbuild-backend = "no_such"\n[project]\nname = "demo-pkg"\n'


def repository(folder: Path, text: str, *, tag: str = "") -> Path:
    """Commit a project's metadata into a repository, made if need be."""
    folder.mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    commit(folder, tag=tag)
    return folder


def tick(memo: Path, *packages: Package) -> list[Seen | str]:
    """Look at packages as a tick does that comes after every wait; a refusal is given by its words."""
    memo.mkdir(exist_ok=True)
    file = memo / "remotes.json"
    if file.exists():
        kept = json.loads(file.read_text("utf-8"))
        file.write_text(json.dumps({key: [1.0, *told[1:]] for key, told in kept.items()}), "utf-8")
    return soon(memo, *packages)


def soon(memo: Path, *packages: Package) -> list[Seen | str]:
    """Look at packages as the very next tick does."""
    remotes = RemoteMemo(memo)
    remotes.ask(package.source for package in packages if isinstance(package.source, GitSource))
    found: list[Seen | str] = []
    for package in packages:
        assert isinstance(package.source, GitSource)
        try:
            found.append(remotes.look(package, package.source))
        except FoundryError as error:
            found.append(error.happened)
    remotes.keep()
    return found


def package_at(address: str | Path, *, ref: str = "HEAD", subdirectory: str = "") -> Package:
    """Give a catalog entry with a git source."""
    return Package(name="demo-pkg", source=GitSource(git=str(address), ref=ref, subdirectory=subdirectory))


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/demo.git"


def test_a_git_source_is_cloned_only_after_its_ref_has_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its version is read from a clone, kept for some minutes, and its address is written nowhere."""
    there = repository(tmp_path / "elsewhere", f'{PROJECT}version = "1.0"\n')
    package, memo = package_at(there), tmp_path / "memo"
    assert tick(memo, package) == [Seen("1.0", ("1.0",))]
    repository(there, f'{PROJECT}version = "1.1"\n')
    assert soon(memo, package) == [Seen("1.0", ("1.0",))]
    assert str(there) not in (memo / "remotes.json").read_text("utf-8")
    assert tick(memo, package) == [Seen("1.1", ("1.1",))]

    def refuse(*_: object, **__: object) -> Path:
        raise AssertionError("it was cloned")

    monkeypatch.setattr(remote, "clone", refuse)
    assert tick(memo, package) == [Seen("1.1", ("1.1",))]


def test_nothing_of_a_clone_is_run(tmp_path: Path) -> None:
    """Tags and version files are read as in a folder; what only a backend knows is left to a person."""
    by_tag = repository(tmp_path / "tagged", SCM, tag="v2.0")
    by_backend = repository(tmp_path / "dynamic", f'{PROJECT}dynamic = ["version"]\n')
    seen = tick(tmp_path / "memo", package_at(by_tag), package_at(by_backend))
    assert seen[0] == Seen("2.0", ("2.0",))
    assert isinstance(seen[1], Seen)
    assert "launch it by hand" in seen[1].why
    commit(by_tag)
    assert tick(tmp_path / "memo", package_at(by_tag)) == [Seen(None, ("2.0",))]


def test_the_state_of_a_git_source_changes_with_its_commits(tmp_path: Path) -> None:
    """A mended commit is another source, although the ref in the catalog is the same."""
    there = repository(tmp_path / "elsewhere", f'{PROJECT}version = "1.0"\n')
    package, memo = package_at(there), tmp_path / "memo"
    tick(memo, package)
    first = state_of(package, RemoteMemo(memo))
    repository(there, f'{PROJECT}version = "1.0"\ndescription = "mended"\n')
    tick(memo, package)
    again = state_of(package, RemoteMemo(memo))
    assert first.name
    assert again.name not in ("", first.name)
    assert (first.why_not, again.why_not) == ("", "")


def test_a_repository_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With git's refusal at first, and then, without asking anew, that and when it is looked at again."""
    package, memo = package_at(tmp_path / "nowhere"), tmp_path / "memo"
    assert "git cannot read" in str(tick(memo, package)[0])
    assert "looked at again in 5 min" in str(soon(memo, package)[0])
    repository(tmp_path / "nowhere", f'{PROJECT}version = "1.0"\n')
    assert tick(memo, package) == [Seen("1.0", ("1.0",))]


def test_a_source_that_cannot_be_read_is_not_cloned_each_time(tmp_path: Path) -> None:
    """A broken pyproject.toml over there is told in each tick, and cloned again after a change or a while."""
    there = repository(tmp_path / "elsewhere", "[project")
    package, memo = package_at(there), tmp_path / "memo"
    assert "pyproject.toml` cannot be read" in str(tick(memo, package)[0])
    assert "could not be read" in str(soon(memo, package)[0])
    assert "pyproject.toml` cannot be read" in str(tick(memo, package)[0])
    repository(there, f'{PROJECT}version = "1.0"\n')
    assert tick(memo, package) == [Seen("1.0", ("1.0",))]


def test_servers_that_never_answer_cost_the_others_nothing(
    tmp_path: Path, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three silent repositories before a good one: the tick ends soon, and the good one's version is seen."""
    monkeypatch.setattr(remote, "_ANSWER_SECONDS", 1.5)
    there = repository(tmp_path / "elsewhere", f'{PROJECT}version = "1.0"\n')
    lost = [package_at(silent.replace("demo", f"demo{number}")) for number in range(3)]
    began = time.monotonic()
    seen = tick(tmp_path / "memo", *lost, package_at(there))
    assert time.monotonic() - began < 10
    assert seen[3] == Seen("1.0", ("1.0",))
    assert all("git cannot read" in str(told) for told in seen[:3])


def test_who_was_not_asked_comes_first_in_the_next_tick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With time for one question a tick, each of three repositories has its turn before any has a second."""
    asked: list[str] = []

    def answer(source: GitSource) -> str:
        asked.append(source.git)
        time.sleep(0.3)
        return source.git

    monkeypatch.setattr(remote, "_state", answer)
    monkeypatch.setattr(remote, "_AT_ONCE", 1)
    monkeypatch.setattr(remote, "_ASKING_SECONDS", 0.2)
    monkeypatch.setattr(remote, "_AGAIN_SECONDS", 0.0)
    for _ in range(6):
        remotes = RemoteMemo(tmp_path)
        remotes.ask(GitSource(git=f"{name}.git") for name in "abc")
        remotes.keep()
    assert asked[:3] == ["a.git", "b.git", "c.git"]


def test_one_question_is_enough_for_a_repository_of_many_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packages in folders of one repository are each read from it, and it is asked once."""
    asked: list[object] = []

    def counted(words: list[str], **more: object) -> str:
        asked.append(words)
        return git(words, **more)  # type: ignore[arg-type]

    top = tmp_path / "elsewhere"
    for name in ("a", "b"):
        (top / name).mkdir(parents=True)
        (top / name / "pyproject.toml").write_text(f'{PROJECT}version = "1.0"\n', "utf-8")
    commit(top)
    monkeypatch.setattr(remote, "git", counted)
    seen = tick(tmp_path / "memo", *(package_at(top, subdirectory=name) for name in "ab"))
    assert seen == [Seen("1.0", ("1.0",))] * 2
    assert len(asked) == 1
