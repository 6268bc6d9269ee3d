"""Which modules are to get a stub, and which roots a marker, if type checkers see nothing worse.

Add here a reason for which a module is not even drafted.
Not here: drafting and proving (stubbing), and markers that need no proof (markers).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from foundry_assets.catalog import TypingMode
from foundry_assets.craft.import_roots import ImportRoot
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.stubbing.records import ModuleMode
from foundry_assets.craft.stubbing.requirements import declared_requirements
from foundry_assets.craft.stubbing.source import Source, site_place
from foundry_assets.craft.stubbing.sources import Sources
from foundry_assets.craft.stubbing.wish import Wish
from foundry_assets.craft.typing_signal.exports import first_private_reexport, unknown_stars
from foundry_assets.craft.typing_signal.modules import Module, files_of, signal_of
from foundry_assets.craft.typing_signal.patterns import tree_files
from foundry_assets.craft.typing_signal.records import MARKER, MarkerSignal
from foundry_assets.craft.typing_signal.signatures import Function, count_signatures
from foundry_assets.craft.typing_signal.stub_package import StubPackagePlan

_RUN_AT_START = frozenset({"sitecustomize", "usercustomize"})
"""An interpreter imports these by itself, and one checker starts an interpreter."""


@dataclass(frozen=True)
class Rules:
    """A package's typing key, and what it says of single modules: pattern of dotted names -> mode."""

    mode: TypingMode
    modules: Mapping[str, ModuleMode] = field(default_factory=dict)

    def of(self, module: str) -> ModuleMode:
        """Give a module's mode; the last pattern that hits counts."""
        told: list[ModuleMode] = [
            mode for pattern, mode in self.modules.items() if fnmatchcase(module, pattern)
        ]
        if told:
            return told[-1]
        return "auto" if self.mode == "auto" else "full"


@dataclass(frozen=True)
class Shipped:
    """A root that the archives will hold: its modules, its marker, its stub package if it is single."""

    root: ImportRoot
    modules: Sequence[Module]
    marker: MarkerSignal
    stub_package: StubPackagePlan | None = None

    @property
    def may_have_stubs(self) -> bool:
        """Whether a consumer's checkers would look at stubs of it."""
        if self.stub_package is not None:
            return not self.stub_package.refusal
        return self.marker.decision in {"there", "added"}


def wish_for(project: ProjectFiles, shipped: Sequence[Shipped], rules: Rules) -> Wish:
    """Give what is to be drafted and proven; nothing is wanted or markable where no checker is needed."""
    safe = [one for one in shipped if one.root.name not in _RUN_AT_START]
    wanted = {
        module.name: rules.of(module.name)
        for one in safe
        if one.may_have_stubs and rules.mode in {"auto", "full"}
        for module in _draftable(one)
        if rules.of(module.name) != "off"
    }
    places = {
        one.root.name: site_place(one.root, one.marker.path) for one in safe if one.stub_package is None
    }
    return Wish(
        sources=_sources(project.tree, safe),
        wanted=wanted,
        marked={one.root.name: places[one.root.name] for one in safe if one.marker.decision == "there"},
        markable={one.root.name: places[one.root.name] for one in safe if one.marker.needs_proof},
        requirements=declared_requirements(project),
        mode="auto" if rules.mode == "auto" else "full",
    )


def _draftable(one: Shipped) -> Iterator[Module]:
    """Give the modules whose text leaves a type open, or whose re-exports a marker would make private."""
    stars = unknown_stars(one.modules, one.root.name)
    for module in one.modules:
        if not module.source.endswith(".py") or module.stub:
            continue
        signal = signal_of(module, unknown_star=stars.get(module.name, ""))
        if module.is_test or module.syntax is None or module.dynamic or module.name in stars:
            continue
        hides = one.marker.needs_proof and first_private_reexport([module], one.root.name)
        if signal.decision == "left alone" or hides or _has_only_bare_functions(module.syntax):
            yield module


def _has_only_bare_functions(syntax: ast.Module) -> bool:
    """Tell whether a module without a public signature has functions, none of which says what it gives."""
    if count_signatures(syntax, "").public:
        return False
    functions = [node for node in ast.walk(syntax) if isinstance(node, Function) and node.name != "__init__"]
    return bool(functions) and all(node.returns is None for node in functions)


def _sources(tree: Path, shipped: Sequence[Shipped]) -> Sources:
    own = [
        Source(module.name, one.root, tree, module.source, module.is_test)
        for one in shipped
        for module in one.modules
        if module.source.endswith(".py")
    ]
    others = {
        site_place(one.root, path): (tree / path).read_text("utf-8")
        for one in shipped
        if one.root.kind != "module"
        for path in files_of(tree, one.root, (".pyi", MARKER))
    }
    return Sources(tuple(own), tuple(_tests(tree, {source.path for source in own})), tuple(others.items()))


def _tests(tree: Path, own: set[str]) -> Iterator[Source]:
    """Give the project's other Python files: they show which names people take from where."""
    for path in tree_files(tree):
        if path.endswith(".py") and path not in own and not path.startswith("docs/"):
            name = path.removesuffix(".py").replace("/", ".")
            yield Source(name, ImportRoot(name, path, "module", certain=False), tree, path, is_test=True)
