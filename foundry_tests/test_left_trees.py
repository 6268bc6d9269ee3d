"""Trees that steps leave to each other: taken over where they are what is stored, and only then.

Add here another way in which a folder can differ from what is in the store.
Not here: fetching (test_store), and what steps make of a tree (assets).
"""

from __future__ import annotations

import importlib
import os
import tarfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from foundry_assets import left_trees
from foundry_assets.content import list_tree
from foundry_assets.errors import BuildFailed
from foundry_assets.left_trees import drop_left_trees
from foundry_assets.manifest import Manifest
from foundry_assets.progress import Event, listening
from foundry_assets.store import Shelf
from foundry_tests.story_fixtures import SDIST, House, quick_project


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The artefacts that were copied out of the store."""
    names: list[str] = []
    fetch = Shelf.fetch

    def noted(shelf: Shelf, asset: str, folder: Path) -> Manifest:
        names.append(asset)
        return fetch(shelf, asset, folder)

    monkeypatch.setattr(Shelf, "fetch", noted)
    return names


def _a_file(tree: Path) -> Path:
    return next(path for path in sorted(tree.rglob("*.py")) if path.stat().st_size)


def _change_a_byte(tree: Path) -> None:
    file = _a_file(tree)
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def _link_outside(tree: Path) -> None:
    (tree / "link").symlink_to(tree.parent)


def _put_a_link_in_its_place(tree: Path) -> None:
    file = _a_file(tree)
    file.rename(tree.parent / "elsewhere")
    file.symlink_to(tree.parent / "elsewhere")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a changed byte": _change_a_byte,
    "a file more": lambda tree: (tree / "more.py").write_text("", encoding="utf-8"),
    "a file less": lambda tree: _a_file(tree).unlink(),
    "an empty folder more": lambda tree: (tree / "more").mkdir(),
    "a link": _link_outside,
    "a link in a file's place": _put_a_link_in_its_place,
    "gone": lambda tree: tree.rename(tree.parent / "other"),
}


def test_a_release_copies_its_tree_once(house: House, fetched: list[str]) -> None:
    """What staging wrote goes on to the stubs and to the sdist; nothing of it is left afterwards."""
    outcome = house.release(quick_project(house.root / "source"))
    assert outcome.status == "published", outcome.message
    assert not {"staged_workspace", "stubbed_tree"} & set(fetched)
    assert not left_trees._left


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("after", ["staged_workspace", "stubbed_tree"])
def test_a_tree_that_is_not_what_is_stored_is_not_taken(
    house: House, fetched: list[str], after: str, change: str
) -> None:
    """Whatever happened to the folder in between, the next step works on the stored bytes alone."""
    if os.name == "nt" and "link" in change:
        pytest.skip("links are a matter of rights there")

    def tamper(event: Event) -> None:
        if (event.step, event.kind) == (after, "ended"):
            ((_, place, _),) = left_trees._left.values()
            CHANGES[change](place)

    with listening(tamper):
        outcome = house.release(quick_project(house.root / "source"))
    assert outcome.status == "published", outcome.message
    assert after in fetched
    stored = {member.path for member in house.shelf().manifest("stubbed_tree").members}
    shelf = house.shelf()
    folder = house.root / "out"
    shelf.fetch("sdist", folder)
    with tarfile.open(folder / SDIST) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert names - {"", "PKG-INFO"} <= stored | {str(Path(path).parent) for path in stored}


def test_a_tree_taken_over_is_as_if_it_was_fetched(house: House, tmp_path: Path) -> None:
    """Times are those of files written just now; of modes only that counts who can be run."""
    source = quick_project(house.root / "source")
    _a_file(source).chmod(0o755)
    seen: dict[str, dict[str, tuple[int, bool]]] = {}

    def look(event: Event) -> None:
        if (event.step, event.kind) == ("stubbed_tree", "ended"):
            ((_, place, _),) = left_trees._left.values()
            seen["taken"] = _looks(place)

    with listening(look):
        outcome = house.release(source)
    assert outcome.status == "published", outcome.message
    folder = tmp_path / "fetched"
    house.shelf().fetch("stubbed_tree", folder)
    assert seen["taken"] == _looks(folder)


def _looks(tree: Path) -> dict[str, tuple[int, bool]]:
    newest = max(path.stat().st_mtime for path in tree.rglob("*"))
    return {
        path.relative_to(tree).as_posix(): (path.stat().st_mode, newest - path.stat().st_mtime < 3600)
        for path in tree.rglob("*")
    }


def test_a_run_that_stops_leaves_no_tree(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the step that would take it never comes that far, it is gone with the run."""

    def failing(*_: object) -> None:
        assert left_trees._left
        raise BuildFailed("it goes no further", remedy="start again")

    monkeypatch.setattr(importlib.import_module("foundry_assets.assets.stubbed_tree"), "take_tree", failing)
    outcome = house.release(quick_project(house.root / "source"))
    assert outcome.status == "blocked", outcome.message
    assert not left_trees._left


def test_only_the_run_that_left_a_tree_loses_it(tmp_path: Path) -> None:
    """Two runs in one process do not take each other's away."""
    ends: list[str] = []
    for run in ("one", "two"):
        folders = ExitStack()
        folders.callback(ends.append, run)
        left_trees._left[run] = (list_tree(tmp_path).sha256, tmp_path, folders)
    drop_left_trees("one")
    assert ends == ["one"]
    drop_left_trees()
    assert ends == ["one", "two"]
