"""What is found at each import root of a tree: its modules, the marker that it may have, its stub package.

Add here what must be known of a root before anything is proven.
Not here: deciding about markers (markers), and writing (adding).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.utils import NormalizedName

from foundry_assets.catalog import TypingMode
from foundry_assets.craft.import_roots import ImportRoot, find_import_roots
from foundry_assets.craft.import_roots.places import is_importable_name, join, roots_at
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.typing_signal.inclusion import carrier_of
from foundry_assets.craft.typing_signal.markers import Candidate, decide_marker
from foundry_assets.craft.typing_signal.modules import Module, files_of, modules_below
from foundry_assets.craft.typing_signal.records import MARKER, MarkerSignal, ModuleSignal
from foundry_assets.craft.typing_signal.stub_package import AUTHORS_OWN, StubPackagePlan, plan_stub_package


@dataclass(frozen=True)
class Look:
    """What was found at one root."""

    root: ImportRoot
    modules: Sequence[Module]
    marker: MarkerSignal
    is_shipped: bool
    stub_package: StubPackagePlan | None = None

    @property
    def is_doubted(self) -> bool:
        """Whether its text leaves open what checkers could settle."""
        return self.is_shipped and self.root.kind == "package" and "annotated" in self.marker.why

    def without_stub(self, signal: ModuleSignal) -> ModuleSignal:
        """Say of a single module why no stub package is made for it, if that is why it has no stub."""
        refusal = self.stub_package.refusal if self.stub_package else ""
        if not refusal or signal.decision != "left alone":
            return signal
        if refusal.endswith(AUTHORS_OWN):
            return replace(signal, decision="author ships .pyi", why=refusal)
        return replace(signal, why=f"{signal.why}; no stub: {refusal}")


def look_around(
    project: ProjectFiles, distribution: NormalizedName, backend: str, mode: TypingMode, *, proves: bool
) -> list[Look]:
    """Look at every root; `proves` says that type checkers can be asked. Raises `MetadataUnreadable`."""
    roots = _with_packages(project.tree, find_import_roots(project.tree, distribution))
    shipped = _surely_shipped(roots, backend)
    carrier = carrier_of(project, backend, shipped)
    found: list[Look] = []
    for root in roots:
        modules = modules_below(project.tree, root)
        candidate = Candidate(project, root, modules, mode, proves=proves)
        if root in shipped:
            marker = decide_marker(candidate, refusal=carrier.refuses)
            single = root.kind == "module" and root.path.endswith(".py") and mode in {"auto", "full"}
            plan = plan_stub_package(project, backend, root) if single else None
            found.append(Look(root, modules, marker, True, plan))
        else:
            why = "no setting names it and it is not named after the distribution: it may not be shipped"
            withheld = MarkerSignal(root.name, candidate.path, "withheld", why)
            found.append(Look(root, modules, withheld, False))
    return found


def typing_files(tree: Path, root: ImportRoot) -> list[str]:
    """Give the author's `py.typed` and `.pyi` files below a root."""
    return [] if root.kind == "module" else [*files_of(tree, root, (".pyi", MARKER))]


def _with_packages(tree: Path, roots: Sequence[ImportRoot]) -> list[ImportRoot]:
    """Add to each namespace the packages below it, where PEP 561 wants the markers."""
    every: list[ImportRoot] = []
    for root in roots:
        every.append(root)
        folders = sorted((tree / root.path).iterdir()) if root.kind == "namespace" else []
        for folder in folders:
            if folder.is_dir() and is_importable_name(folder.name):
                path, name = join(root.path, folder.name), f"{root.name}.{folder.name}"
                every += _with_packages(tree, roots_at(tree, path, name, certain=root.certain))
    return every


def _surely_shipped(roots: Sequence[ImportRoot], backend: str) -> list[ImportRoot]:
    """Give the roots that the archives will hold: named ones, the only one, all of `src` for setuptools."""
    discovered = "src/" if backend == "setuptools" else "\0"
    return [root for root in roots if root.certain or len(roots) == 1 or root.path.startswith(discovered)]
