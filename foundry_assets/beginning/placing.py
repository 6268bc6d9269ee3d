"""Putting the catalog in place: read back first, then given its name in one act, and never over another.

Add here what must hold before the file gets its name.
Not here: what stands in it (drafting).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foundry_assets.beginning.drafting import Draft
from foundry_assets.catalog_file import read_catalog
from foundry_assets.errors import CallIsWrong, CatalogInvalid


def place(draft: Draft, file: Path, *, instead_of: bytes | None = None) -> None:
    """Write a catalog where none is, or where the text that is there is still `instead_of`.

    Raises `CallIsWrong` where the name is taken, and `CatalogInvalid` where the catalog cannot be read back.
    """
    with _checked(draft, file) as fresh:
        if instead_of is None:
            _place_new(fresh, file)
        elif file.read_bytes() == instead_of:
            fresh.replace(file.resolve())
        else:
            raise CallIsWrong(f"{file} has changed in this moment", remedy="give the same command again")


def check(draft: Draft, file: Path) -> None:
    """Read back what would be written, and write nothing that stays; raises as `place` does."""
    with _checked(draft, file):
        pass


@contextmanager
def _checked(draft: Draft, file: Path) -> Iterator[Path]:
    """Give the text as a file beside its place, read by the catalog's own reader."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        fresh.write_bytes(draft.text.encode())
        packages = read_catalog(fresh).packages
        for package in draft.added:
            entry = packages.get(package.name)
            if entry is None or entry.source != package.folder.resolve():
                raise CallIsWrong(
                    f"a catalog cannot name the folder `{package.folder}`",
                    remedy="rename it, or begin in a folder below which it does not lie",
                )
        yield fresh
    except CatalogInvalid as invalid:
        raise CatalogInvalid(str(file), invalid.faults) from None
    except OSError as error:
        raise CallIsWrong(
            f"{file} cannot be written: {error.strerror or type(error).__name__}",
            remedy="see that its folder is there and can be written to, or name another file by --file",
        ) from None
    finally:
        fresh.unlink(missing_ok=True)


def _place_new(fresh: Path, file: Path) -> None:
    try:
        try:
            os.link(fresh, file)  # unlike a rename, this never takes another file's name
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            with file.open("xb") as stream:
                stream.write(fresh.read_bytes())
    except FileExistsError:
        raise CallIsWrong(
            f"{file} is there already, and is left as it is",
            remedy="foundry init --add adds the packages that it does not name",
        ) from None
