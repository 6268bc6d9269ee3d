"""The marker `py.typed` of each import root: there, to be added, or withheld, and why.

Add here a reason for or against a marker.
Not here: how the file reaches the archives (inclusion), and counting (signatures, exports).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from foundry_assets.catalog import TypingMode
from foundry_assets.craft.import_roots import ImportRoot
from foundry_assets.craft.import_roots.places import join
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.typing_signal.exports import (
    PublicSurface,
    first_private_reexport,
    public_surface,
    shows_names,
    unknown_stars,
)
from foundry_assets.craft.typing_signal.modules import Module
from foundry_assets.craft.typing_signal.records import MARKER, MarkerSignal
from foundry_assets.craft.typing_signal.stub_packages import covering_stubs

_NATIVE = (".so", ".pyd", ".pyx", ".c", ".cpp", ".rs", ".pxd")


@dataclass(frozen=True)
class Candidate:
    """A root, its modules, and what the marker's decision needs to know of the project.

    `proves`: type checkers are at hand, so that what the text leaves open can be settled by asking them.
    """

    project: ProjectFiles
    root: ImportRoot
    modules: Sequence[Module]
    mode: TypingMode
    proves: bool = False

    @property
    def path(self) -> str:
        """Where the marker lies or would lie."""
        return self.root.path if self.root.kind == "module" else join(self.root.path, MARKER)


def decide_marker(candidate: Candidate, *, refusal: Callable[[str], str]) -> MarkerSignal:
    """Decide about one root; `refusal` says why the build backend could not carry a new file, or nothing."""
    root = candidate.root
    if root.kind == "package" and (candidate.project.tree / candidate.path).is_file():
        return MarkerSignal(root.name, candidate.path, "there", "the author's own")
    surface = public_surface(candidate.modules, root.name)
    for reason in _reasons_against(candidate, surface, refusal):
        if reason:
            return MarkerSignal(root.name, candidate.path, "withheld", reason)
    doubts = [doubt for doubt in _doubts(candidate, surface) if doubt]
    is_bare = candidate.mode == "marker"
    if doubts and (is_bare or not candidate.proves):
        return MarkerSignal(root.name, candidate.path, "withheld", doubts[0])
    why = (
        str(surface.count)
        if surface.count.public
        else "no public function or method: constants are typed as they are"
    )
    return MarkerSignal(
        root.name, candidate.path, "added", why, needs_proof=candidate.proves and bool(doubts or is_bare)
    )


def _reasons_against(
    candidate: Candidate, surface: PublicSurface, refusal: Callable[[str], str]
) -> Iterator[str]:
    """Give what speaks against a marker, the plainest first; empty texts where a reason does not hold."""
    yield _shape(candidate.root)
    yield _author_marks_elsewhere(candidate)
    yield _compiled_only(candidate)
    stubs = covering_stubs(candidate.root.name)
    yield f"`{stubs}` covers it, and a marker would hide those stubs" if stubs else ""
    yield refusal(candidate.path)
    if candidate.mode != "marker" and candidate.proves:
        # No checker can be asked for names that only running the package makes.
        yield "" if surface.count.public else _nothing_shown(candidate, surface)
        yield _unreadable_names(candidate) if candidate.mode == "auto" else ""


def _doubts(candidate: Candidate, surface: PublicSurface) -> Iterator[str]:
    """Give what the text alone leaves open, which type checkers could settle."""
    if candidate.mode != "marker":
        yield "" if surface.count.is_complete else str(surface.count)
        yield _unreadable_names(candidate)
        yield "" if surface.count.public else _nothing_shown(candidate, surface)
    private = first_private_reexport(candidate.modules, candidate.root.name)
    yield f"the re-export {private} would become private: list it in `__all__`" if private else ""


def _nothing_shown(candidate: Candidate, surface: PublicSurface) -> str:
    """Say why a root without public signatures has nothing that a marker could vouch for."""
    if surface.unread:
        return f"its public names come from `{surface.unread}`, which is not Python source"
    shown = any(shows_names(module) for module in candidate.modules if module.is_public)
    return "" if shown else "its text shows no public name: it makes them when it runs, or has none"


def _shape(root: ImportRoot) -> str:
    if root.kind == "module":
        return "a single module: PEP 561 has no marker for one"
    if root.kind == "namespace":
        return "a namespace package: PEP 561 wants the marker in the packages below it"
    if root.name.partition(".")[0].endswith("-stubs"):
        return "a stub package: PEP 561 wants no marker in one"
    if root.name.startswith("_"):
        return "its name is private: nobody is meant to import it"
    return ""


def _author_marks_elsewhere(candidate: Candidate) -> str:
    top = candidate.project.tree / candidate.root.path
    markers = (Path(parent, MARKER) for parent, _, names in os.walk(top) if MARKER in names)
    below = next((marker for marker in markers if "vendor" not in str(marker.relative_to(top))), None)
    if below is not None:
        return f"the author marks a part only: `{below.relative_to(candidate.project.tree).as_posix()}`"
    declared = candidate.project.declares_data(MARKER)
    return f"`{declared}` names a marker that the author's own build must make" if declared else ""


def _compiled_only(candidate: Candidate) -> str:
    if any(module.stub or not module.is_init for module in candidate.modules):
        return ""
    top = candidate.project.tree / candidate.root.path
    native = (name for _, _, names in os.walk(top) for name in names if name.endswith(_NATIVE))
    found = next(native, "")
    return f"compiled: what `{found}` offers cannot be read without running it" if found else ""


def _unreadable_names(candidate: Candidate) -> str:
    stars = unknown_stars(candidate.modules, candidate.root.name)
    for module in candidate.modules:
        if module.is_public:
            reason = module.makes_names or stars.get(module.name, "")
            if module.syntax is None:
                reason = "cannot be parsed by this Python"
            if reason:
                return f"`{module.source}` {reason}"
    return ""
