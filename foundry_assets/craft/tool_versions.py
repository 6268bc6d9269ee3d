"""The versions of the tools that a release is made and sent with.

Add here another tool that evidence must name.
Not here: what a build installs for itself (building), and the interpreter (release_entry).
"""

from __future__ import annotations

import functools
import importlib.metadata

_TOOLS = ("build", "dagster", "packaging", "pypi-simple", "release-foundry", "requests", "twine", "uv")


def tool_versions() -> dict[str, str]:
    """Give name -> version, "absent" for a tool that is not installed."""
    return {name: _version(name) for name in _TOOLS}


@functools.cache
def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "absent"
