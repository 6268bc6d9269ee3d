"""An estate of small packages, each a flat folder that is its own import package, and the order for them.

Add here a package of that shape; its folder stands below `packages/estate`.
Not here: what becomes of them (the tests).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from foundry_assets.catalog import Package, SourceMetadata

ESTATE = Path(__file__).parent / "packages" / "estate"
VERSION = "0.1.0"
TEXT_LICENCE = 'MIT License (c) 2025 The Estate (Software, of "all" kinds)'
GOOD = ("common", "words", "greet", "table", "clock", "report")
"""In an order in which each comes after what it needs."""
UNDECLARED, MISSING_FILE, AFTER_UNDECLARED, LOOSE = "probe", "ghost", "after", "loose"


def folder_of(short: str) -> str:
    """Give a package's folder, which is also what it is imported as."""
    return f"x_make_{short}_x"


def distribution_of(short: str) -> str:
    """Give a package's distribution, canonical."""
    return f"x-0000-make-{short}-x"


def entry(short: str) -> dict[str, Any]:
    """Give a package's entry in an order, as an orchestrator writes it."""
    ancillary, needs, licence = _TOLD[short]
    return {
        "package": folder_of(short),
        "version": VERSION,
        "ancillary": list(ancillary),
        "options": {
            "author": "The Estate (all of it)",
            "email": "estate@example.com",
            "description": f"Package {short} of the estate.",
            "license_text": licence,
            "dependencies": [distribution_of(other).replace("-", "_") for other in needs],
            "pypi_name": distribution_of(short).replace("-", "_"),
        },
    }


_TOLD: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "common": (("README.md", "/CHANGELOG.md"), (), TEXT_LICENCE),
    "words": (("/data/greetings.txt",), (), TEXT_LICENCE),
    "greet": (("/README.md",), ("common", "words"), "MIT"),
    "table": (("/layouts/plain.txt", "notes2.txt"), (), "apache-2.0 or MIT"),
    "clock": (("@ancillary.list",), (), TEXT_LICENCE),
    "report": ((), ("greet", "table"), ""),
    UNDECLARED: ((), (), "MIT"),
    MISSING_FILE: (("/charts/missing.txt",), (), "MIT"),
    AFTER_UNDECLARED: ((), (UNDECLARED,), "MIT"),
    LOOSE: ((), (), "MIT"),
}
"""Ancillary files, what each needs, and its licence."""


def order_for(root: Path, *shorts: str) -> dict[str, Any]:
    """Give the order for some of the packages, or all, whose folders lie in `root`."""
    entries = [entry(short) for short in shorts or _TOLD]
    return {"command": "x_make_pypi_x", "parameters": {"entries": entries, "repo_parent_root": str(root)}}


def copy_estate(into: Path) -> Path:
    """Copy the packages to where they may be worked on, with the caches that such folders hold."""
    shutil.copytree(ESTATE, into, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in into.iterdir():
        (folder / "__pycache__").mkdir()
        (folder / "__pycache__" / "left.cpython-311.pyc").write_bytes(b"cache")
    return into


def package(short: str, root: Path) -> Package:
    """Give a package as an entry of a catalog, its allow-list read."""
    told = entry(short)
    folder, options = root / folder_of(short), told["options"]
    ancillary = [path for text in told["ancillary"] for path in _listed(folder, text)]
    return Package(
        name=distribution_of(short),
        source=folder,
        main_file=f"x_cls_make_{short}_x.py",
        version=told["version"],
        metadata=SourceMetadata(
            author=options["author"],
            email=options["email"],
            description=options["description"],
            license=options["license_text"],
            dependencies=tuple(options["dependencies"]),
        ),
        ancillary=tuple(ancillary),
    )


def _listed(folder: Path, text: str) -> list[str]:
    if not text.startswith("@"):
        return [text]
    lines = (folder / text[1:]).read_text("utf-8").splitlines()
    return [line for line in map(str.strip, lines) if line and not line.startswith("#")]
