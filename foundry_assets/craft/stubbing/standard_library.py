"""The standard library's modules and classes, from the stubs that mypy brings (typeshed).

Add here what of typeshed is needed to know where a name comes from.
Not here: resolving names (type_names).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_CLASS = re.compile(r"^class (\w+)", re.MULTILINE)


@cache
def standard_classes() -> Mapping[str, tuple[str, ...]]:
    """Give class -> modules that define it at their top."""
    found: dict[str, list[str]] = {}
    for path, module in _stubs(files("mypy").joinpath("typeshed", "stdlib"), ""):
        for name in set(_CLASS.findall(path.read_text("utf-8"))):
            found.setdefault(name, []).append(module)
    return {name: tuple(sorted(modules)) for name, modules in found.items()}


@cache
def standard_modules() -> frozenset[str]:
    """Give the dotted names of all modules that have a stub there."""
    return frozenset(module for _, module in _stubs(files("mypy").joinpath("typeshed", "stdlib"), ""))


def _stubs(folder: Traversable, prefix: str) -> Iterator[tuple[Traversable, str]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _stubs(entry, f"{prefix}{entry.name}.")
        elif entry.name == "__init__.pyi":
            yield entry, prefix.removesuffix(".")
        elif entry.name.endswith(".pyi"):
            yield entry, prefix + entry.name.removesuffix(".pyi")
