"""`SHA256SUMS`: a release's files and their sha256, in the form that `sha256sum -c` reads.

Add here what concerns this form.
Not here: hashing (content), and writing the files beside it (exporting).
"""

from __future__ import annotations

from collections.abc import Iterable

from foundry_assets.records import FileTold
from foundry_assets.store import Shelf

CHECKSUMS = "SHA256SUMS"


def checksums(digests: Iterable[tuple[str, str]]) -> str:
    """Give the text for (path, sha256), one line a file; GNU coreutils' own form, escapes included."""
    return "".join(_line(path, sha256) for path, sha256 in digests)


def record_checksums(shelf: Shelf, files: Iterable[FileTold]) -> None:
    """Store the checksums of a release's files beside wheel and sdist, unless they are told there already."""
    text = checksums((file.filename, file.sha256) for file in files)
    if text and shelf.bytes_of(CHECKSUMS) != text.encode():
        shelf.write_text(CHECKSUMS, text, kind="checksums")


def _line(path: str, sha256: str) -> str:
    escaped = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'' if escaped == path else chr(92)}{sha256}  {escaped}\n"
