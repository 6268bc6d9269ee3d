"""The packages that both sides release, written anew for each side, the same to the byte.

Add here another kind of package.
Not here: releasing them (peers, foundry).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from foundry_assets.craft.staging.git import git

_WHO = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
BUILD_REQUIREMENTS = ("hatchling", "setuptools>=77")
_HATCHLING = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
_SETUPTOOLS = '[build-system]\nrequires = ["setuptools>=77"]\nbuild-backend = "setuptools.build_meta"\n'
_FACTS = """\
description = "A package for measuring."
readme = "README.md"
requires-python = ">=3.10"
license = "MIT"
authors = [{ name = "A Person", email = "a@b.example" }]
"""
_MODULE = '''\
"""Words, counted."""

from collections.abc import Iterable


def count(words: Iterable[str]) -> dict[str, int]:
    """Give how often each word comes."""
    found: dict[str, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return found
'''
_CHANGELOG = "# Changelog\n\n## {version}\n\n- What is in it.\n"


def small(folder: Path, version: str) -> Path:
    """Write a typed pure-Python package of five files, built by hatchling, and commit it."""
    _write(folder, _HATCHLING, version)
    _commit(folder, version)
    return folder


def many_files(folder: Path, version: str, *, files: int) -> Path:
    """Write a package that is mostly data, as botocore is: JSON of a few hundred bytes to some hundred kB.

    Built by setuptools, with the data named as package data. Only the version is written where the folder is
    there already.
    """
    package = folder / "src" / folder.name.replace("-", "_")
    if not package.exists():
        _write_data(package / "data", files)
    data = '[tool.setuptools.package-data]\n"*" = ["*.json", "py.typed"]\n'
    find = '[tool.setuptools.packages.find]\nwhere = ["src"]\nnamespaces = true\n'
    _write(folder, _SETUPTOOLS, version, more=find + data)
    _commit(folder, version)
    return folder


def heavy(folder: Path, version: str, *, megabytes: int) -> Path:
    """Write a package with one data file that cannot be compressed; it is not committed."""
    data = folder / "src" / folder.name.replace("-", "_") / "weights.bin"
    if not data.exists():
        data.parent.mkdir(parents=True)
        chance = random.Random(1)  # noqa: S311 - the same for both sides
        with data.open("wb") as file:
            for _ in range(megabytes):
                file.write(chance.randbytes(1_000_000))
    _write(folder, _HATCHLING, version)
    return folder


def _write(folder: Path, build_system: str, version: str, *, more: str = "") -> None:
    package = folder / "src" / folder.name.replace("-", "_")
    package.mkdir(parents=True, exist_ok=True)
    project = f'[project]\nname = "{folder.name}"\nversion = "{version}"\n{_FACTS}'
    texts = {
        folder / "pyproject.toml": f"{build_system}{project}{more}",
        folder / "README.md": f"# {folder.name}\n\nCounts words.\n",
        folder / "CHANGELOG.md": _CHANGELOG.format(version=version),
        folder / ".gitignore": "dist/\nbuild/\n*.egg-info/\n__pycache__/\n",
        package / "__init__.py": _MODULE,
        package / "py.typed": "",
    }
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")


def _write_data(folder: Path, files: int) -> None:
    """Spread the files over services and dates; sizes are as skewed as they are in botocore."""
    chance = random.Random(1)  # noqa: S311 - the same for both sides
    for number in range(files):
        place = folder / f"service{number // 5}" / "2026-01-01"
        place.mkdir(parents=True, exist_ok=True)
        size = min(400_000, int(chance.lognormvariate(8.2, 1.6)))
        text = json.dumps({"version": "2.0", "shapes": dict(_shapes(chance, size))}, indent=1)
        (place / f"part-{number % 5}.json").write_text(text, encoding="utf-8", newline="\n")


def _shapes(chance: random.Random, size: int) -> Iterator[tuple[str, dict[str, str]]]:
    written = 0
    while written < size:
        name = f"Shape{chance.randrange(10**6)}"
        told = {"type": chance.choice(("string", "structure", "list")), "doc": f"What {name} is for."}
        written += len(name) + len(str(told))
        yield name, told


def _commit(folder: Path, message: str) -> None:
    """Commit all of it, as a release's source is: both sides then work in a repository."""
    if not (folder / ".git").exists():
        git(["init", "--quiet"], cwd=folder)
    git(["add", "--all"], cwd=folder)
    git([*_WHO, "commit", "--quiet", "--allow-empty", "-m", message], cwd=folder)
