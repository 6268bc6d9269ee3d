"""Why an import fails, in words that say what to do: ship the module, declare a distribution, mend the code.

Add here what can be told from the error, the wheel, the source and what is known of distributions.
Not here: importing (importing), and finding what is missing (judging).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from packaging.utils import canonicalize_name

from foundry_assets.content import Listing
from foundry_assets.craft.installing.judging import Missing
from foundry_assets.craft.installing.modules import WheelModules
from foundry_assets.craft.installing.providers import Providers

_SITE_PACKAGES = re.compile(r"^.*[/\\](?:site|dist)-packages[/\\]")
_ENDINGS = (".py", "/__init__.py", ".pyx")


@dataclass(frozen=True)
class ImportFailure:
    """One name that a wheel promises and that does not import.

    `file` (below site-packages) and `line` are where it went wrong, empty and 0 where that is unknown.
    `advice` is what to do about it; `details` are a program's own words.
    """

    module: str
    error_last_line: str
    file: str = ""
    line: int = 0
    advice: str = ""
    details: str = ""

    def __str__(self) -> str:
        at = f" ({self.file}, line {self.line})" if self.file else ""
        tail = [text for text in (self.advice, self.details) if text]
        return "\n".join([f"{self.module}: {self.error_last_line}{at}", *tail])


@dataclass(frozen=True)
class Origin:
    """The source that a wheel was made from: its staged files, and its own folder where that is at hand.

    `moved` gives for files of the staged tree where they lie in the source, if they lie elsewhere there.
    """

    tree: Listing | None = None
    moved: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None

    def holds(self, module: str) -> str:
        """Give the file (or folder) that a module is in the source; empty where it holds none."""
        stem = module.replace(".", "/")
        ends = tuple(f"/{stem}{ending}" for ending in _ENDINGS)
        staged = [path for path in (self.tree.paths if self.tree else ()) if f"/{path}".endswith(ends)]
        if staged:
            nearest = min(staged, key=lambda path: (path.count("/"), path))
            return self.moved.get(nearest, nearest)
        return self._left_behind(stem) if self.folder else ""

    def _left_behind(self, stem: str) -> str:
        """Look where people keep modules, also for a module of the package whose folder this is."""
        assert self.folder is not None
        inner = stem.removeprefix(f"{self.folder.name}/")
        starts = [f"{start}{name}" for name in (stem, inner) for start in ("", "src/")]
        places = [f"{start}{ending}" for start in starts for ending in _ENDINGS]
        file = next((place for place in places if (self.folder / place).is_file()), "")
        return file or next((start for start in starts if _is_namespace(self.folder / start)), "")


def _is_namespace(folder: Path) -> bool:
    """Tell whether a folder without `__init__.py` is imported as a package all the same."""
    return folder.is_dir() and any(path.suffix == ".py" for path in folder.iterdir())


@dataclass(frozen=True)
class Explainer:
    """Puts a missing module into words, knowing the wheel, its source and the distributions around it."""

    modules: WheelModules
    providers: Providers
    origin: Origin = field(default_factory=Origin)

    def failure(self, module: str, answer: Mapping[str, object]) -> ImportFailure:
        """Make a failure out of what the importing process told."""
        file = _SITE_PACKAGES.sub("", str(answer.get("file") or "")).replace("\\", "/")
        line = answer.get("line")
        missing, wanted = str(answer.get("missing") or ""), str(answer.get("wanted") or "")
        advice = self.advice(missing, file) if missing else self._not_shipped(wanted)
        return ImportFailure(module, str(answer["error"]), file, line if isinstance(line, int) else 0, advice)

    def missing(self, one: Missing) -> ImportFailure:
        """Make a failure out of an import that the text of a module tells of."""
        told = f"it imports `{one.name}`, and nothing that is installed with it holds that"
        return ImportFailure(one.module, told, one.file, one.line, self.advice(one.name, one.file))

    def borrowed(self, one: Missing) -> ImportFailure:
        """Tell of an import that works only as long as another requirement brings the module."""
        told = f"it imports `{one.name}`, which it does not declare"
        brings = self.providers.of(one.name).name
        advice = f"`{brings}` brings it today, for another requirement: declare it as well"
        return ImportFailure(one.module, told, one.file, one.line, advice)

    def advice(self, missing: str, file: str) -> str:
        """Say what a missing module is, and what to do: `file` is the one that imports it, as installed."""
        return (
            self._of_another(missing, file)
            or self._shipped_elsewhere(missing, file)
            or self._not_shipped(missing)
            or self._of_python(missing)
            or self._of_the_package(missing)
            or self._to_declare(missing)
        )

    def _of_another(self, missing: str, file: str) -> str:
        top = file.partition("/")[0].removesuffix(".py")
        owners = self.providers.environment.get(top, frozenset())
        if not owners or top in self.modules.tops:
            return ""
        told = f"`{file}` belongs to `{', '.join(sorted(owners))}`, whose own requirements lack `{missing}`"
        return f"{told}: require another version of it, or what it lacks as well"

    def _shipped_elsewhere(self, missing: str, file: str) -> str:
        """Find a module that is imported as if its folder were on the path, as when it is run as a script."""
        folder = file.rpartition("/")[0].replace("/", ".")
        real = f"{folder}.{missing}"
        is_there = self.modules.holds(real) and self.modules.paths.get(real) != file
        if not folder or missing.partition(".")[0] in self.modules.tops or not is_there:
            return ""
        lies = self.origin.holds(real) or self.modules.paths.get(real, "")
        told = f"`{missing}` lies in the source as `{lies}` and is shipped as `{real}`"
        return f"{told}: import it by that name, since only a script has its own folder on the path"

    def _not_shipped(self, missing: str) -> str:
        lies = "" if not missing or self.modules.holds(missing) else self.origin.holds(missing)
        if not lies:
            return ""
        told = f"`{missing}` lies in the source as `{lies}` and was not shipped"
        return f"{told}: put it into the package, or have the build include it"

    def _of_python(self, missing: str) -> str:
        if missing.partition(".")[0] not in sys.stdlib_module_names:
            return ""
        return f"`{missing}` belongs to Python itself, and this installation of Python lacks it"

    def _of_the_package(self, missing: str) -> str:
        if not self.modules.owns(missing):
            return ""
        return f"`{missing}` is a name of this very package, and neither wheel nor source holds it"

    def _to_declare(self, missing: str) -> str:
        is_shared = missing.partition(".")[0] in self.modules.tops
        top = missing if is_shared else missing.partition(".")[0]
        extra = self.providers.extra_that_brings(missing)
        if extra:
            return (
                f"`{top}` comes with the extra `{extra}` alone: require it always, or import it when needed"
            )
        found = self.providers.of(missing)
        if found.name:
            whose = f", {found.whose}," if found.whose else ""
            told = f"add `{found.name}`{whose} to the package's dependencies"
        else:
            perhaps = canonicalize_name(top)
            told = (
                f"add the distribution that provides it (perhaps `{perhaps}`) to the package's dependencies"
            )
        return f"`{top}` is not declared: {told}"
