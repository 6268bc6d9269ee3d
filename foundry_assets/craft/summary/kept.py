"""Our part of the summary in a file of our own beside it: what others take away can be brought back.

Add here what must be known of the summary as we last left it.
Not here: the summary itself (shared_file).

Each line is a few entries, or tells the sha256 of the summary after they were put into it. A line is only
ever added, so that one more release costs as much in an old home as in a young one; a writer that is killed
in the middle leaves a line that nobody can read, or entries that the next writer puts in.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ValidationError

from foundry_assets.craft.summary.form import ReleaseAssembly, ReleaseEntry, form_sha256

_LAST_BYTES = 1024
"""A last line that tells a sha256 is shorter."""
_SPARE_BYTES = 100_000


class _Put(BaseModel):
    put: str
    form: str


class Kept:
    """The file beside a summary; only who has the summary's lock writes it."""

    def __init__(self, summary: Path) -> None:
        self.path = summary.with_suffix(".kept.json")

    def summary_sha256(self) -> str:
        """Give the sha256 of the summary as we left it: whole, in our layout, with all that is kept here.

        "" where that is not known, as after a version of the foundry whose form was another.
        """
        with contextlib.suppress(FileNotFoundError, ValidationError), self.path.open("rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - _LAST_BYTES))
            last = _Put.model_validate_json(stream.read().rstrip(b"\n").rpartition(b"\n")[2])
            return last.put if last.form == form_sha256() else ""
        return ""

    def entries(self) -> dict[str, ReleaseEntry]:
        """Give our part as it was last written; what is damaged can be had again from the store."""
        found: dict[str, ReleaseEntry] = {}
        with contextlib.suppress(FileNotFoundError):
            for line in self.path.read_bytes().splitlines():
                with contextlib.suppress(ValidationError):
                    found |= ReleaseAssembly.model_validate_json(line).releases
        return found

    def add(self, entries: Mapping[str, ReleaseEntry]) -> None:
        """Keep entries, before they are put into the summary."""
        self._append(_line(entries), flush=True)

    def note(self, sha256: str) -> None:
        """Note the summary's sha256, now that all that is kept was put into it."""
        with contextlib.suppress(OSError):  # not noted, the next writer looks at every entry again
            self._append(_Put(put=sha256, form=form_sha256()).model_dump_json().encode() + b"\n", flush=False)

    def is_mostly_past(self, summary_bytes: int) -> bool:
        """Tell whether most of the file is what later lines have replaced, beside a summary of this size."""
        return self.path.stat().st_size > 2 * summary_bytes + _SPARE_BYTES

    def tidied(self) -> bytes:
        """Give the file's text without that."""
        return _line(self.entries())

    def _append(self, line: bytes, *, flush: bool) -> None:
        with self.path.open("ab+") as stream:
            if stream.seek(0, os.SEEK_END):
                stream.seek(-1, os.SEEK_END)
                line = line if stream.read(1) == b"\n" else b"\n" + line  # after one that was cut short
            stream.write(line)
            stream.flush()
            if flush:
                os.fsync(stream.fileno())


def _line(entries: Mapping[str, ReleaseEntry]) -> bytes:
    return ReleaseAssembly(releases=dict(entries)).model_dump_json().encode() + b"\n"
