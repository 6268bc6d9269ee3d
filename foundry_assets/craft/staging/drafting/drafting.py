"""Drafting in one call: find the package, place the files, write what is missing, tell all faults at once.

Add here the order of the steps.
Not here: how a step is done (the modules beside this one).
"""

from __future__ import annotations

from pathlib import Path

from foundry_assets.craft.staging.drafting.contradicting import contradictions, passed_over
from foundry_assets.craft.staging.drafting.import_package import ImportPackage, import_package
from foundry_assets.craft.staging.drafting.licence import licence_of
from foundry_assets.craft.staging.drafting.own_project import NAME, OwnProject, read_own_project
from foundry_assets.craft.staging.drafting.paths import (
    COMMIT_IT,
    NOT_TRACKED,
    PathWrong,
    inside,
    named_files,
    reason_left_out,
)
from foundry_assets.craft.staging.drafting.placing import Placed, place_files
from foundry_assets.craft.staging.drafting.project_names import choose_readme, is_licence_file
from foundry_assets.craft.staging.drafting.pyproject import Layout, metadata_faults, pyproject_text
from foundry_assets.craft.staging.drafting.records import AsItIs, Draft, Given
from foundry_assets.craft.staging.records import Chosen
from foundry_assets.errors import CatalogInvalid, Fault

_TOOLS_ONLY = "the source's own pyproject.toml only configures tools; it was completed"
_METADATA_KEPT = "the source's own pyproject.toml wins over what the entry gives"
_LAYOUT_REPLACED = "its build-system and [tool.hatch] are about another layout; they were replaced"


def wanted_files(folder: Path, given: Given) -> list[str] | None:
    """Give the places of a plain folder that a draft looks at; None for the whole folder (a flat package)."""
    package, faults = import_package(folder, given)
    if not faults and (package.is_flat or (folder / NAME).is_file()):
        return None
    wanted = [] if faults else [package.folder]
    for text in given.ancillary:
        try:
            wanted.append(inside(folder, text))
        except PathWrong:
            continue  # told when the files are named
    return wanted


def draft(folder: Path, given: Given, chosen: Chosen) -> Draft | AsItIs:
    """Lay out a project for the chosen files of a source, unless its own pyproject.toml says it all.

    Raises `CatalogInvalid` with everything that is wrong with the entry or with files that it names, and
    with what that pyproject.toml contradicts.
    """
    package, faults = import_package(folder, given)
    faults = faults or _faults_of_choice(folder, given, chosen)
    named = named_files(folder, given.ancillary, chosen)
    own = read_own_project(folder, package, chosen)
    faults += named.faults
    is_own = own.declares or own.builds_itself
    faults += contradictions(own.stated, given) if is_own else metadata_faults(given)
    _refuse(given, faults)
    if own.builds_itself:
        return AsItIs(_notes(own, given))
    placed = place_files(package, chosen, named=named.files, kept_in_place=own.files)
    _refuse(given, placed.faults)
    return _draft(given, package, placed, own)


def _refuse(given: Given, faults: list[Fault]) -> None:
    if faults:
        raise CatalogInvalid(f"the entry of `{given.name}`", faults)


def _faults_of_choice(folder: Path, given: Given, chosen: Chosen) -> list[Fault]:
    """Find a main file that is there and still none of the source's files, as one that git ignores."""
    main = inside(folder, given.main_file)
    if main in {file.name for file in chosen.files}:
        return []
    reason = reason_left_out(main, chosen.left_out) or NOT_TRACKED
    return [Fault("main_file", f"`{main}` is never taken along: {reason}", f"{COMMIT_IT}, or name another")]


def _draft(given: Given, package: ImportPackage, placed: Placed, own: OwnProject) -> Draft:
    at_top = placed.at_top - {NAME}
    licence = licence_of("" if own.declares else given.metadata.license, taken=at_top)
    licence_files = sorted({*filter(is_licence_file, at_top), *filter(None, [licence.file])})
    layout = Layout(package.name, choose_readme(at_top), licence, licence_files)
    texts = {NAME: pyproject_text(given, layout, own.document)}
    if licence.file:
        texts[licence.file] = licence.text
    init = f"src/{package.name}/__init__.py"
    if init not in placed.files:
        texts[init] = ""
    kept = {name: file for name, file in placed.files.items() if name not in texts}
    return Draft(
        package=package.name,
        files=tuple(kept.values()),
        origins={name: placed.origins[name] for name in kept},
        texts=texts,
        left_out=tuple(placed.left_out),
        notes=_notes(own, given),
        declares=own.declares,
    )


def _notes(own: OwnProject, given: Given) -> tuple[str, ...]:
    if own.declares or own.builds_itself:
        over = ", ".join(passed_over(own.stated, given))
        kept = (f"{_METADATA_KEPT}: {over}",) if over else (_METADATA_KEPT,) * own.declares
        return (*kept, _LAYOUT_REPLACED) if own.declares else kept
    return (_TOOLS_ONLY,) if own.document else ()
