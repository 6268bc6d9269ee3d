"""Tiny but valid distributions, written without a build backend, so that upload tests stay quick.

Add here another kind of file that an index takes.
Not here: projects to be built (packages).
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

from foundry_assets.content import Member, hash_file

NAME, VERSION = "demo-pkg", "1.0"
_METADATA = "Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.0\nSummary: A miniature\n"
_WHEEL = "Wheel-Version: 1.0\nGenerator: miniature\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def write_wheel(folder: Path, *, padding: bytes = b"") -> Path:
    """Write a pure wheel of demo-pkg 1.0; `padding` is kept uncompressed, to make it as long as wanted."""
    path = folder / "demo_pkg-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("demo_pkg/__init__.py", "")
        wheel.writestr("demo_pkg/padding.bin", padding)
        wheel.writestr("demo_pkg-1.0.dist-info/METADATA", _METADATA)
        wheel.writestr("demo_pkg-1.0.dist-info/WHEEL", _WHEEL)
        wheel.writestr("demo_pkg-1.0.dist-info/RECORD", "")
    return path


def write_sdist(folder: Path) -> Path:
    """Write an sdist of demo-pkg 1.0."""
    path = folder / "demo_pkg-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as sdist:
        for name, text in (("PKG-INFO", _METADATA), ("pyproject.toml", "[project]\n")):
            entry = tarfile.TarInfo(f"demo_pkg-1.0/{name}")
            entry.size = len(text)
            sdist.addfile(entry, io.BytesIO(text.encode()))
    return path


def member_of(path: Path) -> Member:
    """Give a file as the store lists it."""
    return Member(path.name, *hash_file(path))
