"""What an sdist must hold: one folder, PKG-INFO in it, and nothing that is unsafe to unpack.

Add here a rule about the layout of sdists.
Not here: core metadata (fields), and whether the package's files are complete (contents).
"""

from __future__ import annotations

import os
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from foundry_assets.craft.building.archives import is_zip
from foundry_assets.craft.preflight.file_names import FileName
from foundry_assets.craft.preflight.members import is_rooted, leads_out, some_of
from foundry_assets.craft.preflight.rules import Finding, finding

_PKG_INFO = "PKG-INFO"


@dataclass(frozen=True)
class Sdist:
    """What one forward reading of an sdist found; `unsafe` are members that no unpacker should make.

    `names` are those of files and links, `metadata` is the content of the topmost PKG-INFO, None without.
    """

    names: tuple[str, ...]
    unsafe: tuple[str, ...]
    metadata: bytes | None

    @property
    def tops(self) -> set[str]:
        """The names at the root of the archive."""
        return set(self._tops)

    @cached_property
    def _tops(self) -> frozenset[str]:
        parts = (PurePosixPath(name).parts for name in self.names)
        return frozenset(part[0] for part in parts if part)


def read_sdist(path: Path) -> Sdist:
    """Read an sdist once, from its beginning to its end; of contents only PKG-INFO is kept.

    Raises what tarfile, zipfile and gzip raise.
    """
    return _read_zip(path) if is_zip(path) else _read_tar(path)


def _read_zip(path: Path) -> Sdist:
    with zipfile.ZipFile(path) as opened:
        if damaged := opened.testzip():
            raise zipfile.BadZipFile(f"{damaged} is damaged")
        names = [name for name in opened.namelist() if not name.endswith("/")]
        topmost = [name for name in names if _is_metadata(name)]
        return Sdist(tuple(names), (), opened.read(topmost[0]) if topmost else None)


def _read_tar(path: Path) -> Sdist:
    names, unsafe, metadata = [], [], None
    with tarfile.open(path, "r:gz") as opened:
        for entry in opened:
            if not entry.isdir():
                names.append(entry.name)
            if not (entry.isdir() or entry.isreg()) and not _is_link_inside(entry):
                unsafe.append(entry.name)
            if entry.isreg() and metadata is None and _is_metadata(entry.name):
                stream = opened.extractfile(entry)
                assert stream is not None
                metadata = stream.read()
    return Sdist(tuple(names), tuple(unsafe), metadata)


def _is_metadata(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return len(parts) == 2 and parts[1] == _PKG_INFO


def _is_link_inside(entry: tarfile.TarInfo) -> bool:
    """Tell whether an entry is a link that stays in the archive (PEP 706, the `data` filter)."""
    if entry.islnk():
        return not leads_out(entry.linkname)
    if not entry.issym() or is_rooted(entry.linkname):
        return False
    target = os.path.normpath(PurePosixPath(entry.name).parent / entry.linkname)
    return not leads_out(target.replace(os.sep, "/"))


def layout_findings(file: FileName, sdist: Sdist) -> Iterator[Finding]:
    """Hold the layout of an sdist against the rules for it."""
    where, remedy = f"{file.text}: members", "build it with a backend that follows PEP 517"
    if sdist.unsafe:
        what = f"neither files nor folders nor links inside: {some_of(sdist.unsafe)}"
        yield finding("member-kinds", where, what, "take them out of the sdist, or put files in their place")
    if any(leads_out(name) for name in sdist.names):
        return  # such a member is told by itself, and makes a folder of its own
    if len(sdist.tops) != 1:
        what = f"it must hold one folder, and holds {some_of(sdist.tops) or 'nothing'}"
        yield finding("sdist-layout", where, what, remedy)
        return
    (top,) = sdist.tops
    if sdist.metadata is None:
        yield finding("sdist-layout", where, f"{top} holds no {_PKG_INFO}", remedy)
    elif top != file.stem:
        what = f"its folder is {top}, and should be {file.stem}"
        yield finding("sdist-folder", where, what, remedy)
