"""Imports that find nothing where a wheel is installed alone: judged from the texts of all its modules.

Add here what makes an import missing, and how bad that is.
Not here: reading texts (syntax), which modules have to work (promises), and the words (failures).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from stdlib_list import short_versions, stdlib_list

from foundry_assets.craft.installing.modules import WheelModules
from foundry_assets.craft.installing.promises import is_beside
from foundry_assets.craft.installing.providers import Providers
from foundry_assets.craft.installing.syntax import Import

Weight = Literal["blocks", "warns", "told"]
WEIGHTS: tuple[Weight, ...] = ("blocks", "warns", "told")
_OPTIONAL_PARTS = frozenset(
    {
        *("contrib", "ext", "extra", "extras", "extension", "extensions", "integration", "integrations"),
        *("plugin", "plugins", "backend", "backends", "adapter", "adapters", "compat", "vendor"),
        *("sphinxext", "testutils"),
    }
)
_NOT_OURS = frozenset({"__main__", "__future__", "_typeshed"})


@dataclass(frozen=True, order=True)
class Missing:
    """An import that always happens and finds nothing: what, in which module, file (as installed) and line.

    `weight`: whether the module is promised to work, may well be meant to, or is a part for those who have
    more installed (a plug-in, a test).
    """

    name: str
    module: str
    file: str
    line: int
    weight: Weight


@dataclass(frozen=True)
class Judge:
    """Holds a wheel's imports against what is installed with it.

    `promised` are the modules that have to work; with `everything`, the wheel has no optional part.
    """

    modules: WheelModules
    providers: Providers
    promised: frozenset[str]
    everything: bool = False

    def candidates(self) -> tuple[Missing, ...]:
        """Give the imports that look missing, each name once a module; some may be made at run time."""
        reached = self.modules.reached_from(self.promised)
        found: dict[tuple[str, str], Missing] = {}
        for module in sorted(self.modules.read):
            for one in self.modules.read[module].always:
                for name in self._looks_missing(one):
                    missing = self._missing(name, one.line, module, is_reached=module in reached)
                    found.setdefault((name, module), missing)
        return tuple(found.values())

    def undeclared(self) -> tuple[Missing, ...]:
        """Give the imports that are found only because another requirement brings them: the first of each."""
        found: dict[str, Missing] = {}
        for module in sorted(self.modules.read):
            for one in [] if is_beside(module, self.promised) else self.modules.read[module].always:
                if one.top not in found and self._is_borrowed(one):
                    path = self.modules.paths[module]
                    found[one.top] = Missing(one.top, module, path, one.line, "warns")
        return tuple(found.values())

    def _looks_missing(self, one: Import) -> Iterator[str]:
        if one.top in standard_library() or one.top in _NOT_OURS:
            return
        if self.modules.owns(one.module):
            yield from self._missing_of_its_own(one)
        elif not self.modules.holds(one.module) and not self.providers.may_be_declared(one.module):
            if one.top in self.modules.tops:
                yield one.module
            elif one.top not in self.providers.environment:
                yield one.top

    def _missing_of_its_own(self, one: Import) -> Iterator[str]:
        """Find what is imported of this very wheel and is neither a module nor a name of a package in it."""
        if not self.modules.holds(one.module):
            yield one.module
        elif init := self.modules.read.get(one.module) if one.module in self.modules.packages else None:
            for name in one.names:
                whole = f"{one.module}.{name}"
                if name != "*" and not self.modules.holds(whole) and not init.may_bind(name):
                    yield whole

    def _is_borrowed(self, one: Import) -> bool:
        bringing = self.providers.environment.get(one.top, frozenset())
        if not bringing or one.top in standard_library() or one.top in self.modules.tops:
            return False
        return not bringing & self.providers.declared and not self.providers.may_be_declared(one.module)

    def _missing(self, name: str, line: int, module: str, *, is_reached: bool) -> Missing:
        weight = self._weight(name, module, is_reached=is_reached)
        return Missing(name, module, self.modules.paths[module], line, weight)

    def _weight(self, name: str, module: str, *, is_reached: bool) -> Weight:
        is_own, top = self.modules.owns(name), name.partition(".")[0]
        is_optional = is_beside(module, self.promised) or (not is_own and _is_integration(module, top))
        if self.everything and is_reached:
            return "blocks"
        if not is_own and self.providers.is_catalogued(top) and not is_beside(module, self.promised):
            return "blocks"  # nobody else brings a package of the same house
        if is_optional:
            return "told"
        return "blocks" if is_reached else "warns"


def _is_integration(module: str, top: str) -> bool:
    """Tell whether a module is for those who have what it imports: by its place, or by its name."""
    parts = [part.lower().strip("_") for part in module.split(".")[1:]]
    words = top.lower().strip("_")
    is_called_so = any(words in part or (len(part) > 2 and part in words) for part in parts)
    return is_called_so or any(_OPTIONAL_PARTS.intersection(part.split("_")) for part in parts)


@cache
def standard_library() -> frozenset[str]:
    """Give the modules that this Python has, and those that another one has or had."""
    others = {name.partition(".")[0] for version in short_versions for name in stdlib_list(version)}
    return frozenset(sys.stdlib_module_names | others)
