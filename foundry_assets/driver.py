"""The driver: one package released from a script, through the same line and evidence as from anywhere else.

Add here what a script needs to say about a release, or to learn about it.
Not here: choosing and running releases (launching), and what a source must hold (craft/staging).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from foundry_assets.catalog import Index, Package, SourceMetadata
from foundry_assets.catalog_file import faults_of
from foundry_assets.craft.probing import is_of
from foundry_assets.embedded_index import embedded_index
from foundry_assets.errors import CallIsWrong, CatalogInvalid, FoundryError
from foundry_assets.home import Foundry
from foundry_assets.index import IndexReader
from foundry_assets.launching.batch import run_orders
from foundry_assets.launching.line_run import Order
from foundry_assets.launching.orders import Choice, order_package
from foundry_assets.progress import Event
from foundry_assets.records import Outcome
from foundry_assets.release import Release


class NotReleased(FoundryError):
    """A release was run and did not end well; `outcome` says how, and its message what to do."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(
            f"{outcome.release}: {outcome.status} at `{outcome.index}`",
            remedy=f"read why below; `foundry show {outcome.release}` has all of it",
            details=outcome.message,
        )


@dataclass(frozen=True)
class _Context:
    """What a caller's `ctx` says, as attributes: an object of any class, or None."""

    dry_run: bool = False
    verbose: bool = False
    allow_dirty: bool = False
    index: str = ""
    home: str = ""

    @classmethod
    def of(cls, ctx: object) -> _Context:
        """Read the attributes that there are; raises `CallIsWrong` where one cannot be meant."""
        home, index = getattr(ctx, "home", None) or "", getattr(ctx, "index", None) or ""
        if not isinstance(home, str | Path) or not isinstance(index, str):
            raise CallIsWrong(
                f"`ctx.home` is {home!r}, and `ctx.index` is {index!r}",
                remedy="give a folder as `ctx.home`, and the name of an index as `ctx.index`",
            )
        return cls(
            dry_run=bool(getattr(ctx, "dry_run", False)),
            verbose=bool(getattr(ctx, "verbose", False)),
            allow_dirty=bool(getattr(ctx, "allow_dirty", False)),
            index=index,
            home=str(Path(home).expanduser().resolve()) if home else "",
        )


class XClsMakePypiX:
    """Releases one package whose source need not declare anything itself.

    `license_text` is an SPDX expression or a text of its own; `dependencies` are PEP 508 requirements. `ctx`
    may carry attributes: `dry_run` (everything except changing an index), `verbose` (a line a step on
    stderr), `index` (naming it is consent; without it, the catalog's default, which is `local` until somebody
    decides otherwise), `home` (where the foundry keeps things) and `allow_dirty` (uncommitted changes go
    along). Every method raises the classes of `foundry_assets.errors`.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the names and the order that scripts know
        self,
        name: str,
        version: str,
        author: str = "",
        email: str = "",
        description: str = "",
        license_text: str = "",
        dependencies: Sequence[str] = (),
        ctx: object = None,
    ) -> None:
        self.name = name
        self.version = version
        self.release = Release.of(name, version)
        with _told_as_faults(name):
            self.metadata = SourceMetadata(
                author=author,
                email=email,
                description=description,
                license=license_text,
                dependencies=dependencies,
            )
        self._context = _Context.of(ctx)
        self._order: Order | None = None

    def prepare_and_publish(
        self, main_file: str | Path, ancillary_files: Sequence[str | Path] = ()
    ) -> Outcome:
        """Release the package that is the folder of `main_file`, whole, and give how it ended.

        Paths are as seen from the current folder. Ancillary files that are about the project (README,
        LICENSE, pyproject.toml) go to its top, others become data of the package. Raises what `prepare` and
        `publish` raise.
        """
        self.prepare(main_file, ancillary_files)
        return self.publish()

    def prepare(self, main_file: str | Path, ancillary_files: Sequence[str | Path] = ()) -> Release:
        """Look at the source, tell everything that is wrong at once, and record the package in the home.

        Nothing is built and nothing is sent. Raises `CallIsWrong` or one of its kinds, and what reading a
        source raises.
        """
        package = self._entry(main_file, ancillary_files)
        choice = Choice(
            index=self._context.index,
            mode="rehearse" if self._context.dry_run else "release",
            allow_dirty=self._context.allow_dirty,
            launcher="driver",
        )
        self._order = order_package(package, choice, self._foundry, on_line=None)
        return self._order.release

    def publish(
        self, main_file: str | Path | None = None, ancillary_files: Sequence[str | Path] = ()
    ) -> Outcome:
        """Release what was prepared, or prepare it first where a main file is given; give how it ended.

        Raises `NotReleased`, which holds the outcome, where it did not end as published (or, with `dry_run`,
        as rehearsed).
        """
        if main_file is not None:
            self.prepare(main_file, ancillary_files)
        if self._order is None:
            raise CallIsWrong(
                f"nothing is prepared for {self.release}",
                remedy="call prepare(main_file=...) first, or prepare_and_publish(main_file=...)",
            )
        (outcome,) = run_orders(
            [self._order], foundry=self._foundry, jobs=1, on_event=self._tell, on_end=lambda _: None
        )
        if outcome.status not in ("published", "rehearsed"):
            raise NotReleased(outcome)
        return outcome

    def version_exists_on_pypi(self, index: str = "") -> bool:
        """Ask whether the index holds any file of this version; an index that gives no answer never says no.

        It is the index that the release would go to, or the one named here. Raises `IndexUnreachable`.
        """
        foundry = self._foundry
        known = foundry.catalog.packages.get(self.release.name)
        named = index or self._context.index or (known.index if known else "")
        with _opened(named or foundry.catalog.default_index, foundry) as there, IndexReader(there) as reader:
            project = reader.project(self.release.name)
        return any(is_of(self.release, file.filename) for file in project.files)

    @property
    def _foundry(self) -> Foundry:
        return Foundry(home_folder=self._context.home)

    def _entry(self, main_file: str | Path, ancillary_files: Sequence[str | Path]) -> Package:
        """Give the package as an entry of a catalog; raises `CatalogInvalid`."""
        source, main = _seen_from(Path(main_file))
        with _told_as_faults(self.name):
            return Package(
                name=self.name,
                source=source,
                main_file=main,
                version=self.version,
                metadata=self.metadata,
                ancillary=tuple(map(str, ancillary_files)),
            )

    def _tell(self, event: Event) -> None:
        if self._context.verbose and event.kind in ("ended", "failed"):
            told = event.text.partition("\n")[0]
            line = f"{event.release}  {event.step}  {event.kind} after {event.seconds:.1f} s  {told}"
            sys.stderr.write(f"{line.rstrip()}\n")


def _seen_from(main: Path) -> tuple[Path, str]:
    """Give the source's folder and the main file as seen from it.

    It is the current folder as long as the file lies below that, else the one above `src`, or the file's own.
    """
    here = Path.cwd()
    path = Path(os.path.normpath(here / main))
    if path.is_relative_to(here):
        return here, path.relative_to(here).as_posix()
    above = path.parent.parent
    source = above.parent if above.name == "src" else path.parent
    return source, path.relative_to(source).as_posix()


@contextmanager
def _told_as_faults(name: str) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        raise CatalogInvalid(f"the call for `{name}`", faults_of(error)) from None


@contextmanager
def _opened(name: str, foundry: Foundry) -> Iterator[Index]:
    """Give an index, ready to be asked; raises `UnknownIndex`."""
    index = foundry.catalog.index(name)
    if not index.is_local:
        yield index
        return
    with embedded_index(foundry.home.index) as served:
        yield served
