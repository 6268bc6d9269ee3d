"""The generated `pyproject.toml`: build system, metadata and layout of a drafted project.

Add here a field of [project] and where its value comes from.
Not here: which files there are (placing), and reading the source's own pyproject.toml (own_project).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from typing import Any

import tomlkit
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from foundry_assets.craft.staging.drafting.licence import Licence
from foundry_assets.craft.staging.drafting.records import Given
from foundry_assets.errors import Fault

BACKEND_REQUIREMENT = "hatchling>=1.27"
"""The first that writes licence expressions and files as PEP 639 has them."""
METADATA_VERSION = "2.4"
"""Held, because a newer backend would write a form that an index does not know yet."""
DEFAULT_REQUIRES_PYTHON = ">=3.11"
"""Where an entry says nothing: the oldest Python on which the foundry itself can have tried the package."""
_HEADING = "Written by the release foundry: the source declares no metadata, so the catalog's entry gives it."


@dataclass(frozen=True)
class Layout:
    """What of the copy the build is told: the import package, the README and the licence files."""

    package: str
    readme: str
    licence: Licence
    licence_files: Sequence[str]


def pyproject_text(given: Given, layout: Layout, own: tomlkit.TOMLDocument | None = None) -> str:
    """Write pyproject.toml; what the source's `own` one says of tools, or under [project], stays as it is.

    The backend is hatchling: it carries every file of a package, `.pyi`, `py.typed` and data alike, without
    a list of them, writes nothing into the tree, and makes the same bytes of the same tree.
    """
    document = own if own is not None else _fresh()
    document["build-system"] = {"requires": [BACKEND_REQUIREMENT], "build-backend": "hatchling.build"}
    if "project" not in document:
        document["project"] = _project_table(given, layout)
    tools = document.setdefault("tool", tomlkit.table(is_super_table=True))
    tools["hatch"] = _hatch_table(document["project"].get("dependencies", []), layout)
    return tomlkit.dumps(document).rstrip("\n") + "\n"


def _fresh() -> tomlkit.TOMLDocument:
    document = tomlkit.document()
    document.add(tomlkit.comment(_HEADING))
    return document


def _project_table(given: Given, layout: Layout) -> dict[str, Any]:
    told = given.metadata
    author = {"name": _one_line(told.author), "email": told.email.strip()}
    author = {key: value for key, value in author.items() if value}
    licence_files = list(layout.licence_files)
    table = {
        "name": given.name,
        "version": given.version,
        "description": _one_line(told.description),
        "readme": _readme(layout.readme),
        "requires-python": told.requires_python.strip() or DEFAULT_REQUIRES_PYTHON,
        "license": layout.licence.expression,
        "license-files": licence_files,
        "authors": [author] if author else [],
        "dependencies": [text.strip() for text in told.dependencies],
    }
    always = {"name", "version", "license-files", "dependencies"}
    return {key: value for key, value in table.items() if value or key in always}


def _readme(name: str) -> str | dict[str, str]:
    """Give the README with its form: a backend knows only that of names with a suffix."""
    return name if not name or "." in name else {"file": name, "content-type": "text/plain"}


def _hatch_table(dependencies: Sequence[str], layout: Layout) -> dict[str, Any]:
    form = {"core-metadata-version": METADATA_VERSION}
    targets = {"sdist": form, "wheel": form | {"packages": [f"src/{layout.package}"]}}
    # A .gitignore in the copy is about the author's checkout, and would silently cost data files.
    table: dict[str, Any] = {"build": {"ignore-vcs": True, "targets": targets}}
    if any("@" in text for text in dependencies):
        table["metadata"] = {"allow-direct-references": True}
    return table


def _one_line(text: str) -> str:
    return " ".join(text.split())


def metadata_faults(given: Given) -> Iterator[Fault]:
    """Find every value of an entry that no metadata can hold."""
    told = given.metadata
    if not given.version:
        yield Fault(
            "version", "the source declares none, and the entry gives none", "give one, such as 1.0.0"
        )
    for text in told.dependencies:
        try:
            Requirement(text)
        except InvalidRequirement as error:
            what = f"`{text}` is not a requirement: {str(error).splitlines()[0]}"
            yield Fault("metadata.dependencies", what, "write it as PEP 508 has it, such as requests>=2.31")
    try:
        SpecifierSet(told.requires_python)
    except InvalidSpecifier:
        what = f"`{told.requires_python}` is not a version specifier"
        yield Fault("metadata.requires_python", what, "write it as PEP 440 has it, such as >=3.11")
    if told.email.strip() and not _is_address(told.email.strip()):
        remedy = "give an address that people can write to, or leave it out"
        yield Fault("metadata.email", f"`{told.email}` is not an e-mail address", remedy)


def _is_address(text: str) -> bool:
    """Tell whether a text has the form of an address, which a backend needs; an index looks closer at it."""
    try:
        return bool(Address(addr_spec=text).domain)
    except (MessageError, ValueError, IndexError):
        return False
