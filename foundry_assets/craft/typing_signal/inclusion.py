"""How typing files reach both archives: what a backend would drop, and the edits that keep it.

Add here what is the same for every backend.
Not here: one backend's settings (setuptools_carrier, hatchling_carrier, poetry_carrier, pattern_carriers).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

from foundry_assets.craft.import_roots import ImportRoot
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.typing_signal.hatchling_carrier import HatchlingCarrier
from foundry_assets.craft.typing_signal.pattern_carriers import (
    FlitCarrier,
    MaturinCarrier,
    MesonCarrier,
    PdmCarrier,
    ScikitBuildCoreCarrier,
    UnknownCarrier,
    UvCarrier,
)
from foundry_assets.craft.typing_signal.patterns import tree_files
from foundry_assets.craft.typing_signal.poetry_carrier import PoetryCarrier
from foundry_assets.craft.typing_signal.records import MARKER
from foundry_assets.craft.typing_signal.settings_edit import Edit, edits_of, merged
from foundry_assets.craft.typing_signal.setuptools_carrier import SetuptoolsCarrier


class Carrier(Protocol):
    """What a backend does with files, by its settings as they are and as they could be."""

    def refuses(self, path: str) -> str:
        """Say why no edit could make the backend carry the file; empty where it can."""

    def drops(self, path: str) -> bool:
        """Tell whether one of the two archives would lack the file without an edit."""

    def mend(self, paths: Sequence[str], every: Sequence[str]) -> list[Edit]:
        """Give the edits that keep `paths` and leave the others of `every`, all typing files, as they are."""


_CARRIERS: Mapping[str, Callable[[ProjectFiles, tuple[str, ...]], Carrier]] = {
    "hatchling": HatchlingCarrier,
    "flit": FlitCarrier,
    "poetry": PoetryCarrier,
    "pdm": PdmCarrier,
    "uv_build": UvCarrier,
    "scikit-build-core": ScikitBuildCoreCarrier,
    "meson-python": MesonCarrier,
    "maturin": MaturinCarrier,
}


@dataclass(frozen=True)
class Plan:
    """The typing files that will be in both archives, and the edits that this takes."""

    carried: tuple[str, ...]
    edits: tuple[Edit, ...]


def carrier_of(project: ProjectFiles, backend: str, roots: Sequence[ImportRoot]) -> Carrier:
    """Give the carrier of a backend family, as `read_backend` names it."""
    if backend == "setuptools":
        return SetuptoolsCarrier(project, tuple(roots))
    kind = _CARRIERS.get(backend)
    tops = tuple(root.path for root in roots if root.kind != "module")
    return kind(project, tops) if kind else UnknownCarrier(backend.removeprefix("other:"))


def plan_inclusion(project: ProjectFiles, carrier: Carrier, files: Sequence[str]) -> Plan:
    """Decide which typing files both archives must hold, and how.

    A file whose own module the author's settings leave out stays out with it. The edits that the project has
    gone through already (`EditedProject`) are among those given.
    """
    carried = [
        path for path in files if not carrier.refuses(path) and not _is_left_out(project, carrier, path)
    ]
    dropped = [path for path in carried if carrier.drops(path)]
    typing_files = {path for path in tree_files(project.tree) if path.endswith((".pyi", MARKER))}
    edits = carrier.mend(dropped, sorted(typing_files.union(files))) if dropped else []
    return Plan(tuple(sorted(carried)), merged(edits_of(project), edits))


def _is_left_out(project: ProjectFiles, carrier: Carrier, path: str) -> bool:
    """Tell whether the settings drop the module that a typing file speaks for, and the file too."""
    place = PurePosixPath(path)
    module = place.parent / "__init__.py" if place.name == MARKER else place.with_suffix(".py")
    if not (project.tree / module).is_file():
        module = place.parent / "__init__.py"
    if not (project.tree / module).is_file():
        return False
    return carrier.drops(str(module)) and carrier.drops(path)
