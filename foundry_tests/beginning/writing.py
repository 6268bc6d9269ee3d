"""Small trees of sources, written by a few words each.

Add here another form in which a package can lie in a folder.
Not here: what is found in them (the tests).
"""

from __future__ import annotations

from pathlib import Path

DYNAMIC = """
[build-system]
requires = ["setuptools", "setuptools-scm"]
build-backend = "setuptools.build_meta"
[project]
name = "{name}"
dynamic = ["version"]
[tool.setuptools_scm]
"""


def write(root: Path, files: dict[str, str]) -> Path:
    """Write files below a folder, by their paths, and give the folder back."""
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def project(name: str, version: str = "1.0") -> str:
    """Give a pyproject.toml that says it all."""
    return f'[project]\nname = "{name}"\nversion = "{version}"\n'
