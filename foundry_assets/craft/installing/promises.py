"""Which modules of a wheel have to work for whoever installs it, and nothing else beside it.

Add here what makes a module one that people import as it comes.
Not here: names that are really imported (names, trying), and what is missing (judging).
"""

from __future__ import annotations

import configparser
import zipfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from foundry_assets.craft.building.archives import readable
from foundry_assets.craft.installing.modules import WheelModules, parents_of
from foundry_assets.craft.installing.names import is_beside_the_package
from foundry_assets.craft.installing.syntax import Read

_ENTRY_POINTS = ".dist-info/entry_points.txt"
_PROGRAMS = ("console_scripts", "gui_scripts")


def promised_modules(
    modules: WheelModules, tried: Iterable[str], programs: Iterable[str], *, everything: bool
) -> frozenset[str]:
    """Give the modules that must import with the declared dependencies alone.

    They are the public names (`tried`), the modules behind programs without an extra, and the modules of a
    package whose `__init__` leads to none of them: there, people import the modules. With `everything`, for a
    package whose whole metadata says what it needs, all modules but those beside the package (tests, docs).
    """
    if everything:
        named = frozenset(tried)
        return frozenset(name for name in modules.paths if not is_beside(name, named))
    public = [name for name in tried if modules.holds(name)]
    inner = [found for name in public for found in _led_to_by_hand(modules, name)]
    return frozenset([*public, *programs, *inner])


def is_beside(name: str, public: Collection[str]) -> bool:
    """Tell whether a module stands beside what its package is for: among tests, docs, tools and the like.

    What `public` names is public, whatever it is called.
    """
    root = next((above for above in (name, *reversed(list(parents_of(name)))) if above in public), "")
    return any(map(is_beside_the_package, name.removeprefix(root).strip(".").split(".")))


def _led_to_by_hand(modules: WheelModules, package: str) -> Iterator[str]:
    """Give the public modules right below a package whose `__init__` names none of its own."""
    said = modules.read.get(package, Read(is_open=True))
    if said.is_open or any(name == package or name.startswith(f"{package}.") for name in said.anywhere):
        return
    for name in modules.paths:
        above, _, last = name.rpartition(".")
        if above == package and not last.startswith("_") and not is_beside_the_package(last):
            yield name


def programs_of(wheel: Path) -> tuple[str, ...]:
    """Give the modules behind a wheel's programs that want no extra (entry points specification)."""
    with readable(wheel), zipfile.ZipFile(wheel) as archive:
        texts = [archive.read(name) for name in archive.namelist() if name.endswith(_ENTRY_POINTS)]
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string("\n".join(text.decode("utf-8", "replace") for text in texts))
    except configparser.Error:
        return ()  # the preflight tells what is wrong with the file
    told = [parser[group] for group in _PROGRAMS if parser.has_section(group)]
    references = [reference for group in told for reference in group.values() if "[" not in reference]
    return tuple(dict.fromkeys(reference.partition(":")[0].strip() for reference in references))
