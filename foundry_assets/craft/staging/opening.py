"""An opened source: its project files, its checkout if git is in charge, and what is taken from it.

Add here what must be known of a source before anything of it is copied.
Not here: choosing files (choosing), asking what is declared (answering), and the copy (workspace).
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from foundry_assets.craft.staging.checkout import Change, Checkout, find_checkout
from foundry_assets.craft.staging.choosing import choose_files
from foundry_assets.craft.staging.choosing_tracked import choose_tracked
from foundry_assets.craft.staging.cloning import clone
from foundry_assets.craft.staging.drafting import AsItIs, Draft, Given, draft, wanted_files
from foundry_assets.craft.staging.project_files import Project, read_project, require_folder
from foundry_assets.craft.staging.records import Chosen
from foundry_assets.errors import DirtySource

if TYPE_CHECKING:
    from foundry_assets.catalog import GitSource

_SHOWN = 20


@dataclass(frozen=True)
class Desk:
    """Where the work is done and told: a scratch folder, remembered answers, a listener."""

    scratch: Path
    memo: Path | None
    on_line: Callable[[str], None] | None


@dataclass(frozen=True)
class Source:
    """An opened source; `draft` is the project laid out for one that declares none itself.

    `notes` is what people should know of either.
    """

    project: Project
    checkout: Checkout | None
    chosen: Chosen
    changes: tuple[Change, ...]
    draft: Draft | None = None
    notes: tuple[str, ...] = ()

    @property
    def texts(self) -> dict[str, str]:
        """The files of the copy that the source does not have, by name."""
        return self.draft.texts if self.draft else {}


def open_source(
    source: Path | GitSource, desk: Desk, *, own: tuple[Path, ...], given: Given | None = None
) -> Source:
    """Open a source, cloning it first where it is elsewhere; `own` are folders that are never copied.

    With `given`, a source need not declare anything itself. Raises what `stage` raises for a source that
    cannot be read, and `CatalogInvalid` where it does not hold what is given.
    """
    folder = source if isinstance(source, Path) else _cloned(source, desk)
    own = own if isinstance(source, Path) else ()
    if given is None:
        project = read_project(folder)
        checkout, chosen, changes = _choose(folder, own)
        return Source(project, checkout, chosen, changes)
    folder = require_folder(folder).resolve()
    checkout, chosen, changes = _choose(folder, own, only=wanted_files(folder, given))
    drafted = draft(folder, given, chosen)
    if isinstance(drafted, AsItIs):
        return Source(read_project(folder), checkout, chosen, changes, notes=drafted.notes)
    project = Project(folder, tomllib.loads(drafted.texts["pyproject.toml"]))
    left_out = tuple(sorted({*chosen.left_out, *drafted.left_out}))
    taken = replace(chosen, files=drafted.files, left_out=left_out)
    return Source(project, checkout, taken, changes, drafted, drafted.notes)


def _cloned(source: GitSource, desk: Desk) -> Path:
    desk.scratch.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="clone-", dir=desk.scratch))
    return clone(source, into=place / "source")


def _choose(
    folder: Path, own: tuple[Path, ...], only: list[str] | None = None
) -> tuple[Checkout | None, Chosen, tuple[Change, ...]]:
    checkout = find_checkout(folder)
    if checkout is None:
        return None, choose_files(folder, own=own, only=only), ()
    return checkout, *choose_tracked(checkout, own=own)


def require_clean(opened: Source) -> None:
    """Raise `DirtySource`, naming what is not committed."""
    changes = opened.chosen.changes
    if opened.checkout and not opened.checkout.commit:
        raise DirtySource(
            f"`{opened.project.folder}` is in a git repository that has no commit yet",
            remedy="commit the files, or allow uncommitted changes (--allow-dirty)",
        )
    if changes:
        more = f"\n… and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else ""
        raise DirtySource(
            f"`{opened.project.folder}` has {len(changes)} uncommitted change{'s' * (len(changes) > 1)}",
            remedy="commit or remove them, or allow uncommitted changes (--allow-dirty)",
            details="\n".join(changes[:_SHOWN]) + more,
        )
