"""Why an import failed, in words that say what to do: ship the module, declare the dependency, mend the code.

Add here what can be told from the error, the wheel and the source together.
Not here: importing (trying).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from foundry_assets.content import Listing
from foundry_assets.craft.installing.names import ImportableNames

_SITE_PACKAGES = re.compile(r"^.*[/\\](?:site|dist)-packages[/\\]")


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


def explain(
    module: str, answer: Mapping[str, object], names: ImportableNames, tree: Listing | None
) -> ImportFailure:
    """Make a failure out of what the importing process told."""
    file = _SITE_PACKAGES.sub("", str(answer.get("file") or "")).replace("\\", "/")
    line = answer.get("line")
    missing = str(answer.get("missing") or "")
    advice = _advice(missing, names, tree) if missing else ""
    return ImportFailure(module, str(answer["error"]), file, line if isinstance(line, int) else 0, advice)


def _advice(missing: str, names: ImportableNames, tree: Listing | None) -> str:
    """Say what a missing module is: left behind in the source, part of Python, or somebody else's."""
    lying = _in_source(missing, tree)
    if lying:
        return f"`{missing}` lies in the source as `{lying}` and was not shipped: have the backend include it"
    top = missing.partition(".")[0]
    if top in sys.stdlib_module_names:
        return f"`{missing}` belongs to Python itself, and this installation of Python lacks it"
    if any(path == f"{top}.py" or path.startswith(f"{top}/") for path in names.members):
        return f"`{missing}` is a name of this very package, and neither wheel nor source holds it"
    return f"`{top}` is not declared: add the distribution that provides it to the package's dependencies"


def _in_source(missing: str, tree: Listing | None) -> str:
    stem = missing.replace(".", "/")
    ends = tuple(f"{stem}{tail}" for tail in (".py", "/__init__.py", ".pyx"))
    found = [
        path for path in (tree.paths if tree else ()) if f"/{path}".endswith(tuple(f"/{end}" for end in ends))
    ]
    return min(found, key=lambda path: (path.count("/"), path), default="")
