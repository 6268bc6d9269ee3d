"""An entry gives metadata for a source whose own pyproject.toml has it too: what contradicts, what yields.

Add here a field of [project] that an entry can give as well.
Not here: name and version, which a build backend may have to be asked for (workspace).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from foundry_assets.craft.staging.drafting.records import Given
from foundry_assets.errors import Fault

_REMEDY = "make the two say the same, or say it in pyproject.toml alone: what is there is what is built"


def contradictions(stated: Mapping[str, Any], given: Given) -> Iterator[Fault]:
    """Find what an entry gives and [project] says otherwise, where it decides what people install or may do.

    Those are licence, Python versions, and every distribution that the package needs; of how new one must
    be, pyproject.toml may say more. What it leaves open, or to the build backend, contradicts nothing.
    """
    told = given.metadata
    ours, theirs = _licence(told.license), _licence(stated.get("license"))
    if ours and theirs and ours != theirs:
        yield _fault("license", theirs, ours)
    wanted, allowed = _pythons(told.requires_python), _pythons(stated.get("requires-python"))
    if wanted and allowed and wanted != allowed:
        yield _fault("requires_python", str(allowed), str(wanted))
    if isinstance(needed := stated.get("dependencies"), list):
        declared = {_name(text) for text in needed}
        for text in told.dependencies:
            if _name(text) not in declared:
                yield _fault("dependencies", ", ".join(map(str, needed)) or "none", text)


def passed_over(stated: Mapping[str, Any], given: Given) -> list[str]:
    """Give the fields that an entry gives and that are built as [project] says them, or does not say them."""
    told = given.metadata
    authors = stated.get("authors", [])
    people = [person for person in authors if isinstance(person, dict)] if isinstance(authors, list) else []
    same = {
        "author": told.author in [person.get("name") for person in people],
        "email": told.email in [person.get("email") for person in people],
        "description": told.description == stated.get("description"),
        "license": (_licence(told.license) or told.license) == _licence(stated.get("license")),
        "requires_python": _pythons(told.requires_python) == _pythons(stated.get("requires-python")),
        "dependencies": not told.dependencies or list(told.dependencies) == stated.get("dependencies"),
    }
    return [name for name, is_same in same.items() if getattr(told, name) and not is_same]


def _fault(name: str, own: str, given: str) -> Fault:
    what = f"the source's own pyproject.toml says `{own}`, and its entry `{given}`"
    return Fault(f"metadata.{name}", what, _REMEDY)


def _licence(value: object) -> str:
    """Give an SPDX expression in its one spelling; empty for a text, a file, or none."""
    try:
        return str(canonicalize_license_expression(value)) if isinstance(value, str) else ""
    except InvalidLicenseExpression:
        return ""


def _pythons(value: object) -> SpecifierSet | None:
    try:
        return SpecifierSet(value) if isinstance(value, str) and value.strip() else None
    except InvalidSpecifier:
        return None


def _name(text: object) -> str:
    """Give the distribution that a requirement is about; what is none is told elsewhere."""
    try:
        return canonicalize_name(Requirement(str(text)).name)
    except InvalidRequirement:
        return str(text)
