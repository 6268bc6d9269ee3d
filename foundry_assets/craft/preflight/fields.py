"""What core metadata says, field by field, held against the rules of the public indexes.

Add here a rule about the metadata as a whole or about its dependencies, licence and version.
Not here: addresses and classifiers (field_values), the file's name (file_names), the description's form.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from packaging.metadata import InvalidMetadata, Metadata, RawMetadata, parse_email
from packaging.requirements import InvalidRequirement, Requirement

from foundry_assets.craft.preflight.field_values import (
    classifier_findings,
    email_findings,
    name_findings,
    url_findings,
)
from foundry_assets.craft.preflight.rules import Finding, finding

ACCEPTED_METADATA_VERSIONS = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
"""What PyPI takes, as of 2026-08 (its metadata rules); `packaging` reads 2.6 (PEP 808) already."""
LONGEST_SUMMARY = 512
"""Characters that PyPI takes in a summary."""
_LICENSE_FILES_SINCE = "2.4"
_NEEDED = frozenset(
    {"metadata-version", "name", "version", "requires-dist", "requires-python", "provides-extra"}
)
_REMEDIES = {
    "requires-dist": "write each dependency as PEP 508 has it, such as `name>=1.0; python_version < '3.12'`",
    "requires-python": "write it as version specifiers (PEP 440), such as >=3.11",
    "version": "write it as PEP 440 has it, such as 1.2.0 or 1.2.0rc1",
    "name": "use letters, digits and `-`, `_`, `.` between them (PEP 508)",
    "summary": "say it in one line, and put the rest into the README",
    "license-expression": "write an SPDX expression, such as MIT or Apache-2.0 OR BSD-2-Clause",
    "description-content-type": "give text/markdown, text/x-rst or text/plain",
    "metadata-version": "build with a current build backend",
}


def read_fields(content: bytes) -> tuple[RawMetadata, dict[str, list[str]]]:
    """Read metadata as it is sent to an index: fields, and those that could not be parsed.

    As twine does, a License-File from before it was specified (2.4) is dropped; as PyPI does, a field
    that says UNKNOWN is one that was not given.
    """
    raw, unparsed = parse_email(content)
    told = cast("RawMetadata", {key: value for key, value in raw.items() if value != "UNKNOWN"})
    if raw.get("metadata_version", "") < _LICENSE_FILES_SINCE:
        told.pop("license_files", None)
        unparsed.pop("license-file", None)
    return told, unparsed


def field_findings(file: str, raw: RawMetadata, unparsed: dict[str, list[str]]) -> Iterator[Finding]:
    """Hold the fields of one file against every rule about metadata."""
    yield from _unknown_fields(file, unparsed)
    yield from _invalid_fields(file, raw, unparsed)
    yield from _version_of_metadata(file, raw)
    yield from _license_twice(file, raw)
    yield from name_findings(file, raw)
    yield from _summary(file, raw)
    yield from _dependencies(file, raw)
    yield from classifier_findings(file, raw)
    yield from url_findings(file, raw)
    yield from email_findings(file, raw)


def _unknown_fields(file: str, unparsed: dict[str, list[str]]) -> Iterator[Finding]:
    for field in sorted(unparsed):
        what = "no metadata version has this field, or it cannot be read as it is written"
        yield finding("metadata", f"{file}: {field}", what, "take it out of the metadata; twine refuses it")


def _invalid_fields(file: str, raw: RawMetadata, unparsed: dict[str, list[str]]) -> Iterator[Finding]:
    """Give what `packaging` refuses, each field once."""
    try:
        Metadata.from_raw(raw)
    except ExceptionGroup as group:
        for error in sorted(group.exceptions, key=str):
            if isinstance(error, InvalidMetadata) and error.field not in unparsed:
                yield _invalid(file, error)


def _invalid(file: str, error: InvalidMetadata) -> Finding:
    field = error.field
    rule = "license-expression" if field == "license-expression" else "metadata-fields"
    reason = str(error.__cause__ or "").split("\n", maxsplit=1)[0]
    what = f"{error} ({reason})" if reason and reason not in str(error) else str(error)
    remedy = _REMEDIES.get(field, f"mend {field} in the project's metadata, and build again")
    return finding("metadata" if field in _NEEDED else rule, f"{file}: {field}", what, remedy)


def _version_of_metadata(file: str, raw: RawMetadata) -> Iterator[Finding]:
    told = raw.get("metadata_version", "")
    newest = ACCEPTED_METADATA_VERSIONS[-1]
    if told in ACCEPTED_METADATA_VERSIONS or not _is_known(told):
        return
    remedy = f"pin the build backend to a release that writes metadata {newest}, until the index takes {told}"
    what = f"the public indexes take metadata up to {newest}, and this is {told}"
    yield finding("metadata-version", f"{file}: Metadata-Version", what, remedy)


def _is_known(version: str) -> bool:
    """Tell whether `packaging` reads this metadata version; where it does not, it has said so already."""
    try:
        Metadata.from_raw({"metadata_version": version, "name": "x", "version": "1"})
    except ExceptionGroup:
        return False
    return True


def _license_twice(file: str, raw: RawMetadata) -> Iterator[Finding]:
    if raw.get("license") and raw.get("license_expression"):
        what = "License is given beside License-Expression, which replaces it"
        yield finding("license-once", f"{file}: License", what, "give the SPDX expression alone (PEP 639)")


def _summary(file: str, raw: RawMetadata) -> Iterator[Finding]:
    length = len(raw.get("summary", ""))
    if length > LONGEST_SUMMARY:
        what = f"it has {length} characters, and {LONGEST_SUMMARY} are the most"
        yield finding("summary", f"{file}: Summary", what, _REMEDIES["summary"])


def _dependencies(file: str, raw: RawMetadata) -> Iterator[Finding]:
    fields = (
        ("Requires-Dist", raw.get("requires_dist", [])),
        ("Provides-Dist", raw.get("provides_dist", [])),
        ("Obsoletes-Dist", raw.get("obsoletes_dist", [])),
    )
    for field, told in fields:
        for text in told:
            try:
                needed = Requirement(text)
            except InvalidRequirement:
                continue
            if needed.url is not None:  # which may hold a credential, so it is not repeated
                remedy = "depend on a version that an index serves; addresses belong into development groups"
                what = f"{needed.name} is given by its address"
                yield finding("direct-url", f"{file}: {field}", what, remedy)
