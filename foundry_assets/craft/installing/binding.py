"""Binding names to files: a distribution that may come from one wheel alone, whatever an index offers.

Add here how installers are told so.
Not here: which names those are (needed), and installing (trying).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def binding_options(wheels: Mapping[str, Path], folder: Path) -> list[str]:
    """Give the words that bind each distribution to its wheel, for uv and pip alike; writes into `folder`.

    They are constraints by direct reference (PEP 508): nothing is installed because of them, but an installer
    that needs such a name takes this file and asks no index, so that nobody else's file of the name, of
    however high a version, can take its place.
    """
    if not wheels:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "bound.txt"
    lines = [f"{name} @ {wheel.resolve().as_uri()}\n" for name, wheel in sorted(wheels.items())]
    file.write_text("".join(lines), encoding="utf-8", newline="\n")
    return ["--constraint", str(file.absolute())]
