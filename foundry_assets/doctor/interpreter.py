"""The interpreter: its version, whether it can make fresh environments, and what keeps foreign code apart.

Add here what this Python and this machine must be able to do.
Not here: the tools that are installed in it (tools).
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from packaging.specifiers import SpecifierSet

from foundry_assets.craft.environments import FreshEnvironment
from foundry_assets.craft.sandbox import PROCESS, SANDBOX_VARIABLE, isolation
from foundry_assets.doctor.findings import Finding
from foundry_assets.doctor.tools import DISTRIBUTION
from foundry_assets.errors import BuildFailed


def python() -> Iterator[Finding]:
    """Hold the interpreter's version to the range of our own metadata."""
    version = platform.python_version()
    wanted = importlib.metadata.metadata(DISTRIBUTION)["Requires-Python"]
    told = f"{version} at {sys.executable}"
    if SpecifierSet(wanted).contains(version, prereleases=True):
        yield Finding("Python", "good", told)
    else:
        remedy = f"install the foundry into a Python {wanted}"
        yield Finding("Python", "blocks", f"{told}, which is not {wanted}", remedy)


def environments() -> Iterator[Finding]:
    """Make a fresh environment, as every build and every trial installation does."""
    with tempfile.TemporaryDirectory(prefix="foundry-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch).resolve()
        try:
            made = FreshEnvironment(folder / "fresh", home=folder / "home")
        except BuildFailed as error:
            yield Finding("environments", "blocks", f"{error.happened}\n{error.details}", error.remedy)
            return
        if Path(made.python_executable).exists():
            yield Finding("environments", "good", "a fresh one can be made")
        else:
            remedy = "install Python's own venv module (Debian: python3-venv), and begin again"
            yield Finding("environments", "blocks", "a fresh one has no interpreter in it", remedy)


def sandbox() -> Iterator[Finding]:
    """Tell what keeps builds and imports of packages apart from their user."""
    kind = isolation()
    if kind != PROCESS:
        yield Finding("isolation", "good", kind)
        return
    if os.environ.get(SANDBOX_VARIABLE, "").strip().lower() == "off":
        found, remedy = f"process: declined by {SANDBOX_VARIABLE}=off", f"unset {SANDBOX_VARIABLE}"
    elif sys.platform == "linux":
        found = "process: no bubblewrap that works here, so a package's build could read what its user can"
        remedy = "install bubblewrap, or release packages that you do not trust as a user without credentials"
    else:
        found = "process: this system has no sandbox that the foundry knows"
        remedy = "release packages that you do not trust as a user without credentials"
    yield Finding("isolation", "warning", found, remedy)
