"""What a source declares: read from its files, remembered from an earlier day, or asked of its build backend.

Add here the order in which the sources of knowledge are tried, and the copy that a backend is asked in.
Not here: reading files (declaring), and running a backend (asking).
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from foundry_assets.content import Listing, Member, hash_file
from foundry_assets.craft.staging.asking import ask_backend, memo_key, remember, remembered
from foundry_assets.craft.staging.cloning import copy_with_history
from foundry_assets.craft.staging.copying import copy_files
from foundry_assets.craft.staging.declaring import checked, declared_outright
from foundry_assets.craft.staging.opening import Desk, Source
from foundry_assets.craft.staging.records import Chosen, Declared
from foundry_assets.craft.staging.version_tools import version_tool


def declare(opened: Source, desk: Desk, *, digest: str) -> Declared:
    """Read or ask what a source declares; `digest` is its tree's, where it is known already.

    Raises `MetadataUnreadable` and `BuildFailed`.
    """
    if found := declared_outright(opened.project):
        return found
    key = _memo_key(opened, digest)
    answer = remembered(desk.memo, key)
    if answer is None:
        desk.scratch.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix="declaring-", dir=desk.scratch) as work,
            tempfile.TemporaryDirectory(prefix="declaring-", dir=_place_to_ask(opened, desk)) as place,
        ):
            copy = _copy_to_ask(opened, Path(place))
            answer = ask_backend(copy, fence=Path(place), scratch=Path(work), on_line=desk.on_line)
        remember(desk.memo, key, answer)
    where = f"the build backend of `{opened.project.folder}`"
    return checked(*answer, where=where, how="backend", tool=version_tool(opened.project))


def _memo_key(opened: Source, digest: str) -> str:
    """Give what an answer is remembered by; empty in a dirty checkout, whose version may hold a date."""
    if opened.checkout is None:
        return memo_key("tree", digest or _digest(opened.chosen))
    if opened.changes or not opened.checkout.commit:
        return ""
    return memo_key("checkout", opened.checkout.history_key())


def _digest(chosen: Chosen) -> str:
    return Listing.of(Member(file.name, *hash_file(file.path)) for file in chosen.files).sha256


def _place_to_ask(opened: Source, desk: Desk) -> Path | None:
    """Keep a tree without history away from other people's: some tools search all folders above it."""
    scratch = desk.scratch.resolve()
    is_below_another = any((folder / ".git").exists() for folder in (scratch, *scratch.parents))
    return None if is_below_another and not opened.checkout else scratch


def _copy_to_ask(opened: Source, work: Path) -> Path:
    """Make the copy that the backend sees; in a checkout with history, under the same folder name."""
    checkout = opened.checkout
    if checkout is None or not checkout.commit:
        folder = work / (opened.project.folder.resolve().name or "source")
        copy_files(opened.chosen.files, into=folder)
        return folder
    into = work / (checkout.top.name or "source")
    return copy_with_history(checkout, files=opened.chosen.files, changes=opened.changes, into=into)
