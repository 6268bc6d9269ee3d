"""What the metadata inside an sdist or wheel says, and what an index would refuse about it.

Add here what is judged from core metadata alone, offline.
Not here: whether the version is free (probing), and whether the files are complete (contents).
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from packaging.metadata import Metadata, RawMetadata
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version
from twine.exceptions import TwineException
from twine.package import PackageFile

from foundry_assets.craft.building.archives import readable
from foundry_assets.craft.read_once import read_once
from foundry_assets.errors import BuildFailed, MetadataUnreadable

_RENDERED_AS_TEXT = frozenset({"text/plain", "text/markdown"})
_DOCUTILS_SAYS = re.compile(r"^<string>:(?P<line>\d*): \((?P<level>\w+)/\d*\) (?P<message>.*)", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Finding:
    """One thing about an artefact's metadata: `ERROR` blocks the upload, `WARN` is told."""

    severity: Literal["ERROR", "WARN"]
    message: str


@dataclass(frozen=True)
class Core:
    """The core metadata of an artefact as it stands in the file (core metadata specification)."""

    name: str
    version: str
    metadata_version: str
    summary: str = ""
    requires_dist: tuple[str, ...] = ()
    requires_python: str = ""
    extras: tuple[str, ...] = ()
    license: str = ""
    license_files: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()


def read_metadata(path: Path) -> Core:
    """Read the core metadata of an sdist or wheel; raises `MetadataUnreadable` where it is invalid."""
    package = _package(path)
    raw = package.metadata
    return Core(
        name=raw["name"],
        version=raw["version"],
        metadata_version=raw["metadata_version"],
        summary=raw.get("summary", ""),
        requires_dist=tuple(raw.get("requires_dist", ())),
        extras=tuple(raw.get("provides_extra", ())),
        requires_python=raw.get("requires_python", ""),
        license=raw.get("license_expression", "") or raw.get("license", ""),
        license_files=tuple(raw.get("license_files", ())),
        classifiers=tuple(raw.get("classifiers", ())),
    )


def wheel_metadata(path: Path) -> Metadata | None:
    """Give a wheel's metadata in full; None where it breaks the core metadata specification."""
    with zipfile.ZipFile(path) as wheel:
        name = next((name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")), "")
        told = wheel.read(name) if name else b""
    try:
        return Metadata.from_email(told)
    except ExceptionGroup:
        return None


def metadata_findings(path: Path) -> tuple[Finding, ...]:
    """Judge an artefact's metadata as `twine check` does, and its file name against its metadata.

    Never raises for what is in the file: unreadable or invalid metadata is a finding.
    """
    try:
        package = _package(path)
    except MetadataUnreadable as error:
        return (Finding("ERROR", error.happened),)
    return tuple(sorted({*_about_description(package.metadata), *_about_name(path, package.metadata)}))


@read_once(newest=8)
def _package(path: Path) -> PackageFile:
    """Read a file as twine does, which hashes it thrice, and unpacks an sdist."""
    try:
        with readable(path):
            return PackageFile.from_filename(str(path), comment=None)
    except BuildFailed as error:
        happened = error.happened
    except (TwineException, InvalidVersion, KeyError, ValueError, zipfile.LargeZipFile) as error:
        told = str(error).replace(str(path), path.name)
        happened = f"`{path.name}` has no metadata that an index would take: {told}"
    raise MetadataUnreadable(happened, remedy="mend the project's metadata and build again")


def _about_description(metadata: RawMetadata) -> list[Finding]:
    """Render the description as an index does, following `twine check` word for word in what it warns of."""
    found = []
    description = metadata.get("description", "")
    told_type = metadata.get("description_content_type", "")
    if not told_type:
        found.append(
            Finding("WARN", "the description's content type is not given; reStructuredText is assumed")
        )
    if not description or description.rstrip() == "UNKNOWN":
        found.append(Finding("WARN", "there is no description (README)"))
        return found
    header = EmailMessage()
    header["content-type"] = told_type or "text/x-rst"
    if header.get_content_type() in _RENDERED_AS_TEXT:
        return found
    import readme_renderer.rst  # docutils with it: most descriptions are Markdown

    said = io.StringIO()
    if readme_renderer.rst.render(description, stream=said) is None:
        reasons = [f"line {line}: {message}" for line, _, message in _DOCUTILS_SAYS.findall(said.getvalue())]
        told = "; ".join(reasons) or said.getvalue().strip() or "it leaves nothing to show"
        found.append(Finding("ERROR", f"the description does not render as reStructuredText: {told}"))
    return found


def _about_name(path: Path, metadata: RawMetadata) -> list[Finding]:
    """Hold the file name against the metadata: indexes refuse files whose two names differ."""
    try:
        parse = parse_wheel_filename if path.suffix == ".whl" else parse_sdist_filename
        name, version = parse(path.name)[:2]
    except (InvalidWheelFilename, InvalidSdistFilename) as error:
        return [Finding("ERROR", f"the file name is not one of an sdist or wheel: {error}")]
    found = []
    if name != canonicalize_name(metadata["name"]):
        found.append(
            Finding("ERROR", f"the file is named after `{name}`, its metadata says `{metadata['name']}`")
        )
    if version != Version(metadata["version"]):
        found.append(
            Finding("ERROR", f"the file name says version {version}, its metadata {metadata['version']}")
        )
    expected = f"{name.replace('-', '_')}-"
    if not path.name.lower().startswith(expected):
        found.append(
            Finding("WARN", f"the file name should begin with `{expected}`; some indexes insist on it")
        )
    return found
