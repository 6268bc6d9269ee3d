"""Miniature projects, written into a temporary folder by the tests that need them, and one way to build them.

Add here a project that more than one test builds.
Not here: archives made by hand; those are the tests' own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Unpack

from foundry_assets.craft.building import Built, FirstBuild, ready_wheel
from foundry_assets.craft.building.builds import BuildSettings

HATCHLING = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
SETUPTOOLS = '[build-system]\nrequires = ["setuptools>=77"]\nbuild-backend = "setuptools.build_meta"\n'
FLIT = '[build-system]\nrequires = ["flit_core>=3.11,<4"]\nbuild-backend = "flit_core.buildapi"\n'
OWN_BACKEND = '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n'
PROJECT = '[project]\nname = "demo"\nversion = "1.0"\ndescription = "A demonstration."\n'
PACKAGE = {
    "src/demo/__init__.py": "from demo.words import WORD\n",
    "src/demo/words.py": 'WORD = "hello"\n',
    "src/demo/words.json": '["hello"]\n',
    "README.md": "# demo\n",
}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write a tree of text files and give its folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    return folder


def demo(folder: Path, *, backend: str = HATCHLING, settings: str = "", **more: str) -> Path:
    """Write the demonstration package for a backend, with more settings and more files below `src/demo`."""
    extra = {f"src/demo/{name}.py": text for name, text in more.items()}
    return write(folder, {**PACKAGE, **extra, "pyproject.toml": f"{backend}{PROJECT}{settings}"})


def with_own_backend(folder: Path, build_sdist: str) -> Path:
    """Write a project whose backend is a module of its own; `build_sdist` is the body of that hook."""
    body = "".join(f"    {line}\n" for line in build_sdist.splitlines())
    backend = f"import os, sys, time\n\n\ndef build_sdist(folder, settings=None):\n{body}"
    return write(folder, {"pyproject.toml": OWN_BACKEND + PROJECT, "own.py": backend})


def built_wheel(sdist: Path, out: Path, **settings: Unpack[BuildSettings]) -> Built:
    """Build the wheel of an sdist, to be compared with nothing."""
    return ready_wheel(sdist, **settings).build(out, first=FirstBuild())
