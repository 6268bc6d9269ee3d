"""The stub package `foo-stubs` beside a single module `foo.py`: whether it may be, and what ships it.

Add here a reason for which no stub package may be made.
Not here: how a backend is told of it (package_naming, setuptools_naming), and what the stub says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from foundry_assets.craft.import_roots import ImportRoot
from foundry_assets.craft.import_roots.declared import declared_roots
from foundry_assets.craft.import_roots.places import join
from foundry_assets.craft.import_roots.project_files import ProjectFiles
from foundry_assets.craft.typing_signal.inclusion import carrier_of, plan_inclusion
from foundry_assets.craft.typing_signal.package_naming import (
    Addition,
    name_in_hatchling,
    name_in_pdm,
    name_in_poetry,
    name_in_scikit_build_core,
)
from foundry_assets.craft.typing_signal.patterns import tree_files
from foundry_assets.craft.typing_signal.settings_edit import Edit, EditedProject, edits_of, merged
from foundry_assets.craft.typing_signal.setuptools_naming import name_in_setuptools
from foundry_assets.craft.typing_signal.stub_packages import covering_stubs

_NAMINGS: Mapping[str, Callable[[Addition], str]] = {
    "setuptools": name_in_setuptools,
    "hatchling": name_in_hatchling,
    "poetry": name_in_poetry,
    "pdm": name_in_pdm,
    "scikit-build-core": name_in_scikit_build_core,
    "flit": lambda _: "flit ships one module or package and nothing beside it",
    "uv_build": lambda _: "uv_build ships packages, and no single modules",
    "maturin": lambda _: "maturin ships packages, and no single modules",
}
"""How a backend is told; those that are missing are not told, and their carrier says what it ships."""
AUTHORS_OWN = "is there already, the author's own"
"""How a refusal ends where a person has written the stub."""


@dataclass(frozen=True)
class StubPackagePlan:
    """A single module's stub package: its one file (posix path in the tree), or why it cannot be.

    `edits` hold whole texts, those that the project had gone through before among them; none if refused.
    """

    path: str
    refusal: str = ""
    edits: tuple[Edit, ...] = ()

    @property
    def root(self) -> ImportRoot:
        """The stub package, to be put beside the other roots when their files are planned."""
        folder = PurePosixPath(self.path).parent
        return ImportRoot(folder.name, str(folder), "package", certain=True)


def plan_stub_package(project: ProjectFiles, backend: str, module: ImportRoot) -> StubPackagePlan:
    """Plan how `foo-stubs` reaches both archives, where type checkers look first (PEP 561, resolution order).

    `backend` is a family as `read_backend` names it. Nothing is written. To plan more upon it, go on with
    `with_stub_packages`. Raises `MetadataUnreadable`.
    """
    path = join(PurePosixPath(module.path).parent.as_posix(), f"{module.name}-stubs", "__init__.pyi")
    if refusal := _must_not_be(project, module):
        return StubPackagePlan(path, refusal)
    addition = Addition.of(project, module)
    naming = _NAMINGS.get(backend)
    if naming and (refusal := naming(addition)):
        return StubPackagePlan(path, refusal)
    named = EditedProject(project.tree, merged(edits_of(project), addition.edits()))
    roots = {*declared_roots(named, backend), StubPackagePlan(path).root}
    carrier = carrier_of(named, backend, sorted(roots))
    if refusal := carrier.refuses(path):
        return StubPackagePlan(path, refusal)
    return StubPackagePlan(path, edits=plan_inclusion(named, carrier, [path]).edits)


def with_stub_packages(project: ProjectFiles, backend: str, modules: Iterable[ImportRoot]) -> ProjectFiles:
    """Give the project with the stub packages of all these modules named, but for those that are refused."""
    for module in modules:
        if edits := plan_stub_package(project, backend, module).edits:
            project = EditedProject(project.tree, edits)
    return project


def _must_not_be(project: ProjectFiles, module: ImportRoot) -> str:
    """Say why a stub package would be wrong whatever the backend."""
    name = f"{module.name}-stubs"
    if module.kind != "module" or not module.path.endswith(".py"):
        return f"`{module.path}` is no single module of Python source"
    if "." in module.name:
        return "it lies in a namespace, whose stub package would belong to several distributions"
    stub = str(PurePosixPath(module.path).with_suffix(".pyi"))
    if (project.tree / stub).is_file():
        return f"`{stub}` {AUTHORS_OWN}"
    for file in map(PurePosixPath, tree_files(project.tree)):
        if name in file.parts[:-1]:
            return f"`{'/'.join(file.parts[: file.parts.index(name) + 1])}` {AUTHORS_OWN}"
    stubs = covering_stubs(module.name)
    return f"`{stubs}` covers it, and its files would lie in the same folder `{name}`" if stubs else ""
