"""Small distributions that every index takes, and ways to break each of their parts.

Add here a part of a wheel or sdist that a test wants to break.
Not here: the breaches themselves and what is said of them (test_rules).
"""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

HEAD = "Metadata-Version: 2.4\nName: demo-pkg\nVersion: 1.0\nSummary: A demo\n"
BODY = "Description-Content-Type: text/markdown\n\n# demo\n"
METADATA = HEAD + BODY
WHEEL_FILE = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
WHEEL, SDIST = "demo_pkg-1.0-py3-none-any.whl", "demo_pkg-1.0.tar.gz"
INFO = "demo_pkg-1.0.dist-info"
EMPTY = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
"""The sha256 of no bytes, as RECORD writes it."""


def wheel(
    folder: Path,
    *,
    name: str = WHEEL,
    metadata: str = METADATA,
    info: str = INFO,
    files: Mapping[str, str | None] | None = None,
    record: str | None = None,
) -> Path:
    """Write a wheel; `files` adds or replaces members, None leaves one out; RECORD is right if not given."""
    members: dict[str, str | None] = {
        "demo_pkg/__init__.py": "",
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": WHEEL_FILE,
        **(files or {}),
    }
    kept = {path: text for path, text in members.items() if text is not None}
    record_file = f"{info}/RECORD"
    if record_file not in members:
        kept[record_file] = "".join(map(row, kept, kept.values())) + f"{record_file},,\n"
    if record is not None:
        kept[record_file] = record
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in kept.items():
            archive.writestr(member, text)
    return path


def row(path: str, text: str) -> str:
    """Give the line of RECORD for a member."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(text.encode())}\n"


def sdist(
    folder: Path,
    *,
    name: str = SDIST,
    metadata: str | None = METADATA,
    top: str = "demo_pkg-1.0",
    files: Mapping[str, str] | None = None,
    entries: Mapping[str, tuple[bytes, str]] | None = None,
) -> Path:
    """Write an sdist; `entries` are members that are no files: name -> (type, what it links to)."""
    told = {f"{top}/PKG-INFO": metadata, f"{top}/pyproject.toml": "[project]\n", **(files or {})}
    path = folder / name
    with tarfile.open(path, "w:gz") as archive:
        for member, text in told.items():
            if text is not None:
                entry = tarfile.TarInfo(member)
                entry.size = len(text.encode())
                archive.addfile(entry, io.BytesIO(text.encode()))
        for member, (kind, target) in (entries or {}).items():
            entry = tarfile.TarInfo(member)
            entry.type, entry.linkname = kind, target
            archive.addfile(entry)
    return path


def zip_sdist(folder: Path) -> Path:
    """Write an sdist in the old format."""
    path = folder / "demo_pkg-1.0.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("demo_pkg-1.0/PKG-INFO", METADATA)
    return path
