"""Trees that a step leaves: the next one takes a tree over where it is, byte for byte, what it would fetch.

Add here what must be true of a folder before it stands in for a copy out of the store.
Not here: the store itself (store), and what steps do with a tree (assets).
"""

from __future__ import annotations

import atexit
import contextlib
import os
import posixpath
from contextlib import ExitStack
from pathlib import Path

from foundry_assets.content import Listing, list_tree, make_executable
from foundry_assets.steps import Step
from foundry_assets.store import Manifest

_left: dict[str, tuple[str, Path, ExitStack]] = {}
"""By run: the sha256 of the tree that was left last, where it lies, and what removes that place."""


def leave_tree(step: Step, tree: Path, manifest: Manifest) -> None:
    """Leave a tree, stored as `manifest`, for the next step of this run in this process."""
    drop_left_trees(step.run_id)
    folders = ExitStack()
    place = folders.enter_context(step.bench.foundry.home.scratch()) / "tree"
    with contextlib.suppress(OSError):  # somebody still looks into it, which Windows does not allow
        tree.rename(place)
        _left[step.run_id] = manifest.sha256, place, folders
        return
    folders.close()


def take_tree(step: Step, asset: str, folder: Path) -> Manifest:
    """Give a tree of the store in `folder`, which must not exist yet, and its manifest.

    What the step before left is taken over once every byte of it was hashed again; else it is fetched.
    Thousands of files are made once then, and not for each step. Raises what `Shelf.fetch` raises.
    """
    manifest = step.shelf.manifest(asset)
    sha256, place, folders = _left.pop(step.run_id, ("", folder, ExitStack()))
    with folders, contextlib.suppress(OSError):
        if sha256 == manifest.sha256 and _holds_nothing_but(place, manifest.listing):
            _make_plain(place, step.scratch)
            make_executable(place, manifest.executable)
            place.rename(folder)
            return manifest
    return step.shelf.fetch(asset, folder)


def drop_left_trees(run_id: str = "") -> None:
    """Remove what was left in this process for a run, or for any, and nobody took."""
    for key in [key for key in tuple(_left) if run_id in ("", key)]:
        _left.pop(key)[2].close()


atexit.register(drop_left_trees)


def _holds_nothing_but(tree: Path, listing: Listing) -> bool:
    """Tell whether every file is the one that was stored, and no other file, folder or link is there."""
    folders: set[str] = set()
    for path in listing.paths:
        while (path := posixpath.dirname(path)) and path not in folders:
            folders.add(path)
    found = {os.path.relpath(place, tree).replace(os.sep, "/") for place in _places_below(tree)}
    return found == folders | listing.paths and list_tree(tree) == listing


def _places_below(tree: Path) -> list[str]:
    return [f"{parent}/{name}" for parent, below, names in os.walk(tree) for name in (*below, *names)]


def _make_plain(tree: Path, scratch: Path) -> None:
    """Give every file the mode and the time of a file that was written just now, as after fetching."""
    example = scratch / "plain"
    example.touch()
    mode = example.stat().st_mode & 0o777
    example.unlink()
    for parent, _, names in os.walk(tree):
        for place in (parent, *(f"{parent}/{name}" for name in names)):
            os.utime(place)
            if place != parent:
                os.chmod(place, mode)  # noqa: PTH101 - thousands of them
