"""Adding the typing signal to a staged copy: look, decide, add the markers, keep the files in both archives.

Add here the order of the steps, and what the four modes mean.
Not here: the decisions themselves (modules, markers, inclusion).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from packaging.utils import NormalizedName

from foundry_assets.catalog import TypingMode
from foundry_assets.craft.import_roots import ImportRoot, find_import_roots, read_backend
from foundry_assets.craft.import_roots.places import is_importable_name, join, roots_at
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.typing_signal.exports import unknown_stars
from foundry_assets.craft.typing_signal.inclusion import Plan, carrier_of, plan_inclusion
from foundry_assets.craft.typing_signal.markers import Candidate, decide_marker
from foundry_assets.craft.typing_signal.modules import files_of, modules_below, signal_of
from foundry_assets.craft.typing_signal.records import (
    MARKER,
    Inclusion,
    MarkerSignal,
    ModuleSignal,
    TypingSignal,
)


def add_typing_signal(tree: Path, *, distribution: NormalizedName, mode: TypingMode) -> TypingSignal:
    """Add markers to the staged copy in `tree`, in place, and edit settings that lose typing files.

    Nothing that existed is overwritten but include settings, whose files keep their shape; a tree with
    nothing to do stays byte for byte as it was, and twice does what once does. Raises `MetadataUnreadable`.
    """
    backend = read_backend(tree)
    if mode == "off":
        return TypingSignal(mode, backend)
    project = ProjectFiles(tree)
    roots = _with_packages(tree, find_import_roots(tree, distribution))
    shipped = _surely_shipped(roots, backend)
    carrier = carrier_of(project, backend, shipped)
    modules, markers = _decide(project, roots, shipped, mode, carrier.refuses)
    there = [path for root in shipped for path in typing_files(tree, root)]
    added = [marker.path for marker in markers if marker.decision == "added"]
    plan = plan_inclusion(project, carrier, sorted({*there, *added}))
    markers = [_held_to(plan, marker) for marker in markers]
    _carry_out(tree, plan, [marker.path for marker in markers if marker.decision == "added"])
    inclusions = tuple(Inclusion(edit.path, edit.change) for edit in plan.edits)
    return TypingSignal(mode, backend, tuple(modules), tuple(markers), inclusions, plan.carried)


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


def _decide(
    project: ProjectFiles,
    roots: Sequence[ImportRoot],
    shipped: Sequence[ImportRoot],
    mode: TypingMode,
    refusal: Callable[[str], str],
) -> tuple[list[ModuleSignal], list[MarkerSignal]]:
    signals: list[ModuleSignal] = []
    markers: list[MarkerSignal] = []
    for root in roots:
        modules = modules_below(project.tree, root)
        stars = unknown_stars(modules, root.name)
        signals += [signal_of(module, unknown_star=stars.get(module.name, "")) for module in modules]
        candidate = Candidate(project, root, modules, mode)
        if root in shipped:
            markers.append(decide_marker(candidate, refusal=refusal))
        else:
            why = "no setting names it and it is not named after the distribution: it may not be shipped"
            markers.append(MarkerSignal(root.name, candidate.path, "withheld", why))
    return signals, markers


def _held_to(plan: Plan, marker: MarkerSignal) -> MarkerSignal:
    if marker.decision != "added" or marker.path in plan.carried:
        return marker
    return replace(
        marker, decision="withheld", why="the project's settings leave its package out of the archives"
    )


def _carry_out(tree: Path, plan: Plan, markers: Sequence[str]) -> None:
    for edit in plan.edits:
        edit.write(tree)
    for marker in markers:
        (tree / marker).touch(exist_ok=False)
