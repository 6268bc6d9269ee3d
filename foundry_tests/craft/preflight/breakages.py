"""Ways to write a distribution that is wrong, or unusual, in one respect.

Add here how such a file comes about.
Not here: the good files they start from (distributions), and what is said of them (test_rules).
"""

from __future__ import annotations

import tarfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from packaging.tags import parse_tag

from foundry_tests.craft.preflight.distributions import (
    BODY,
    HEAD,
    INFO,
    METADATA,
    WHEEL,
    WHEEL_FILE,
    row,
    sdist,
    wheel,
)

Make = Callable[[Path], Path | list[Path]]
"""Writes files into a folder."""


def field(line: str) -> Make:
    """Give a wheel with one more line of metadata."""
    return lambda folder: wheel(folder, metadata=f"{HEAD}{line}\n{BODY}")


def of_wheel(**parts: Any) -> Make:
    """Give a wheel with some of its parts changed."""
    return lambda folder: wheel(folder, **parts)


def of_sdist(**parts: Any) -> Make:
    """Give an sdist with some of its parts changed."""
    return lambda folder: sdist(folder, **parts)


def named(name: str, **parts: Any) -> Make:
    """Give a wheel of that file name."""
    return lambda folder: wheel(folder, name=name, **parts)


def linked(target: str) -> Make:
    """Give an sdist with a symbolic link."""
    return of_sdist(entries={"demo_pkg-1.0/out": (tarfile.SYMTYPE, target)})


def other_text(old: str, new: str) -> Make:
    """Give a wheel whose metadata says something else."""
    return lambda folder: wheel(folder, metadata=METADATA.replace(old, new))


def holding(path: str, text: str | None) -> Make:
    """Give a wheel with another member, or without one."""
    return lambda folder: wheel(folder, files={path: text})


def recording(text: str) -> Make:
    """Give a wheel with this RECORD."""
    return lambda folder: wheel(folder, record=text)


def tagged(tag: str, *, told: str = "") -> Make:
    """Give a wheel with this tag in its name, and in WHEEL unless that tells another."""
    expanded = sorted(str(one) for one in parse_tag(told or tag))
    lines = "".join(f"Tag: {one}\n" for one in expanded)
    parts = {f"{INFO}/WHEEL": WHEEL_FILE.replace("Tag: py3-none-any\n", lines)}
    return lambda folder: wheel(folder, name=f"demo_pkg-1.0-{tag}.whl", files=parts)


def versioned(version: str, spelt: str) -> Make:
    """Give a wheel of a version that its file name spells in its own way."""
    stem = f"demo_pkg-{spelt}"
    text = METADATA.replace("\nVersion: 1.0", f"\nVersion: {version}")
    return named(f"{stem}-py3-none-any.whl", info=f"{stem}.dist-info", metadata=text)


def recorded(digest: str, size: str = "0") -> Make:
    """Give a wheel whose RECORD says this of its one module."""

    def make(folder: Path) -> Path:
        told = {f"{INFO}/METADATA": METADATA, f"{INFO}/WHEEL": WHEEL_FILE}
        lines = [row(path, text) for path, text in told.items()]
        return wheel(
            folder, record="".join([f"demo_pkg/__init__.py,{digest},{size}\n", *lines, f"{INFO}/RECORD,,\n"])
        )

    return make


def signed(folder: Path) -> Path:
    """Write a wheel with a signature, which RECORD must not list (PEP 427)."""
    path = wheel(folder)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"{INFO}/RECORD.jws", "{}")
    return path


def two_versions(folder: Path) -> list[Path]:
    """Write a wheel of one version and an sdist of the next."""
    metadata = METADATA.replace("\nVersion: 1.0", "\nVersion: 1.1")
    return [wheel(folder), sdist(folder, name="demo_pkg-1.1.tar.gz", top="demo_pkg-1.1", metadata=metadata)]


def two_sdists(folder: Path) -> list[Path]:
    """Write two sdists of one release."""
    for name in ("first", "second"):
        (folder / name).mkdir()
    return [sdist(folder / "first"), sdist(folder / "second")]


def not_an_archive(folder: Path) -> Path:
    """Write a page of text under a wheel's name."""
    path = folder / WHEEL
    path.write_text("<html>not a wheel</html>")
    return path


def tar_as_wheel(folder: Path) -> Path:
    """Rename an sdist to a wheel."""
    return sdist(folder).rename(folder / WHEEL)


def cut_sdist(folder: Path) -> Path:
    """Cut an sdist short, as a full disk does."""
    path = sdist(folder, files={"demo_pkg-1.0/data.txt": "".join(map(str, range(9999)))})
    path.write_bytes(path.read_bytes()[:-400])
    return path


def bomb(folder: Path) -> Path:
    """Write a wheel with a member that is nothing but zeros."""
    path = wheel(folder)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("demo_pkg/zeros", "w") as sink,
    ):
        for _ in range(65):
            sink.write(bytes(1 << 20))
    return path


def trailing(folder: Path) -> Path:
    """Append bytes to a wheel, as two files sent into one do."""
    path = wheel(folder)
    path.write_bytes(path.read_bytes() + b"more")
    return path


def preceded(folder: Path) -> Path:
    """Put bytes in front of a wheel, as self-extracting archives have."""
    path = wheel(folder)
    path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
    return path


def squeezed(folder: Path) -> Path:
    """Write a wheel by a method of compression that not every installer knows."""
    path = wheel(folder)
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def commented(folder: Path) -> Path:
    """Write a wheel with a comment on one of its members."""
    path = wheel(folder)
    with zipfile.ZipFile(path, "a") as archive:
        archive.infolist()[0].comment = b"hello"
        archive._didModify = True  # type: ignore[attr-defined]
    return path


def doubled(folder: Path) -> Path:
    """Write a member of a wheel twice."""
    path = wheel(folder)
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("demo_pkg/__init__.py", "")
    return path
